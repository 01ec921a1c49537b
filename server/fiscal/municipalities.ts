import { readFileSync } from 'node:fs'
import { ibgeOfState } from './nota.ts'
import { districtsOfBrasilia, formerNames } from './tables/former-municipalities.ts'

/** The IBGE's municipalities: 5,571 codes of seven digits, the first two being the UF. */
export interface Municipality {
  ibge: string
  name: string
  uf: string
}

/** The IBGE's code of each UF, as in `cUF` and in the first digits of a key. */
export const ufCodes: Record<string, string> = ibgeOfState

/** Of a code such as `3550308`; null when the IBGE has none of that number. */
export const municipality = (code: string): Municipality | null => table().byCode.get(code) ?? null

/**
 * The code for a city as buyers write it: any case, with or without accents, apostrophes and hyphens, "Sta." for "Santa", an older
 * spelling (Moji Mirim, Parati, Santa Isabel do Pará) or a former name. Null when it is not one municipality of that UF, beyond doubt.
 */
export function ibgeOf(city: string, uf: string): string | null {
  const { byName, bySound } = table()
  const state = uf.trim().toUpperCase()
  const said = city.replace(new RegExp(`[\\s,/(\\-–]+${state}\\)?\\s*$`, 'i'), '')
  for (const name of [letters(said), letters(withoutAbbreviations(said))]) {
    const found = byName.get(state + name) ?? bySound.get(state + sound(name))
    if (found) return found
  }
  return null
}

/** At most five that may be meant, best first: near spellings in the UF, then the same name in other UFs. */
export function suggestions(city: string, uf: string): Municipality[] {
  const wanted = letters(withoutAbbreviations(city))
  if (!wanted) return []
  const state = uf.trim().toUpperCase()
  const near: { one: Municipality; distance: number }[] = []
  for (const one of table().byCode.values()) {
    const name = letters(one.name)
    const here = one.uf === state
    if (!here && name !== wanted) continue
    const begins = wanted.length >= 3 && (name.startsWith(wanted) || wanted.startsWith(name))
    const distance = (begins ? 1 : edits(wanted, name)) + (here ? 0 : 1)
    if (distance <= Math.max(2, wanted.length / 4)) near.push({ one, distance })
  }
  return near
    .toSorted((first, second) => first.distance - second.distance || first.one.name.localeCompare(second.one.name, 'pt-BR'))
    .slice(0, 5)
    .map(({ one }) => one)
}

interface Table {
  byCode: Map<string, Municipality>
  /** UF + letters of the name. */
  byName: Map<string, string>
  /** UF + letters as they sound; null where two municipalities of the UF sound alike. */
  bySound: Map<string, string | null>
}

let loaded: Table | undefined

/** Read at the first question: 1.5 MB that a process without fiscal work never spends. */
function table(): Table {
  if (loaded) return loaded
  const uf = Object.fromEntries(Object.entries(ufCodes).map(([sign, code]) => [code, sign]))
  const made: Table = { byCode: new Map(), byName: new Map(), bySound: new Map() }
  const rows = readFileSync(new URL('tables/municipalities.csv', import.meta.url), 'utf8')
    .trimEnd()
    .split(/\r?\n/)
    .slice(1)
  for (const row of rows) {
    const ibge = row.slice(0, 7)
    const one = { ibge, name: row.slice(8).replaceAll('"', ''), uf: uf[ibge.slice(0, 2)]! }
    made.byCode.set(ibge, one)
    made.byName.set(one.uf + letters(one.name), ibge)
    const heard = one.uf + sound(letters(one.name))
    made.bySound.set(heard, made.bySound.has(heard) ? null : ibge)
  }
  for (const [state, former, ibge] of formerNames) if (!made.byName.has(state + letters(former))) made.byName.set(state + letters(former), ibge)
  for (const district of districtsOfBrasilia) made.byName.set(`DF${letters(district)}`, '5300108')
  return (loaded = made)
}

const letters = (text: string) =>
  text
    .normalize('NFD')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')

const abbreviations: [RegExp, string][] = [
  [/\bSTA\b\.?/g, 'SANTA'],
  [/\bSTO\b\.?/g, 'SANTO'],
  [/\bS\.(?=\s*[A-Z])|\bS\s/g, 'SAO '],
  [/\bPRES\b\.?/g, 'PRESIDENTE'],
  [/\bGOV\b\.?/g, 'GOVERNADOR'],
  [/\bCEL\b\.?/g, 'CORONEL'],
  [/\bMAL\b\.?/g, 'MARECHAL'],
  [/\bGAL\b\.?/g, 'GENERAL'],
  [/\bCONS\b\.?/g, 'CONSELHEIRO'],
  [/\bENG\b\.?/g, 'ENGENHEIRO'],
  [/\bDR\b\.?/g, 'DOUTOR'],
  [/\bN\.?\s*(SRA|SENHORA)\b\.?/g, 'NOSSA SENHORA'],
  [/\bNSA\b\.?\s*(SRA|SENHORA)\b\.?/g, 'NOSSA SENHORA'],
]

const withoutAbbreviations = (text: string) =>
  abbreviations.reduce(
    (name, [short, whole]) => name.replaceAll(short, `${whole} `),
    text
      .normalize('NFD')
      .replaceAll(/[\u0300-\u036f]/g, '')
      .toUpperCase(),
  )

/** Old and new orthography fall together: y and i, z and s, th and t, doubled letters, g and j before e and i, "do Oeste" and "d'Oeste". */
const sound = (name: string) =>
  name
    .replaceAll('DOOESTE', 'DOESTE')
    .replaceAll('Y', 'I')
    .replaceAll('Z', 'S')
    .replaceAll('PH', 'F')
    .replaceAll('TH', 'T')
    .replaceAll('W', 'V')
    .replaceAll('K', 'C')
    .replaceAll(/J(?=[EI])/g, 'G')
    .replaceAll(/(.)\1+/g, '$1')

/** Damerau-free Levenshtein, one row at a time. */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let at = 1; at <= one.length; at++) {
    const next = [at]
    for (let to = 1; to <= other.length; to++) next.push(Math.min(next[to - 1]! + 1, row[to]! + 1, row[to - 1]! + (one[at - 1] === other[to - 1] ? 0 : 1)))
    row = next
  }
  return row.at(-1)!
}
