import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput } from '../platform/problem.ts'
import type { createPlacesEndpoint } from './contract.ts'

/**
 * Creates the places that a pattern names. The walk goes through them in a serpentine: odd aisles from the first bay to
 * the last, even aisles back, each bay from the floor up; it goes on after the last place there is.
 * @throws 422 invalid_input
 */
export async function createPlaces(
  tx: Tx,
  { pattern, kind, capacity_units, preview }: InputOf<typeof createPlacesEndpoint>,
): Promise<AnswerOf<typeof createPlacesEndpoint>> {
  const places = serpentine(expandPattern(pattern))
  const codes = places.slice(0, 20).map(({ code }) => code)
  if (preview) {
    const { rows } = await sql<{ known: number }>`select count(*)::int as known from place where code = any(${places.map(({ code }) => code)}::text[])`.execute(
      tx,
    )
    return { created: places.length - rows[0]!.known, known: rows[0]!.known, codes }
  }
  const { numAffectedRows } = await sql`
    insert into place (code, kind, aisle, bay, level, sequence, capacity_units)
    select code, ${kind}, aisle, bay, level, last.sequence + 10 * turn, ${capacity_units}::int
    from ${table(
      places.map((place, index) => ({ ...place, turn: index + 1 })),
      'place(code text, aisle int, bay int, level int, turn int)',
    )},
         (select coalesce(max(sequence), 0) as sequence from place) last
    order by turn
    on conflict (code) do nothing`.execute(tx)
  const created = Number(numAffectedRows ?? 0)
  return { created, known: places.length - created, codes }
}

export interface NewPlace {
  code: string
  aisle: number | null
  bay: number | null
  level: number | null
}

const most = 20_000

/**
 * `A{01..06}-{01..20}-{1..4}`: each range counts with as many digits as its first number, or goes through letters. The
 * first range is the aisle, the second the bay, the third the level; of a single range, the bay.
 * @throws 422 invalid_input
 */
export function expandPattern(pattern: string): NewPlace[] {
  const refuse = (message: string) => badInput([{ field: 'pattern', message }])
  const parts = pattern.split(/\{([^{}]*)\}/)
  const ranges = parts.filter((_, index) => index % 2 === 1).map((text) => rangeOf(text) ?? null)
  if (ranges.length > 3) throw refuse('Use no máximo três faixas: corredor, posição e nível')
  if (ranges.includes(null)) throw refuse('Escreva cada faixa como {01..20} ou {A..F}, do menor para o maior')
  const count = ranges.reduce((product, range) => product * range!.length, 1)
  if (count > most) throw refuse(`O molde daria ${count} endereços; o máximo por vez é ${most}`)
  let places: { code: string; coordinates: number[] }[] = [{ code: parts[0]!, coordinates: [] }]
  ranges.forEach((range, index) => {
    const tail = parts[index * 2 + 2]!
    places = places.flatMap(({ code, coordinates }) => range!.map((step) => ({ code: code + step.text + tail, coordinates: [...coordinates, step.number] })))
  })
  const bad = places.find(({ code }) => !/^[A-Z0-9._-]{1,30}$/.test(code))
  if (bad) throw refuse(`O endereço "${bad.code}" não serve: use até 30 letras sem acento, números, ponto, hífen ou sublinhado`)
  return places.map(({ code, coordinates }) => {
    const [aisle = null, bay = null, level = null] = coordinates.length === 1 ? [null, ...coordinates] : coordinates
    return { code, aisle, bay, level }
  })
}

function rangeOf(text: string): { text: string; number: number }[] | undefined {
  const digits = /^(\d{1,6})\.\.(\d{1,6})$/.exec(text)
  const letters = /^([A-Z])\.\.([A-Z])$/.exec(text)
  const [first, last] = digits ? [Number(digits[1]), Number(digits[2])] : letters ? [letters[1]!.charCodeAt(0) - 64, letters[2]!.charCodeAt(0) - 64] : [1, 0]
  if (last < first || last - first >= most) return undefined
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const number = first + index
    return { text: digits ? String(number).padStart(digits[1]!.length, '0') : String.fromCharCode(64 + number), number }
  })
}

/** In the order of the walk. */
export function serpentine<P extends NewPlace>(places: P[]): P[] {
  const back = (place: P) => ((place.aisle ?? 1) % 2 === 0 ? -1 : 1)
  return places.toSorted((a, b) => (a.aisle ?? 0) - (b.aisle ?? 0) || back(a) * ((a.bay ?? 0) - (b.bay ?? 0)) || (a.level ?? 0) - (b.level ?? 0))
}
