import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { note } from './owe.ts'

/**
 * Marks what is open and goes elsewhere than the last payment to the same supplier, so that who approves it looks: another Pix key or account is how payments
 * are stolen. The first payment to somebody has nothing to be compared with, and of boletos only the bank knows whose they are. What somebody saw is not
 * asked again.
 */
export async function warnOfPayee(tx: Tx, payables: number[], actor: Actor): Promise<void> {
  if (!payables.length) return
  const { rows } = await sql<{ payable: number; words: string }>`
    with elsewhere as (
      select payable.id, 'O pagamento vai ' || ${place('payable')} || ', e o último a este fornecedor foi ' || ${place('last')} || ': confirme com ele por um telefone que você já tinha' as words
      from payable
      cross join lateral (
        select method, pix_key, bank_details from payable earlier
        where earlier.supplier_id = coalesce(payable.supplier_id, (select id from supplier where cnpj = payable.document)) and earlier.state = 'paid'
        -- a boleto between two Pix says nothing
        order by method in ('pix', 'transfer') desc, paid_on desc, earlier.id desc limit 1
      ) last
      where payable.id = any(${payables}) and payable.state = 'open' and payable.method in ('pix', 'transfer') and ${place('payable')} is distinct from ${place('last')}
    )
    update payable set attention = concat_ws('. ', attention, words) from elsewhere
    where payable.id = elsewhere.id and not exists (select 1 from payable_event seen where payable_id = elsewhere.id and kind = 'seen' and strpos(details ->> 'words', words) > 0)
    returning payable.id as payable, words`.execute(tx)
  await note(
    tx,
    rows.map(({ payable, words }) => ({ payable, kind: 'attention' as const, details: { words, payee: true } })),
    actor,
  )
}

/** Where the money of a row goes, in Portuguese. */
function place(name: 'payable' | 'last') {
  const row = sql.ref(name)
  return sql`case ${row}.method
    when 'pix' then 'para a chave Pix ' || coalesce(${row}.pix_key, '?')
    when 'transfer' then concat('para a conta ', ${row}.bank_details ->> 'account', '-', ${row}.bank_details ->> 'digit', ' da agência ', ${row}.bank_details ->> 'branch', ' do banco ', ${row}.bank_details ->> 'bank')
    else 'por outra forma, como boleto' end`
}
