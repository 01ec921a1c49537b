import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { reais } from './formats/cells.ts'

/** Kinds of line that move the wallet by themselves; a payment does when it tells the day on which it was paid. The index settlement_line_told has the same words. */
export const moving = sql`('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute', 'fee', 'shipping', 'withdrawal', 'withdrawal_cancel', 'payout', 'anticipation', 'reserve', 'lien', 'adjustment', 'other')`

/** A fresh file's lines; ids above `after`. */
interface Lines {
  account: number
  file: number
  after: number
}

/**
 * Of a file's new lines notes those that reports of another format told already: same kind, payment and amount (a withdrawal is a payout). As often as the format that tells it
 * most often does, so that two equal refunds stay two, whichever file comes first. Accounts with files of one format cost one look.
 * @returns how many lines tell what is known
 */
export async function noteToldAgain(tx: Tx, { account, file, after }: Lines): Promise<number> {
  const { rows } = await sql<{ other: boolean }>`
    select exists (select from source_file where account_id = ${account} and format <> (select format from source_file where id = ${file})) as other`.execute(
    tx,
  )
  if (!rows[0]?.other) return 0
  const { numAffectedRows } = await sql`
    with own as materialized (
      select distinct payment_ref from settlement_line where id > ${after} and file_id = ${file} and payment_ref is not null and net <> 0 and kind in ${moving}
    ), told as (
      select line.*, row_number() over (partition by what, line.payment_ref, net, format order by line.id) as turn
      from own cross join lateral (
        select id, file_id, payment_ref, net, case kind when 'payout' then 'withdrawal' else kind end as what from settlement_line line
        where line.account_id = ${account} and line.payment_ref = own.payment_ref and line.payment_ref is not null and kind in ${moving} and net <> 0
        -- by its index, one payment after the other, also while the table has no statistics
        offset 0
      ) line
      join source_file on source_file.id = file_id
    )
    insert into told_again (settlement_line_id, first_id)
    -- the new lines have the highest ids: an older one of the same turn is another format's
    select id, first_id from (select id, min(id) over (partition by what, payment_ref, net, turn) as first_id from told) turns where id > ${after} and first_id <> id`.execute(
    tx,
  )
  return Number(numAffectedRows)
}

/**
 * What a person should know of a file, in Portuguese: how many lines repeat another report, and where it says another amount of a refund, chargeback or withdrawal than an earlier
 * file of its format did for the same payment and day. That is a second one in part, or a report that the channel corrected; only the channel knows, so both count.
 */
export async function toldAgainWords(tx: Tx, { account, file, after, repeated }: Lines & { repeated: number }): Promise<string[]> {
  const { rows } = await sql<{ row: number; net: number; payment_ref: string; said: number; name: string; there: number }>`
    select distinct on (own.id) own.row, own.net, own.payment_ref, other.net as said, source_file.name, other.row as there
    from settlement_line own join source_file this on this.id = own.file_id
    cross join lateral (
      select other.id, net, row, other.file_id from settlement_line other where other.account_id = ${account} and other.payment_ref = own.payment_ref and other.payment_ref is not null
        and other.kind in ${moving} and other.kind = own.kind and other.day = own.day and other.net <> own.net and other.file_id <> own.file_id offset 0
    ) other
    join source_file on source_file.id = other.file_id and source_file.format = this.format
    where own.id > ${after} and own.file_id = ${file} and own.payment_ref is not null and own.kind in ('refund', 'chargeback', 'dispute', 'withdrawal', 'payout')
    order by own.id, other.id desc`.execute(tx)
  const words = rows
    .slice(0, 5)
    .map(
      ({ row, net, payment_ref, said, name, there }) =>
        `Linha ${row}: ${reais(net)} do pagamento ${payment_ref}, e a linha ${there} de ${name} dizia ${reais(said)} no mesmo dia. As duas contam: se o canal corrigiu o relatório, confira o saldo da carteira`,
    )
  if (rows.length > 5) words.push(`E mais ${rows.length - 5} linhas com outro valor do que um arquivo anterior dizia`)
  if (repeated === 1) words.unshift('Uma linha repete outro relatório deste canal e não move dinheiro de novo')
  if (repeated > 1) words.unshift(`${repeated} linhas repetem outro relatório deste canal e não movem dinheiro de novo`)
  return words
}
