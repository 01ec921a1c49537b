/* Code 128 (ISO/IEC 15417), sets A, B and C. */

/** Three bars and three spaces of each symbol, in modules. 103 to 105 start sets A, B, C; 106 is the stop with its closing bar. */
const patterns = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 ' +
  '221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 ' +
  '231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 ' +
  '314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 ' +
  '114131 311141 411131 211412 211214 211232 2331112'
).split(' ')

const patternWidths = patterns.map((pattern) => Array.from(pattern, Number))

type CodeSet = 'A' | 'B' | 'C'

/** The symbol that changes to a set, from whichever other. */
const change: Record<CodeSet, number> = { A: 101, B: 100, C: 99 }
const start: Record<CodeSet, number> = { A: 103, B: 104, C: 105 }
const stop = 106

export interface Code128 {
  text: string
  /** Bar, space, bar, … in modules, from the first bar to the last. */
  widths: number[]
  /** Sum of the widths. The quiet zone of 10 modules on each side comes on top. */
  modules: number
}

export const quietModules = 10

/**
 * Shortest Code 128 of a text. Set B says every letter that A says, so A never makes it shorter; `letters` is the set that
 * says what C cannot, wherever it can. Anything but printable ASCII throws a RangeError: codes are ours, never a customer's text.
 */
export function code128(text: string, letters: 'A' | 'B' = 'B'): Code128 {
  if (!/^[\x20-\x7e]+$/.test(text)) throw new RangeError(`Code 128 cannot say ${JSON.stringify(text)}`)
  const symbols = fewestSymbols(text, letters === 'A' ? ['C', 'A', 'B'] : ['C', 'B', 'A'])
  const check = symbols.reduce((sum, symbol, index) => sum + symbol * Math.max(index, 1), 0) % 103
  const widths: number[] = []
  for (const symbol of [...symbols, check, stop]) widths.push(...patternWidths[symbol]!)
  return { text, widths, modules: 11 * (symbols.length + 1) + 13 }
}

/**
 * The barcode of a nota's key: set C, and set A for the letters of an alphanumeric CNPJ, as the Nota Técnica Conjunta 2025.001 has it.
 * A numeric key takes 277 modules, an alphanumeric one between 288 and 365.
 */
export const keyBarcode = (key: string): Code128 => code128(key, 'A')

/** The dark bars as [offset, width] pairs, in modules. */
export function darkBars(code: Code128): [number, number][] {
  const bars: [number, number][] = []
  let offset = 0
  code.widths.forEach((width, index) => {
    if (index % 2 === 0) bars.push([offset, width])
    offset += width
  })
  return bars
}

/**
 * Start, data and changes of set, by dynamic programming from the end of the text: for each place and set in force, the set that says what
 * stands there so that the fewest symbols say the rest. Among equals the set in force stays, then the earlier of `order` wins.
 */
function fewestSymbols(text: string, order: CodeSet[]): number[] {
  const size = text.length
  // pairs of digits and nothing else: there is no shorter way
  if (/^(\d\d)+$/.test(text)) return [start.C, ...Array.from({ length: size / 2 }, (_, index) => Number(text.slice(2 * index, 2 * index + 2)))]
  const fewest: Record<CodeSet, number[]> = { A: [], B: [], C: [] }
  const sayer: Record<CodeSet, CodeSet[]> = { A: [], B: [], C: [] }
  for (const set of order) {
    fewest[set] = Array<number>(size + 1).fill(0)
    sayer[set] = Array<CodeSet>(size).fill(set)
  }
  for (let at = size - 1; at >= 0; at--) {
    for (const set of order) fewest[set][at] = says(set, text, at) ? 1 + fewest[set][at + perSymbol[set]]! : Infinity
    // the cheapest set to be in; from another, one symbol more
    let best = order[0]!
    for (const set of order) if (fewest[set][at]! < fewest[best][at]!) best = set
    const changed = fewest[best][at]! + 1
    for (const set of order) {
      if (fewest[set][at]! <= changed) continue
      fewest[set][at] = changed
      sayer[set][at] = best
    }
  }
  let set = order.reduce((best, other) => (fewest[other][0]! < fewest[best][0]! ? other : best))
  const symbols = [start[set]]
  for (let at = 0; at < size; at += perSymbol[set]) {
    const next = sayer[set][at]!
    if (next !== set) symbols.push(change[next])
    set = next
    symbols.push(set === 'C' ? Number(text.slice(at, at + 2)) : text.charCodeAt(at) - 32)
  }
  return symbols
}

/** How many letters one symbol of the set says. */
const perSymbol: Record<CodeSet, number> = { A: 1, B: 1, C: 2 }

const digit = (code: number) => code >= 48 && code <= 57

/** Whether the set has a symbol for what stands there. Of the printable letters, A lacks the small ones and their neighbours. */
const says = (set: CodeSet, text: string, at: number): boolean =>
  set === 'C' ? digit(text.charCodeAt(at)) && digit(text.charCodeAt(at + 1)) : set === 'B' || text.charCodeAt(at) < 96
