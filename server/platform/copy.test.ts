import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { copyIn, copyRows } from './copy.ts'

const db = await cloneDatabase()

test('whatever cells are written, PostgreSQL reads the same ones', async () => {
  const cell = fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', '\0', 'N', 'ç', '€', '🚚', 'a'), maxLength: 12 }),
  )
  const number = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -1_000_000_001, max: 1_000_000_001 }),
    fc.constantFrom(0, 9, 10, -1, 999_999_999, 1_000_000_000),
  )
  const rows = fc.array(fc.tuple(cell, number, cell), { maxLength: 40 })
  await db.command(async (tx) => {
    await sql`create temporary table told (at int generated always as identity, first text, amount bigint, last text)`.execute(tx)
    await fc.assert(
      fc.asyncProperty(rows, rows, async (first, second) => {
        const written = copyRows()
        const pieces = async function* () {
          for (const piece of [first, second]) {
            for (const [one, amount, other] of piece) {
              written.text(one)
              written.number(amount)
              written.text(other)
              written.end()
            }
            yield written.take()
          }
        }
        const count = await copyIn(tx, 'copy told (first, amount, last) from stdin', pieces())
        const { rows: read } = await sql<{ first: string; amount: number; last: string }>`select first, amount, last from told order by at`.execute(tx)
        await sql`truncate told`.execute(tx)
        // no text of PostgreSQL holds a zero byte
        const held = (text: string | null) => text?.replaceAll('\0', '') ?? null
        expect(read).toEqual([...first, ...second].map(([one, amount, other]) => ({ first: held(one), amount, last: held(other) })))
        expect(count).toBe(first.length + second.length)
      }),
      { numRuns: 300 },
    )
  })
})

test('a cell longer than the room kept for a piece is written whole', async () => {
  const long = 'a\\é'.repeat(200_000)
  await db.command(async (tx) => {
    await sql`create temporary table lengthy (said text)`.execute(tx)
    const written = copyRows()
    written.text(long)
    written.end()
    written.text('b'.repeat(300_000))
    written.end()
    await copyIn(
      tx,
      'copy lengthy from stdin',
      (async function* () {
        yield written.take()
      })(),
    )
    const { rows } = await sql<{ said: string }>`select said from lengthy`.execute(tx)
    expect(rows.map(({ said }) => said)).toEqual([long, 'b'.repeat(300_000)])
  })
})

test('an amount that is no whole number is refused', async () => {
  const written = copyRows()
  written.number(10.5)
  written.end()
  const half = (async function* () {
    yield written.take()
  })()
  await expect(
    db.command(async (tx) => {
      await sql`create temporary table whole (amount bigint)`.execute(tx)
      await copyIn(tx, 'copy whole from stdin', half)
    }),
  ).rejects.toThrow('invalid input syntax for type bigint: "10.5"')
})
