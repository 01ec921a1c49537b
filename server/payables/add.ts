import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { todayOf } from '../platform/today.ts'
import type { Kind } from './words.ts'
import { note, owe } from './owe.ts'
import { warnOfPayee } from './payee.ts'

export type Method = 'boleto' | 'pix' | 'transfer' | 'tax_guide' | 'debit' | 'other'
export interface BankDetails {
  bank: string
  branch: string
  account: string
  digit: string
  savings?: boolean | undefined
}

/** A sum that we owe. Days are YYYY-MM-DD, money is centavos. */
export interface NewPayable {
  /** Where it comes from; the same key is added once. */
  key?: string
  kind: Kind
  company?: number | null
  supplier?: number | null
  beneficiary: string
  document?: string | null
  description?: string
  number?: string | null
  receivedNota?: number | null
  recurrence?: number | null
  instalment?: number
  issuedOn?: string | null
  dueOn: string
  amount: number
  /** Part of the amount that buys goods for the stock. */
  goods?: number
  discountUntil?: string | null
  discount?: number
  method?: Method
  barcode?: string | null
  pixKey?: string | null
  bankDetails?: BankDetails | null
  attention?: string | null
  /** Who said where it is paid, when that is not who adds it. */
  typedBy?: number | null
}

/**
 * Adds payables and posts what is owed: goods become stock, the rest is an expense. A key that is known adds nothing. What a recurrence makes ahead is owed
 * on its day only. @returns ids of the new ones, in the order of `rows`; null where the key was known
 */
export async function addPayables(tx: Tx, rows: NewPayable[], actor: Actor): Promise<(number | null)[]> {
  if (!rows.length) return []
  const { rows: made } = await sql<{ row: number; id: number; owed: boolean }>`
    with sent as materialized (
      select * from ${table(
        rows.map((row, index) => ({ ...row, row: index })),
        `sent(row int, key text, kind text, company bigint, supplier bigint, beneficiary text, document text, description text, number text, "receivedNota" bigint, recurrence bigint,
          instalment int, "issuedOn" date, "dueOn" date, amount bigint, goods bigint, "discountUntil" date, discount bigint, method text, barcode text, "pixKey" text, "bankDetails" jsonb, attention text, "typedBy" bigint)`,
      )}
    ), numbered as (
      select sent.*, nextval(pg_get_serial_sequence('payable', 'id')) as id from sent order by key nulls first, row
    ), made as (
      insert into payable (id, key, kind, company_id, supplier_id, beneficiary, document, description, number, received_nota_id, recurrence_id, instalment, issued_on, due_on, amount, goods,
        discount_until, discount, method, barcode, pix_key, bank_details, attention, created_by, typed_by)
      overriding system value
      select id, key, kind, company, supplier, beneficiary, document, coalesce(description, ''), number, "receivedNota", recurrence, coalesce(instalment, 1), "issuedOn", "dueOn", amount,
        coalesce(goods, 0), "discountUntil", coalesce(discount, 0), coalesce(method, 'boleto'), barcode, "pixKey", "bankDetails", attention, ${actor.person}, coalesce("typedBy", ${actor.person}::bigint)
      from numbered order by id
      on conflict do nothing returning id, recurrence_id
    )
    select row, made.id, recurrence_id is null as owed from made join numbered using (id) order by row`.execute(tx)
  await note(
    tx,
    made.map(({ id }) => ({ payable: id, kind: 'added' as const })),
    actor,
  )
  await warnOfPayee(
    tx,
    made.map(({ id }) => id),
    actor,
  )
  const owed = made.filter((one) => one.owed).map(({ id }) => id)
  await owe(tx, owed, await todayOf(tx), actor)
  const ids = new Map(made.map(({ row, id }) => [row, id]))
  return rows.map((_, index) => ids.get(index) ?? null)
}
