import { partWords } from './contract.ts'
import type { MoneyParts } from './contract.ts'
import { reais } from './formats/cells.ts'

/** What the channel did differently from what was agreed, part by part, in words. Channels add the fixed fee into their commission: then both are said as one. */
export function differenceWords(expected: MoneyParts, charged: MoneyParts): string[] {
  const said: string[] = []
  const folded = charged.fixed_fee === 0 && expected.fixed_fee !== 0 && charged.commission !== expected.commission
  const [wanted, came] = folded ? [withFees(expected), withFees(charged)] : [expected, charged]
  for (const [part, title] of Object.entries(partWords) as [keyof typeof partWords, string][]) {
    const more = came[part] - wanted[part]
    if (more === 0) continue
    const name = folded && part === 'commission' ? 'Comissão e tarifa fixa' : title
    if (part === 'gross')
      said.push(`${name} ${reais(Math.abs(more))} ${more < 0 ? 'a menos' : 'a mais'} (esperado ${reais(wanted[part])}, veio ${reais(came[part])})`)
    else if (wanted[part] === 0) said.push(more < 0 ? `${name} de ${reais(-came[part])} que não foi combinado` : `${name} devolvido: ${reais(came[part])}`)
    else said.push(`${name} ${reais(Math.abs(more))} ${more < 0 ? 'a mais' : 'a menos'} (combinado ${reais(-wanted[part])}, cobrado ${reais(-came[part])})`)
  }
  return said
}

const withFees = (parts: MoneyParts): MoneyParts => ({ ...parts, commission: parts.commission + parts.fixed_fee, fixed_fee: 0 })
