/** Which state a CEP belongs to. */

/**
 * First five digits of the CEPs of each state, both ends included. Source: Correios, "faixas de CEP por UF", as published on
 * `readOn`. Correios widens ranges now and then: a new reading replaces the table and its date.
 */
export const cepRanges = {
  readOn: '2026-11-21',
  ranges: [
    ['SP', 1000, 19999],
    ['RJ', 20000, 28999],
    ['ES', 29000, 29999],
    ['MG', 30000, 39999],
    ['BA', 40000, 48999],
    ['SE', 49000, 49999],
    ['PE', 50000, 56999],
    ['AL', 57000, 57999],
    ['PB', 58000, 58999],
    ['RN', 59000, 59999],
    ['CE', 60000, 63999],
    ['PI', 64000, 64999],
    ['MA', 65000, 65999],
    ['PA', 66000, 68899],
    ['AP', 68900, 68999],
    ['AM', 69000, 69299],
    ['RR', 69300, 69399],
    ['AM', 69400, 69899],
    ['AC', 69900, 69999],
    ['DF', 70000, 72799],
    ['GO', 72800, 72999],
    ['DF', 73000, 73699],
    ['GO', 73700, 76799],
    ['RO', 76800, 76999],
    ['TO', 77000, 77999],
    ['MT', 78000, 78899],
    ['MS', 79000, 79999],
    ['PR', 80000, 87999],
    ['SC', 88000, 89999],
    ['RS', 90000, 99999],
  ],
} as const

export type State = (typeof cepRanges.ranges)[number][0]

/** The state of a CEP of eight digits (a mask is tolerated), or null when no state has it. */
export function stateOfCep(cep: string): State | null {
  const digits = cep.replaceAll(/[\s.-]/g, '')
  if (!/^\d{8}$/.test(digits)) return null
  const prefix = Number(digits.slice(0, 5))
  return cepRanges.ranges.find(([, first, last]) => prefix >= first && prefix <= last)?.[0] ?? null
}

/** Why this CEP cannot be in this state, with the cure; null when they agree or the state is not given. */
export function cepFault(cep: string, state: string | null | undefined): string | null {
  const found = stateOfCep(cep)
  if (!found) return `O CEP ${formatCep(cep)} não pertence a nenhum estado; confira os números`
  if (!state || state.trim().toUpperCase() === found) return null
  return `O CEP ${formatCep(cep)} é de ${found}, e o endereço diz ${state.trim().toUpperCase()}; corrija um dos dois`
}

/** With its mask: 30140-071. What is not a CEP comes back as it was. */
export const formatCep = (cep: string) => cep.replaceAll(/[\s.-]/g, '').replace(/^(\d{5})(\d{3})$/, '$1-$2')
