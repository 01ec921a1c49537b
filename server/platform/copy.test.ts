import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { copyIn, CopyRows } from './copy.ts'

const db = await cloneDatabase()

test('whatever cells are written, PostgreSQL reads the same ones', async () => {
  const cell = fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', '\0', 'N', 'ç', '€', '🚚', 'a'), maxLength: 12 }),
  )
  const day = fc.option(
    fc.integer({ min: -150_000, max: 80_000 }).map((days) => new Date(Date.UTC(2000, 0, 1) + days * 86_400_000).toISOString().slice(0, 10)),
    { nil: null },
  )
  const small = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2_147_483_647, -2_147_483_648))
  const large = fc.oneof(fc.maxSafeInteger(), small, fc.constantFrom(4_294_967_295, 4_294_967_296, -4_294_967_296, -4_294_967_297))
  const rows = fc.array(fc.record({ text: cell, small, large, day, key: fc.uuid(), last: cell }), { maxLength: 40 })
  await db.command(async (tx) => {
    await sql`create temporary table told (at int generated always as identity, text text, small int, large bigint, day date, key uuid, last text)`.execute(tx)
    await fc.assert(
      fc.asyncProperty(rows, rows, async (first, second) => {
        const written = new CopyRows()
        const pieces = async function* () {
          for (const piece of [first, second]) {
            for (const row of piece) {
              written.text(row.text)
              written.integer(row.small)
              written.bigint(row.large)
              written.date(row.day)
              written.uuid(row.key.replaceAll('-', ''))
              written.text(row.last)
              written.end()
            }
            yield written.take()
          }
          yield written.last()
        }
        const count = await copyIn(tx, 'copy told (text, small, large, day, key, last) from stdin with (format binary)', pieces())
        const { rows: read } = await sql`select text, small, large, day, key, last from told order by at`.execute(tx)
        await sql`truncate told`.execute(tx)
        // no text of PostgreSQL holds a zero byte
        const held = (text: string | null) => text?.replaceAll('\0', '') ?? null
        expect(read).toEqual([...first, ...second].map((row) => ({ ...row, text: held(row.text), last: held(row.last) })))
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
    const written = new CopyRows()
    written.text(long)
    written.end()
    written.text('b'.repeat(300_000))
    written.end()
    await copyIn(
      tx,
      'copy lengthy from stdin with (format binary)',
      (async function* () {
        yield written.last()
      })(),
    )
    const { rows } = await sql<{ said: string }>`select said from lengthy`.execute(tx)
    expect(rows.map(({ said }) => said)).toEqual([long, 'b'.repeat(300_000)])
  })
})

test('what the column cannot hold is refused before it is sent', () => {
  const rows = new CopyRows()
  expect(() => rows.integer(2_147_483_648)).toThrow('2147483648 is no int')
  expect(() => rows.integer(10.5)).toThrow('10.5 is no int')
  expect(() => rows.bigint(10.5)).toThrow('10.5 is no bigint')
  expect(() => rows.bigint(2 ** 53)).toThrow('9007199254740992 is no bigint')
  expect(() => rows.date('2026-02-30')).toThrow('2026-02-30 is no day')
  expect(() => rows.date('amanhã')).toThrow('amanhã is no day')
  expect(() => rows.uuid('0123')).toThrow('0123 is no UUID')
  expect(() => rows.uuid('g'.repeat(32))).toThrow('is no UUID')
})
