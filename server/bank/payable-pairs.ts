import { sql } from 'kysely'
import { beyondDue } from '../payables/index.ts'
import type { Tx } from '../platform/db.ts'
import type { Evidence } from './contract.ts'
import { fields, weights } from './experience.ts'
import type { Field } from './experience.ts'
import { openLines, plain } from './open-lines.ts'
import type { Scope } from './open-lines.ts'
import { daysAway } from './payouts.ts'

/** A debit and a payable that may be the same payment. */
export interface PayablePair {
  line: number
  payable: number
  /** Centavos that the payment would be booked with: what left the account. */
  amount: number
  beneficiary: string
  description: string
  number: string | null
  due_on: string
  owed: number
  paid_already: boolean
  /** What the line is beyond what was due: interest, or a discount below zero; zero when it is what was due. */
  difference: number
  supplier: number | null
  score: number
  /** Bits over the next candidate of the line and of the payable; over "none of them" (zero) when there is none. */
  lead: number
  evidence: Evidence[]
  /** What each field was found to be, "field:outcome". */
  outcomes: string[]
  /** The line is left to persons. */
  held: boolean
}

interface Terms {
  whole: number
  discount: number
  discount_until: string | null
  day: string
}

/**
 * Weighs every open debit with every payable of ±5 % of its amount and ±7 days (screens look farther), in one statement. A payable that somebody marked as paid is
 * a candidate of a debit of the very amount and account: the line is its proof.
 */
export async function payablePairs(tx: Tx, { before = 7, later = 7, ...scope }: Scope & { before?: number; later?: number } = {}): Promise<PayablePair[]> {
  const bits = await weights(tx)
  const { rows } = await sql<
    Omit<PayablePair, 'evidence' | 'outcomes' | 'lead' | 'difference'> &
      Record<Field, string> & { away: number; second_line: number | null; second_payable: number | null } & Terms
  >`
    with line as materialized (
      select id, held, bank_account_id, -amount as amount, day, kind, text, document, coalesce(counterpart_document, '') as payee,
        ' ' || regexp_replace(memo || ' ' || coalesce(document, ''), '[^0-9A-Za-z]+', ' ', 'g') || ' ' as tokens, regexp_replace(memo, '[^0-9A-Z]', '', 'g') as bare
      from ${openLines(scope)} line where amount < 0 and remaining = -amount
    ), debt as materialized (
      select id, kind, beneficiary, description, number, supplier_id, amount, discount, discount_until, due_on, method, coalesce(document, '') as payee, state = 'paid' as paid_already,
        coalesce(paid, amount) as owed, coalesce(paid_on, due_on) as day, bank_account_id,
        ltrim(regexp_replace(coalesce(number, ''), '[^0-9]', '', 'g'), '0') as digits,
        array(select left(word, 7) from regexp_split_to_table(${plain(sql`beneficiary`)}, ' ') word
          where length(word) >= 3 and word not in ('LTDA', 'EIRELI', 'EPP', 'MEI', 'COMERCIO', 'INDUSTRIA', 'SERVICOS', 'DOS', 'DAS', 'CIA', 'COM', 'IND')) as names
      from payable
      where bank_line_id is null and (state in ('open', 'approved', 'sent') or (state = 'paid' and bank_account_id is not null))
        and coalesce(paid_on, due_on) between (select min(day) - ${later}::int from line) and (select max(day) + ${before}::int from line)
    ), pair as (
      select line.id as line, debt.id as payable, line.amount, beneficiary, description, debt.number, due_on, owed, paid_already, debt.amount as whole, discount, discount_until, line.day, supplier_id as supplier, line.day - debt.day as away, held,
        case when line.amount = owed then 'equal' when not paid_already and line.amount = debt.amount - discount and line.day <= discount_until then 'discount' when line.amount > owed then 'interest' else 'less' end as amount_is,
        case when line.day = debt.day then 'same' when line.day - debt.day between -1 and 3 then 'near' when abs(line.day - debt.day) <= 7 then 'week' else 'far' end as days_is,
        case when debt.payee = '' then 'unknown' when line.payee = debt.payee or position(debt.payee in bare) > 0 then 'equal' when line.payee = '' then 'unknown'
          when left(line.payee, 8) = left(debt.payee, 8) and length(debt.payee) = 14 and length(line.payee) = 14 then 'root' else 'differs' end as document_is,
        case when length(digits) >= 3 and tokens ~ (' 0*' || digits || ' ') then 'found' else 'unknown' end as number_is,
        (select case when cardinality(names) = 0 or count(*) filter (where position(name in text) > 0) = 0 then 'none' when count(*) filter (where position(name in text) > 0) = cardinality(names) then 'whole' else 'some' end
          from unnest(names) name) as name_is,
        case when (debt.kind = 'tax') <> (line.kind = 'tax') then 'differs' when debt.kind = 'tax' then 'agrees' when line.kind not in ('boleto', 'pix', 'transfer') then 'unknown'
          when (method, line.kind) in (('boleto', 'boleto'), ('pix', 'pix'), ('transfer', 'transfer')) then 'agrees' when method in ('debit', 'other') then 'unknown' else 'differs' end as way_is
      from line join debt on line.amount between floor(owed * 0.95) and ceil(owed * 1.05) + 1 and line.day between debt.day - ${before}::int and debt.day + ${later}::int
      where not paid_already or (line.amount = owed and line.bank_account_id = debt.bank_account_id)
    ), weighed as (
      select pair.*, round((${sql.join(
        fields.map((field) => sql`(${JSON.stringify(bits)}::jsonb ->> (${field} || ':' || ${sql.ref(`${field}_is`)}))::numeric`),
        sql` + `,
      )}), 2) as score from pair
    )
    select line, payable, amount, beneficiary, description, number, due_on::text, owed, paid_already, whole, discount, discount_until, day, supplier, away, held, score::float8,
      ${sql.join(
        fields.map((field) => sql`${sql.ref(`${field}_is`)} as ${sql.ref(`${field}_found`)}`),
        sql`, `,
      )},
      (case when row_number() over by_line = 1 then lead(score) over by_line else first_value(score) over by_line end)::float8 as second_line,
      (case when row_number() over by_payable = 1 then lead(score) over by_payable else first_value(score) over by_payable end)::float8 as second_payable
    from weighed
    window by_line as (partition by line order by score desc, payable rows between unbounded preceding and unbounded following),
      by_payable as (partition by payable order by score desc, line rows between unbounded preceding and unbounded following)
    order by score desc, payable`.execute(tx)
  return rows.map(({ second_line, second_payable, away, ...row }) => {
    const found = row as unknown as Record<string, string>
    const outcomes = fields.map((field) => `${field}:${found[`${field}_found`]}`)
    const {
      line: of,
      payable,
      amount,
      beneficiary,
      description,
      number,
      due_on,
      owed,
      paid_already,
      whole,
      discount,
      discount_until,
      day,
      supplier,
      score,
      held,
    } = row
    return {
      line: of,
      payable,
      amount,
      beneficiary,
      description,
      number,
      due_on,
      owed,
      paid_already,
      difference: paid_already ? 0 : beyondDue({ amount: whole, discount, discount_until }, day, amount),
      supplier,
      score,
      lead: Math.round((score - Math.max(0, second_line ?? 0, second_payable ?? 0)) * 100) / 100,
      evidence: outcomes
        .map((what) => ({ what, words: wordsOf(what, away, amount - owed), bits: Math.round((bits[what] ?? 0) * 10) / 10 }))
        .filter(({ words }) => words !== ''),
      outcomes,
      held,
    }
  })
}

function wordsOf(outcome: string, away: number, over: number): string {
  if (outcome.startsWith('days:')) return daysAway(away).replace(/(antes|depois)$/, '$1 do vencimento')
  if (outcome === 'amount:interest') return `${reais(over)} a mais (juros)`
  if (outcome === 'amount:less') return `${reais(-over)} a menos`
  return words[outcome] ?? ''
}
const words: Record<string, string> = {
  'amount:equal': 'valor igual',
  'amount:discount': 'valor com o desconto',
  'document:equal': 'CNPJ igual',
  'document:root': 'CNPJ da mesma empresa, outra filial',
  'document:differs': 'CNPJ de outra empresa',
  'number:found': 'número do documento no texto',
  'name:whole': 'nome no texto',
  'name:some': 'parte do nome no texto',
  'way:agrees': 'mesma forma de pagamento',
  'way:differs': 'outra forma de pagamento',
}
const reais = (centavos: number) => `R$ ${(centavos / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`
