import { CopyRows } from '../platform/copy.ts'
import { saoPauloDay } from './formats/cells.ts'
import { lineDay } from './formats/collect.ts'
import type { SettlementLine } from './formats/lines.ts'

/** Columns of `settlement_line` in the order of `rowsOf`. */
export const columns =
  'account_id, file_id, row, day, hash, occurrence, kind, word, external_order, payment_ref, reference, batch, external_line, sku, instalment, gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net, approved_on, release_on, paid_on, payout_id, original_due'

/** Lines of a file as rows of COPY, a piece for each batch. */
export async function* rowsOf(batches: AsyncIterable<SettlementLine[]> | Iterable<SettlementLine[]>, account: number, file: number) {
  const rows = new CopyRows()
  for await (const batch of batches) {
    for (const line of batch) write(rows, line, account, file)
    yield rows.take()
  }
  yield rows.last()
}

const approvedOn = ({ approvedAt }: SettlementLine) => approvedAt && saoPauloDay(approvedAt)

function write(rows: CopyRows, line: SettlementLine, account: number, file: number) {
  const { fees } = line
  const commission = fees.commission ?? 0
  const fixed = fees.fixed ?? 0
  const payment = (fees.payment ?? 0) + (fees.financing ?? 0)
  const freight = fees.shipping ?? 0
  const coupon = (fees.coupon ?? 0) + (fees.discount ?? 0)
  const tax = fees.tax ?? 0
  rows.bigint(account)
  rows.bigint(file)
  rows.integer(line.row)
  rows.date(lineDay(line))
  rows.uuid(line.hash)
  rows.integer(line.occurrence)
  rows.text(line.kind)
  rows.text(line.word)
  rows.text(line.externalOrder)
  rows.text(line.paymentRef)
  rows.text(line.reference)
  rows.text(line.batch)
  rows.text(line.lineId)
  rows.text(line.sku)
  rows.integer(line.instalment ?? 1)
  rows.bigint(line.gross)
  rows.bigint(commission)
  rows.bigint(fixed)
  rows.bigint(payment)
  rows.bigint(freight)
  rows.bigint(coupon)
  rows.bigint(tax)
  rows.bigint(line.net - line.gross - commission - fixed - payment - freight - coupon - tax)
  rows.bigint(line.net)
  rows.date(approvedOn(line))
  rows.date(line.releaseOn)
  rows.date(line.paidOn)
  rows.text(line.payoutId)
  rows.date(line.originalDue)
  rows.end()
}
