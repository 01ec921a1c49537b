/**
 * State registrations (inscrição estadual): how many digits each state gives, and the check digits where the rule is published and certain.
 * Formats as in the SINTEGRA's list of states; what is not certain is not checked, for a wrong refusal stops a shop.
 */

/** Digits of each state; several where old and new registrations live side by side. */
const lengths: Record<string, readonly number[]> = {
  AC: [13],
  AL: [9],
  AM: [9],
  AP: [9],
  BA: [8, 9],
  CE: [9],
  DF: [13],
  ES: [9],
  GO: [9],
  MA: [9],
  MG: [13],
  MS: [9],
  MT: [9, 11],
  PA: [9],
  PB: [9],
  PE: [9, 14],
  PI: [9],
  PR: [10],
  RJ: [8],
  RN: [9, 10],
  RO: [9, 14],
  RR: [9],
  RS: [10],
  SC: [9],
  SE: [9],
  SP: [12],
  TO: [9, 11],
}

/** Digits only, or ISENTO; or what is wrong with it. */
export function readIe(text: string, uf: string): { ie: string } | { fault: string } {
  const written = text.trim().toUpperCase()
  if (/^ISENT[OA]?$/.test(written)) return { ie: 'ISENTO' }
  if (/^P[\d./-]/.test(written) && uf === 'SP') return { fault: 'Inscrição de produtor rural (P) não é atendida aqui; informe a da empresa' }
  const strange = /[^\d\s./-]/.exec(written)
  if (strange) return { fault: `A inscrição estadual só tem números; apague "${strange[0]}", ou escreva ISENTO` }
  const digits = written.replaceAll(/\D/g, '')
  if (!digits) return { fault: 'Informe a inscrição estadual, ou ISENTO' }
  const allowed = lengths[uf]
  if (!allowed) return { fault: 'Escolha a UF da empresa' }
  if (!allowed.includes(digits.length))
    return { fault: `A inscrição estadual de ${uf} tem ${allowed.join(' ou ')} números, e esta tem ${digits.length}; confira se faltou um zero na frente` }
  if (/^0+$/.test(digits)) return { fault: 'A inscrição estadual só tem zeros; confira o cartão de inscrição' }
  if (checks[uf] && !checks[uf](digits)) return { fault: `O dígito verificador da inscrição estadual de ${uf} não confere; há um número trocado` }
  return { ie: digits }
}

const sum = (digits: string, weights: readonly number[]) => weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
/** 11 less the remainder of 11; 10 and 11 are 0. */
const eleven = (total: number) => (total % 11 < 2 ? 0 : 11 - (total % 11))
const nineDigits = (digits: string) => Number(digits[8]) === eleven(sum(digits, [9, 8, 7, 6, 5, 4, 3, 2]))

const checks: Record<string, (digits: string) => boolean> = {
  CE: nineDigits,
  ES: nineDigits,
  PB: nineDigits,
  SC: nineDigits,
  SP: (digits) =>
    Number(digits[8]) === (sum(digits, [1, 3, 4, 5, 6, 7, 8, 10]) % 11) % 10 &&
    Number(digits[11]) === (sum(digits, [3, 2, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10,
  RJ: (digits) => Number(digits[7]) === eleven(sum(digits, [2, 7, 6, 5, 4, 3, 2])),
  RS: (digits) => Number(digits[9]) === eleven(sum(digits, [2, 9, 8, 7, 6, 5, 4, 3, 2])),
  PR: (digits) => Number(digits[8]) === eleven(sum(digits, [3, 2, 7, 6, 5, 4, 3, 2])) && Number(digits[9]) === eleven(sum(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2])),
  MG(digits) {
    // the first digit is of the digits of the products with 1 and 2, after a zero is put behind the municipality
    const widened = `${digits.slice(0, 3)}0${digits.slice(3, 11)}`
    const total = [...widened].flatMap((digit, at) => [...String(Number(digit) * (at % 2 === 0 ? 1 : 2))]).reduce((all, digit) => all + Number(digit), 0)
    return Number(digits[11]) === (10 - (total % 10)) % 10 && Number(digits[12]) === eleven(sum(digits, [3, 2, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]))
  },
}
