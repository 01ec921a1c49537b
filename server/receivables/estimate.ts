import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { today } from '../platform/today.ts'
import type { Basis } from './contract.ts'
import { feeOf, fitFee } from './fit-rate.ts'
import type { Fitted, Seen } from './fit-rate.ts'
import { proposePolicy } from './policies.ts'
import type { FeePolicy } from './policies.ts'

/** A group of orders alike under the version in force; `fee`: commission and fixed fee, `paid`: the cost of the payment. Centavos. */
interface Observed {
  policy: number
  from_price: number
  day: string
  worth: number
  gross: number
  units: number
  fee: number
  paid: number
  n: number
}

/**
 * Compares the versions in force with what settlement lines of the last 60 days charged, by price band, and proposes a new dated version where nearly all orders since
 * some day were charged otherwise. A person accepts it. What was dismissed is not proposed again for 30 days.
 * @returns orders looked at, versions proposed
 */
export async function estimateFees(tx: Tx): Promise<{ orders: number; proposed: number }> {
  await sql`update receivable_cursor set estimated_on = (now() at time zone (select zone from merchant_time))::date`.execute(tx)
  const versions = await inForce(tx)
  let [orders, proposed] = [0, 0]
  for (const version of versions) {
    const seen = await observed(tx, version)
    orders += seen.reduce((sum, { n }) => sum + n, 0)
    const found = compare(version, seen)
    if (found && !(await dismissed(tx, found.policy))) {
      await proposePolicy(tx, found.policy, found.basis)
      proposed++
    }
  }
  return { orders, proposed }
}

type Version = Omit<Required<FeePolicy>, 'note' | 'method' | 'instalment_days'> & {
  id: number
  method: string | null
  instalment_days: number | null
  note: string | null
}

async function inForce(tx: Tx): Promise<Version[]> {
  const { rows } = await sql<Version>`
    select distinct on (account_id, method, from_instalments) policy.id, account_id as account, method, from_instalments, valid_from, payment_rate::text, tax_withheld_rate::text, tax_split_rate::text,
      freight_share::text, coupon_share::text, release_after, release_days, transit_days, instalment_days, acquirer, arrangement, null as note, bands
    from fee_policy policy cross join merchant_time
    join lateral (
      select jsonb_agg(jsonb_build_object('from_price', from_price, 'commission_rate', commission_rate::text, 'fixed_fee', fixed_fee) order by from_price) as bands from fee_band where policy_id = policy.id
    ) band on true
    where state = 'active' and valid_from <= (now() at time zone zone)::date
    order by account_id, method, from_instalments, valid_from desc`.execute(tx)
  return rows
}

/** Orders of this version that were paid whole by one line for each instalment, with all goods in one band and none brought back. */
async function observed(tx: Tx, version: Version): Promise<Observed[]> {
  const { rows } = await sql<Observed>`
    with line as (
      select receivable.order_id, line.commission, line.fixed_fee, line.payment_fee
      from settlement_line line join receivable on receivable.account_id = line.account_id and receivable.external_order = line.external_order and receivable.instalment = line.instalment
      where line.account_id = ${version.account} and line.kind = 'payment' and line.net > 0 and line.day >= ${today} - 60
      union all
      select receivable.order_id, line.commission, line.fixed_fee, line.payment_fee
      from settlement_line line join receivable on receivable.account_id = line.account_id and receivable.payment_ref = line.payment_ref and receivable.instalment = line.instalment
      where line.account_id = ${version.account} and line.kind in ('payment', 'share') and line.net > 0 and line.day >= ${today} - 60 and line.external_order is null
    ), charged as (
      select order_id, -sum(commission + fixed_fee)::bigint as fee, -sum(payment_fee)::bigint as paid, count(*) as lines from line group by order_id
    ), owed as (
      select charged.*, min(approved_on) as day, sum(gross)::bigint as gross
      from charged join receivable using (order_id) join receivable_terms terms on terms.receivable_id = receivable.id
      where policy_id in (select id from fee_policy where account_id = ${version.account})
      group by order_id, fee, paid, lines
      having count(*) = lines and max(payment) = 1 and max(owed_back + taken_back) = 0 and min(approved_on) >= ${version.valid_from}
    ), sale as (
      select owed.*, min(from_price) as from_price, max(from_price) as highest, sum(units)::bigint as units, sum(worth)::bigint as worth
      from owed
      join lateral (
        select coalesce(min(method), '') as method, coalesce(min(installments), 1) as installments from order_payment where order_payment.order_id = owed.order_id
      ) way on true
      join lateral (
        -- the version of this very order: another may count for its method or instalments
        select id from fee_policy where account_id = ${version.account} and state = 'active' and valid_from <= owed.day and (fee_policy.method is null or fee_policy.method = way.method) and from_instalments <= way.installments
        order by fee_policy.method is null, from_instalments desc, valid_from desc limit 1
      ) policy on policy.id = ${version.id}
      join lateral (
        select unit_price, quantity - cancelled as units, (quantity - cancelled) * unit_price - discount * (quantity - cancelled) / quantity as worth
        from order_line where order_line.order_id = owed.order_id and quantity > cancelled
      ) goods on true
      join lateral (select from_price from fee_band where policy_id = ${version.id} and from_price <= unit_price order by from_price desc limit 1) band on true
      group by owed.order_id, fee, paid, lines, day, gross
    )
    select from_price, day, worth, gross, units, fee, paid, count(*) as n from sale where from_price = highest and worth > 0 group by from_price, day, worth, gross, units, fee, paid`.execute(
    tx,
  )
  return rows
}

/** The new version and what it rests on, or null where the table holds. */
function compare(version: Version, seen: Observed[]): { policy: FeePolicy; basis: Basis } | null {
  // some channels tell the cost of the payment apart, others inside the commission
  const apart = seen.some(({ paid }) => paid !== 0)
  const paymentRate = Number(version.payment_rate)
  const parts: Basis['parts'] = []
  const fits: Fitted[] = []
  const bands = version.bands.map((band) => {
    const table = { rate: Number(band.commission_rate), fixed: band.fixed_fee }
    const alike = seen
      .filter(({ from_price }) => from_price === band.from_price)
      .map((row): Seen => ({ ...row, fee: apart ? row.fee : row.fee - feeOf({ rate: paymentRate, fixed: 0 }, { worth: row.gross, units: 0 }) }))
    const fit = fitFee(alike, table)
    if (!fit) return band
    fits.push(fit)
    parts.push({
      part: 'commission',
      from_price: band.from_price,
      old_rate: plain(table.rate),
      new_rate: plain(fit.rate),
      old_fixed: table.fixed,
      new_fixed: fit.fixed,
      ...shown(fit),
    })
    return { ...band, commission_rate: plain(fit.rate), fixed_fee: fit.fixed }
  })
  const payment = apart
    ? fitFee(
        seen.map((row): Seen => ({ ...row, worth: row.gross, units: 0, fee: row.paid })),
        { rate: paymentRate, fixed: 0 },
        { fixed: false },
      )
    : null
  if (payment) {
    fits.push(payment)
    parts.push({
      part: 'payment_fee',
      from_price: null,
      old_rate: plain(paymentRate),
      new_rate: plain(payment.rate),
      old_fixed: 0,
      new_fixed: 0,
      ...shown(payment),
    })
  }
  if (!fits.length) return null
  const since = fits.map((fit) => fit.since).toSorted()[0]!
  const { id: _id, note: _note, ...terms } = version
  return {
    // a version in force never changes: the new one begins a day later at the earliest
    policy: {
      ...terms,
      bands,
      payment_rate: plain(payment?.rate ?? paymentRate),
      valid_from: since > version.valid_from ? since : dayAfter(version.valid_from),
    },
    basis: {
      since,
      orders: Math.max(...fits.map(({ orders }) => orders)),
      share: Math.min(...fits.map(({ share }) => share)),
      month: fits.reduce((sum, { month }) => sum + month, 0),
      parts,
    },
  }
}

const shown = ({ orders, share, month }: Fitted) => ({ orders, share, month })
const plain = (rate: number) => rate.toFixed(6).replace(/\.?0+$/, '')
const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)

/** Somebody said no to the same a short while ago. */
async function dismissed(tx: Tx, { account, method, from_instalments, payment_rate, bands }: FeePolicy): Promise<boolean> {
  const { rows } = await sql<{ same: boolean }>`
    select exists (
      select 1 from fee_policy policy
      where account_id = ${account} and method is not distinct from ${method ?? null} and from_instalments = ${from_instalments ?? 1} and state = 'dismissed' and decided_at > now() - interval '30 days'
        and payment_rate = ${payment_rate}::numeric and not exists (
          select 1 from fee_band full join jsonb_to_recordset(${JSON.stringify(bands)}::jsonb) as wanted(from_price bigint, commission_rate numeric, fixed_fee bigint)
            on wanted.from_price = fee_band.from_price and wanted.commission_rate = fee_band.commission_rate and wanted.fixed_fee = fee_band.fixed_fee
          where (policy_id = policy.id or policy_id is null) and (fee_band.from_price is null or wanted.from_price is null)
        )
    ) as same`.execute(tx)
  return one(rows).same
}
