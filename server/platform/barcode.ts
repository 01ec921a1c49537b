/* Code 128 (ISO/IEC 15417), sets B and C. */

/** Three bars and three spaces of each symbol, in modules. 103 to 105 start sets A, B, C; 106 is the stop with its closing bar. */
const patterns = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 ' +
  '221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 ' +
  '231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 ' +
  '314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 ' +
  '114131 311141 411131 211412 211214 211232 2331112'
).split(' ')

const toC = 99
const toB = 100
const startB = 104
const startC = 105
const stop = 106

export interface Code128 {
  text: string
  /** Bar, space, bar, … in modules, from the first bar to the last. */
  widths: number[]
  /** Sum of the widths. The quiet zone of 10 modules on each side comes on top. */
  modules: number
}

export const quietModules = 10

/** Shortest Code 128 of a text in sets B and C. Letters outside printable ASCII throw a RangeError: codes are ours, never a customer's text. */
export function code128(text: string): Code128 {
  if (!/^[\x20-\x7e]+$/.test(text)) throw new RangeError(`Code 128 cannot say ${JSON.stringify(text)}`)
  const symbols = symbolsOf(text)
  const check = symbols.reduce((sum, symbol, index) => sum + symbol * Math.max(index, 1), 0) % 103
  const widths = [...symbols, check, stop].flatMap((symbol) => Array.from(patterns[symbol]!, Number))
  return { text, widths, modules: widths.reduce((sum, width) => sum + width, 0) }
}

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

// A run of digits is worth set C when the pairs save more than the change of set costs: 4 at either end, 6 in the middle (annex E of the norm).
function symbolsOf(text: string): number[] {
  const symbols: number[] = []
  let inC = false
  let at = 0
  while (at < text.length) {
    const digits = /^\d*/.exec(text.slice(at))![0].length
    const atEnd = at + digits === text.length
    const worthC = at === 0 ? digits >= 4 || (digits === 2 && atEnd) : digits >= (atEnd ? 4 : 6)
    if (inC ? digits >= 2 : worthC && digits % 2 === 0) {
      if (!inC) symbols.push(at === 0 ? startC : toC)
      inC = true
      symbols.push(Number(text.slice(at, at + 2)))
      at += 2
    } else if (!inC && worthC && at === 0 && digits % 2 === 1) {
      symbols.push(startC)
      inC = true
    } else {
      if (inC || at === 0) symbols.push(at === 0 ? startB : toB)
      inC = false
      symbols.push(text.charCodeAt(at) - 32)
      at += 1
    }
  }
  return symbols
}
