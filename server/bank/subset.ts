/**
 * The places of the amounts (at most 15, two or more of them) that add up to `sum`, when only one choice does; null otherwise. Of more amounts many choices add up
 * by chance: with 24 there are 22 (facts/money.md 5.4).
 */
export function onlySubset(amounts: number[], sum: number): number[] | null {
  if (amounts.length > 15) return null
  const sums = new Float64Array(1 << amounts.length)
  let found = 0
  for (let choice = 1; choice < sums.length; choice++) {
    const lowest = 31 - Math.clz32(choice & -choice)
    sums[choice] = sums[choice & (choice - 1)]! + amounts[lowest]!
    if (sums[choice] !== sum || (choice & (choice - 1)) === 0) continue
    if (found) return null
    found = choice
  }
  return found ? amounts.flatMap((_, at) => (found & (1 << at) ? [at] : [])) : null
}
