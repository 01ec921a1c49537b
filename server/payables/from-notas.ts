import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { addPayables } from './add.ts'
import type { BankDetails, Method, NewPayable } from './add.ts'
import { shareGoods, shareOfGoods } from './share-goods.ts'
import { withdrawPayables } from './withdraw.ts'

interface Nota {
  id: number
  company: number
  supplier: number
  name: string
  document: string
  number: number
  issued_on: string
  total: number
  instalments: { number: string; due: string; amount: number }[]
  /** Share of the items that goes into the stock: centavos of all, and of those. */
  landed: number
  goods: number
  days: number[]
  method: Method | null
  pix_key: string | null
  bank_details: BankDetails | null
  /** Who said where he is paid. */
  saved_by: number | null
}

/** Days from the issue when neither the nota nor anybody says when it is due: a guess that a person must confirm. */
const guessedDays = 28
const notasAtOnce = 500

/**
 * Received notas of known suppliers become payables: one for each instalment; without instalments by the supplier's terms, or 28 days after the issue to be
 * confirmed. A nota that the issuer cancelled, or that we refused, takes its unpaid ones back. @returns how many payables were added and cancelled
 */
export async function followNotas(tx: Tx, actor: Actor): Promise<{ added: number; cancelled: number }> {
  const { rows } = await sql<Nota>`
    select nota.id, nota.company_id as company, supplier.id as supplier, supplier.name, nota.supplier_document as document, nota.number,
      (nota.issued_at at time zone zone)::date as issued_on, nota.total, nota.instalments, item.landed, item.goods,
      coalesce(terms.days, '{}') as days, terms.method, terms.pix_key, terms.bank_details, terms.saved_by
    from received_nota nota cross join merchant_time
    join company on company.id = nota.company_id and company.environment = nota.environment
    join supplier on supplier.id = coalesce(nota.supplier_id, (select id from supplier where cnpj = nota.supplier_document))
    left join supplier_terms terms on terms.supplier_id = supplier.id
    cross join lateral (
      select coalesce(sum(landed), 0)::bigint as landed, coalesce(sum(landed) filter (where not no_stock), 0)::bigint as goods, bool_or(cfop ~ ${sale}) as sold
      from received_item where nota_id = nota.id
    ) item
    where nota.state = 'complete' and nota.direction = 1 and nota.total > 0 and nota.manifestation not in ('unknown', 'not_done')
      and not exists (select 1 from company own where own.cnpj = nota.supplier_document)
      and not exists (select 1 from payable where received_nota_id = nota.id)
      and (jsonb_array_length(nota.instalments) > 0 or item.sold)
    order by nota.id limit ${notasAtOnce}`.execute(tx)
  const added = await addPayables(tx, rows.flatMap(payablesOf), actor)
  // what was said of the items since they were read above
  await shareGoods(
    tx,
    rows.map(({ id }) => id),
    actor,
  )
  return { added: added.filter((id) => id !== null).length, cancelled: await dropCancelled(tx, actor) }
}

/** CFOPs of a supplier's sale: goods, with ST, fuel, energy, service. A bonus, a loan or a repair is owed only when it has instalments. */
const sale = '^[567](1[0-2][0-9]|40[1-5]|65[1-6]|25[1-8]|933)$'

function payablesOf(nota: Nota): NewPayable[] {
  const { issued_on: issuedOn, days } = nota
  const told = nota.instalments.filter(({ amount }) => amount > 0)
  const parts = told.length
    ? told.map(({ number, due, amount }, at) => ({ number: `${nota.number}/${number || at + 1}`, dueOn: due, amount, attention: null }))
    : (days.length ? days : [guessedDays]).map((after, at, all) => ({
        number: all.length > 1 ? `${nota.number}/${at + 1}` : String(nota.number),
        dueOn: addDays(issuedOn, after),
        amount: Math.floor((nota.total * (at + 1)) / all.length) - Math.floor((nota.total * at) / all.length),
        attention: days.length ? null : `A nota não traz parcelas: confirme o vencimento, suposto em ${guessedDays} dias da emissão`,
      }))
  const shares = shareOfGoods(
    parts.map(({ amount }) => amount),
    nota,
  )
  return parts.map((part, at) => ({
    ...part,
    key: `nota:${nota.id}:${at + 1}`,
    kind: 'supplier',
    company: nota.company,
    supplier: nota.supplier,
    beneficiary: nota.name.slice(0, 120),
    document: nota.document,
    description: `NF-e ${nota.number}`,
    receivedNota: nota.id,
    instalment: at + 1,
    issuedOn: issuedOn < part.dueOn ? issuedOn : part.dueOn,
    goods: shares[at]!,
    method: nota.method ?? 'boleto',
    pixKey: nota.pix_key,
    bankDetails: nota.bank_details,
    typedBy: nota.pix_key || nota.bank_details ? nota.saved_by : null,
  }))
}

async function dropCancelled(tx: Tx, actor: Actor): Promise<number> {
  const { rows } = await sql<{ payable: number; words: string }>`
    select payable.id as payable, case when nota.state in ('cancelled', 'denied') then 'A nota foi cancelada por quem a emitiu' else 'A nota foi recusada na manifestação' end as words
    from payable join received_nota nota on nota.id = received_nota_id
    where payable.state <> 'cancelled' and (nota.state in ('cancelled', 'denied') or nota.manifestation in ('unknown', 'not_done'))
    order by payable.id`.execute(tx)
  return withdrawPayables(tx, rows, actor)
}
