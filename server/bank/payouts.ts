import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { Evidence } from './contract.ts'
import { letters, openLines, plain } from './open-lines.ts'
import type { Scope } from './open-lines.ts'

/** What the payers of a channel are called in the texts of banks, by a word in the name or code of its account; the account's own name counts too. */
const names: Record<string, string[]> = {
  MERCADO: ['MERCADO PAGO', 'MERCADOPAGO', 'MERCADO LIVRE', 'MERCADOLIVRE'],
  SHOPEE: ['SHOPEE', 'SHPS', 'SHPP'],
  AMAZON: ['AMAZON'],
  MAGALU: ['MAGALU', 'MAGAZINE LUIZA', 'MAGALUPAY'],
  PAGAR: ['PAGAR ME', 'PAGARME', 'STONE'],
  REDE: ['REDE', 'REDECARD'],
  CIELO: ['CIELO'],
}

/** A credit and a withdrawal, or a deposit that a channel tells as a sum of lines, of the same amount within the days that a transfer takes. */
export interface PayoutPair {
  line: number
  payout: number
  channel: string
  amount: number
  day: string
  reference: string | null
  deposit: boolean
  score: number
  evidence: Evidence[]
  /** Centavos that it lost on its way: a fee, if a person says so. */
  fee: number
  /** Neither has another of the same amount within the days, and something beside the amount says that they belong together. */
  sure: boolean
}

/** What wallets and banks keep of a transfer is little: at most R$ 25,00, or 2 % of a large one. Of more nobody thinks as of a fee. */
export const likeFee = (kept: ReturnType<typeof sql>, whole: ReturnType<typeof sql>) => sql`${kept} between 1 and greatest(2500, ${whole} / 50)`

/**
 * All pairs of open credits and payouts that did not arrive. Days: from one before to five after. `short`: also of those that arrived less what may be a fee, which
 * are never sure. Reads the settlement lines of the last days by the key of their table, which begins with account and day.
 */
export async function payoutPairs(tx: Tx, { short = false, ...scope }: Scope & { short?: boolean } = {}): Promise<PayoutPair[]> {
  const { rows } = await sql<{
    line: number
    payout: number
    channel: string
    amount: number
    day: string
    reference: string | null
    deposit: boolean
    fee: number
    away: number
    same_id: boolean
    named: boolean
    seen: boolean
    document: boolean
    per_line: number
    per_payout: number
    rival_text: boolean
    held: boolean
  }>`
    with line as materialized (
      select id, amount, day, text, counterpart_document, end_to_end, remaining, held, ${letters(sql`memo`)} as letters from ${openLines(scope)} line where amount > 0
    ), payout as materialized (
      select * from ${payouts(sql`(select min(day) - 50 from line)`)} payout
      where day between (select min(day) - 6 from line) and (select max(day) + 2 from line)
    ), name as materialized (
      select channel_account.id as account, channel_account.name as channel, word
      from channel_account cross join lateral (
        select word from ${nameTable} where position(' ' || brand in ' ' || ${plain(sql`channel_account.name || ' ' || channel_account.code`)}) > 0
        union select ${plain(sql`channel_account.name`)}
      ) word
    ), confirmed as materialized (
      select distinct settled.account_id as account, ${letters(sql`known.memo`)} as letters, known.counterpart_document as document
      from bank_match join bank_line known on known.id = bank_line_id join settlement_line settled on settled.id = settlement_line_id
      where bank_match.kind = 'payout' and found_by = 'person' and undone_at is null and bank_match.day > (select min(day) - 200 from line)
    ), pair as (
      select line.id as line, payout.id as payout, payout.account_id, payout.amount, payout.day, coalesce(payout.payout_id, payout.payment_ref) as reference, deposit, held, line.day - payout.day as away, payout.amount - line.remaining as fee,
        coalesce(line.end_to_end in (payout.payment_ref, payout.external_line, payout.reference, payout.payout_id), false) as same_id,
        exists (select from name where account = payout.account_id and position(' ' || word in ' ' || line.text) > 0) as named,
        exists (select from name where account <> payout.account_id and position(' ' || word in ' ' || line.text) > 0) and not exists (select from name where account = payout.account_id and position(' ' || word in ' ' || line.text) > 0) as rival_text,
        exists (select from confirmed where confirmed.account = payout.account_id and confirmed.letters = line.letters and length(line.letters) > 3) as seen,
        exists (select from confirmed where confirmed.account = payout.account_id and confirmed.document = line.counterpart_document) as document
      from line join payout on (payout.amount = line.remaining or (${short} and ${likeFee(sql`payout.amount - line.remaining`, sql`payout.amount`)})) and line.day between payout.day - 1 and payout.day + 5
    )
    select pair.*, channel_account.name as channel, count(*) over (partition by line)::int as per_line, count(*) over (partition by payout)::int as per_payout
    from pair join channel_account on channel_account.id = account_id`.execute(tx)
  return rows.map(
    ({ line, payout, channel, amount, day, reference, deposit, fee, away, same_id, named, seen, document, per_line, per_payout, rival_text, held }) => {
      const evidence: Evidence[] = [
        fee ? { what: 'amount:fee', words: `${reais(fee)} a menos: tarifa?`, bits: 2 } : { what: 'amount:equal', words: 'valor igual', bits: 8 },
        ...(same_id ? [{ what: 'id:equal', words: 'mesmo identificador da transferência', bits: 20 }] : []),
        ...(document ? [{ what: 'origin:equal', words: 'CNPJ de onde este canal já pagou', bits: 7 }] : []),
        ...(named ? [{ what: 'text:named', words: 'o texto diz o nome do canal', bits: 5 }] : []),
        ...(seen ? [{ what: 'text:seen', words: 'texto já confirmado para este canal', bits: 4 }] : []),
        ...(rival_text ? [{ what: 'text:other', words: 'o texto diz o nome de outro canal', bits: -8 }] : []),
        { what: 'days', words: daysAway(away), bits: away >= 0 && away <= 1 ? 2 : away <= 3 ? 0 : -2 },
      ]
      const sure = !held && fee === 0 && (same_id || (per_line === 1 && per_payout === 1 && !rival_text && (named || seen || document)))
      return { line, payout, channel, amount, day, reference, deposit, fee, evidence, sure, score: evidence.reduce((sum, { bits }) => sum + bits, 0) }
    },
  )
}

const nameTable = table(
  Object.entries(names).flatMap(([brand, words]) => words.map((word) => ({ brand, word }))),
  'names(brand text, word text)',
)

/** What left a wallet and was not seen in a bank: (id, account_id, amount, day, payout_id, payment_ref, external_line, reference, deposit). */
export const payouts = (since: ReturnType<typeof sql>) => sql`(
  select payout.* from channel_account cross join lateral (
    select line.id, line.account_id, -net as amount, coalesce(paid_on, line.day) as day, payout_id, payment_ref, external_line, reference, false as deposit
    from settlement_line line
    where line.account_id = channel_account.id and line.day >= ${since} and line.kind in ('withdrawal', 'payout') and net < 0
      and not exists (select from told_again where settlement_line_id = line.id)
      and not exists (
        select from settlement_line undone where undone.account_id = line.account_id and undone.kind = 'withdrawal_cancel' and undone.payment_ref = line.payment_ref and undone.net = -line.net
      )
    union all
    select min(line.id), line.account_id, sum(net)::bigint, max(coalesce(paid_on, line.day)), payout_id, null, null, null, true
    from settlement_line line
    where line.account_id = channel_account.id and line.day >= ${since} and payout_id is not null and net <> 0 and kind <> 'share' and (kind <> 'payment' or paid_on is not null)
    group by line.account_id, payout_id having bool_and(kind not in ('withdrawal', 'payout', 'withdrawal_cancel', 'sale', 'instalment', 'notice', 'balance', 'registered', 'written_off')) and sum(net) > 0
  ) payout
  where not exists (select from bank_match where settlement_line_id = payout.id and undone_at is null)
)`

const reais = (centavos: number) => `R$ ${(centavos / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`

export function daysAway(days: number): string {
  if (days === 0) return 'no mesmo dia'
  const count = Math.abs(days) === 1 ? '1 dia' : `${Math.abs(days)} dias`
  return days > 0 ? `${count} depois` : `${count} antes`
}
