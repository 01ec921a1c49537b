import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { cancelLocked, lockPayables } from './change.ts'
import { note } from './owe.ts'

/**
 * What we turned out not to owe, with the reason in Portuguese: what is unpaid is cancelled by opposite moves. Money that left, or is about to, only a person can ask back: the
 * payable says so until somebody has seen it. Again changes nothing. @returns how many were cancelled
 */
export async function withdrawPayables(tx: Tx, rows: { payable: number; words: string }[], actor: Actor): Promise<number> {
  if (!rows.length) return 0
  const wordsOf = new Map(rows.map(({ payable, words }) => [payable, words]))
  const known = await lockPayables(tx, [...wordsOf.keys()])
  const unpaid = known.filter(({ state }) => state === 'open' || state === 'approved')
  for (const [words, gone] of Map.groupBy(unpaid, ({ id }) => wordsOf.get(id)!))
    await cancelLocked(
      tx,
      gone.map(({ id }) => id),
      words,
      actor,
    )
  const late = known.flatMap(({ id, state }) => {
    if (state !== 'sent' && state !== 'paid') return []
    const cure = state === 'paid' ? 'já foi paga: peça o dinheiro de volta ou um crédito' : 'está no banco: cancele o pagamento lá'
    return [{ id, words: `${wordsOf.get(id)}, e esta conta ${cure}` }]
  })
  for (const { id, words } of late) {
    const { rows: told } = await sql`select 1 from payable_event where payable_id = ${id} and kind = 'attention' and details ->> 'words' = ${words}`.execute(tx)
    if (told.length) continue
    await sql`update payable set attention = ${words} where id = ${id}`.execute(tx)
    await note(tx, [{ payable: id, kind: 'attention', details: { words } }], actor)
  }
  return unpaid.length
}
