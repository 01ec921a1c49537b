import { sql } from 'kysely'
import { addPayables, addRecurrence } from '../payables/index.ts'
import type { NewPayable } from '../payables/index.ts'
import { followCosts } from '../pricing/index.ts'
import type { Actor } from '../platform/actor.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { dateOf, midnight, weekdayOf } from './calendar.ts'
import { daysOfMoney } from './past.ts'

/** Days after the nota on which each supplier is paid, by his number. */
const terms: Record<number, number[]> = { 1: [28], 2: [28, 42], 3: [30], 4: [28], 5: [21, 35], 6: [45, 75], 7: [21], 8: [30, 60] }

type Monthly = Pick<NewPayable, 'kind' | 'beneficiary' | 'description' | 'amount'> & {
  on: number
  method: NonNullable<NewPayable['method']>
  company: 1 | 2
  document?: string
}

/** What comes every month, by its day. */
const monthly: Monthly[] = [
  { on: 5, kind: 'payroll', beneficiary: 'Folha de pagamento', description: 'Salários', amount: 3_612_000, method: 'transfer', company: 1 },
  { on: 5, kind: 'payroll', beneficiary: 'Folha da fábrica', description: 'Salários', amount: 1_874_000, method: 'transfer', company: 2 },
  { on: 7, kind: 'tax', beneficiary: 'FGTS', description: 'Guia do FGTS', amount: 438_880, method: 'tax_guide', company: 1 },
  { on: 8, kind: 'service', beneficiary: 'Contabilidade Horizonte', description: 'Honorários', amount: 185_000, method: 'pix', company: 1 },
  { on: 9, kind: 'tax', beneficiary: 'SEFAZ MG', description: 'ICMS', amount: 1_236_740, method: 'tax_guide', company: 1 },
  { on: 10, kind: 'rent', beneficiary: 'Imobiliária Três Marias', description: 'Aluguel do galpão', amount: 980_000, method: 'boleto', company: 1 },
  { on: 12, kind: 'service', beneficiary: 'Sistemas Serra Azul', description: 'Sistema e hospedagem', amount: 129_000, method: 'boleto', company: 1 },
  { on: 15, kind: 'ads', beneficiary: 'Publicidade dos marketplaces', description: 'Anúncios do mês', amount: 231_450, method: 'boleto', company: 1 },
  { on: 16, kind: 'freight', beneficiary: 'Expresso Mantiqueira', description: 'Fretes da quinzena', amount: 742_310, method: 'boleto', company: 1 },
  { on: 18, kind: 'freight', beneficiary: 'Rápida Sul Encomendas', description: 'Fretes da quinzena', amount: 618_905, method: 'boleto', company: 1 },
  { on: 20, kind: 'tax', beneficiary: 'Receita Federal DAS', description: 'Simples Nacional da fábrica', amount: 914_330, method: 'tax_guide', company: 2 },
  { on: 22, kind: 'loan', beneficiary: 'Banco do Leste', description: 'Parcela das prateleiras', amount: 356_200, method: 'debit', company: 1 },
  { on: 25, kind: 'tax', beneficiary: 'Receita Federal DARF', description: 'PIS e Cofins', amount: 873_610, method: 'tax_guide', company: 1 },
]

/** A payable that a line of the bank will prove. */
export interface Owed extends NewPayable {
  key: string
}

/**
 * Values the stock, owes for what the receipts brought by the terms of each supplier, and for what every month brings. @returns what is or was to be paid, and the ids
 */
export async function oweMoney(tx: Tx, actor: Actor, now: number): Promise<{ owed: Owed[]; ids: Map<string, number> }> {
  for (let more = true; more;) ({ more } = await followCosts(tx, actor, { batch: 40_000 }))
  const today = dateOf(now)
  const owed = [...(await ofReceipts(tx)), ...ofMonths(now)]
  const added = await addPayables(tx, owed, actor)
  const ids = new Map(owed.map(({ key }, index) => [key, added[index]!]))
  for (const { on, kind, beneficiary, description = '', amount, method, company } of monthly) {
    const next = dueFrom(on, today)
    await addRecurrence(
      tx,
      { kind, beneficiary, description, amount, method, company, month_day: on, every_months: 1, next_due: next, active: true } as Parameters<
        typeof addRecurrence
      >[1],
      actor,
    )
  }
  return { owed, ids }
}

async function ofReceipts(tx: Tx): Promise<Owed[]> {
  const { rows } = await sql<{ receipt: number; supplier: number; name: string; cnpj: string; number: string; day: string; value: number }>`
    select receipt.id as receipt, supplier.id as supplier, supplier.name, cnpj, replace(reference, 'NF ', '') as number, min(cost_move.day)::text as day, sum(value)::bigint as value
    from receipt join supplier on supplier.id = receipt.supplier_id join stock_move on ref_kind = 'receipt' and ref_id = receipt.id and reason = 'receive'
    join cost_move on stock_move_id = stock_move.id and cost_move.kind = 'received' and value > 0
    group by receipt.id, supplier.id, supplier.name, cnpj, reference order by receipt.id`.execute(tx)
  return rows.flatMap(({ receipt, supplier, name, cnpj, number, day, value }) => {
    const days = terms[supplier] ?? [30]
    return days.map((after, index): Owed => {
      const amount = Math.round((value * (index + 1)) / days.length) - Math.round((value * index) / days.length)
      return {
        key: `demo receipt ${receipt}/${index + 1}`,
        kind: 'supplier',
        company: 1,
        supplier,
        beneficiary: name,
        document: cnpj,
        description: `Mercadorias da NF ${number}`,
        number: days.length > 1 ? `${number}/${index + 1}` : number,
        instalment: index + 1,
        issuedOn: day,
        dueOn: workday(addDays(day, after)),
        amount,
        goods: amount,
        method: 'boleto',
      }
    })
  })
}

/** Those of the last three months; the next ones come of the recurrences. */
function ofMonths(now: number): Owed[] {
  const today = dateOf(now)
  const first = dateOf(midnight(now, -daysOfMoney))
  return monthly.flatMap(({ on, amount, ...bill }, place) => {
    const days: string[] = []
    for (let day = dueFrom(on, first); day < today; day = dueFrom(on, addDays(day, 1))) days.push(day)
    return days.map((dueOn, month) => ({
      ...bill,
      key: `demo month ${place} ${dueOn.slice(0, 7)}`,
      issuedOn: addDays(dueOn, -10) < first ? first : addDays(dueOn, -10),
      dueOn,
      // the shop grew: what depends on sales was less
      amount: ['tax', 'freight', 'ads'].includes(bill.kind) ? Math.round(amount * (0.55 + (0.45 * (month + 1)) / days.length)) : amount,
    }))
  })
}

/** The first such day of a month at or after `from`. */
function dueFrom(on: number, from: string): string {
  const candidate = `${from.slice(0, 8)}${String(on).padStart(2, '0')}`
  if (candidate >= from) return candidate
  return `${addDays(`${from.slice(0, 8)}28`, 7).slice(0, 8)}${String(on).padStart(2, '0')}`
}

/** Banks pay what falls on a weekend on Monday. */
export function workday(day: string): string {
  const weekday = weekdayOf(Date.parse(`${day}T12:00:00Z`))
  return addDays(day, weekday === 6 ? 2 : weekday === 0 ? 1 : 0)
}
