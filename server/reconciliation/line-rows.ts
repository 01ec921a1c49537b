import { copyRow } from '../platform/copy.ts'
import { saoPauloDay } from './formats/cells.ts'
import type { SettlementLine } from './formats/lines.ts'

/** Columns of `settlement_line` in the order of `rowsOf`. */
export const columns =
  'account_id, file_id, row, day, hash, occurrence, kind, word, external_order, payment_ref, reference, batch, external_line, sku, instalment, gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net, approved_on, release_on, paid_on, payout_id, original_due'

/** Lines of a file as rows of COPY, a piece for each batch. */
export async function* rowsOf(batches: AsyncIterable<SettlementLine[]> | Iterable<SettlementLine[]>, account: number, file: number) {
  for await (const batch of batches) {
    let rows = ''
    for (const line of batch) rows += rowOf(line, account, file)
    yield rows
  }
}

const approvedOn = ({ approvedAt }: SettlementLine) => approvedAt && saoPauloDay(approvedAt)
/** The day that is part of a line's identity. */
export const dayOf = (line: SettlementLine) => line.paidOn ?? line.releaseOn ?? approvedOn(line) ?? '1970-01-01'

function rowOf(line: SettlementLine, account: number, file: number): string {
  const { fees } = line
  const commission = fees.commission ?? 0
  const fixed = fees.fixed ?? 0
  const payment = (fees.payment ?? 0) + (fees.financing ?? 0)
  const freight = fees.shipping ?? 0
  const coupon = (fees.coupon ?? 0) + (fees.discount ?? 0)
  const tax = fees.tax ?? 0
  return copyRow([
    account,
    file,
    line.row,
    dayOf(line),
    line.hash,
    line.occurrence,
    line.kind,
    line.word,
    line.externalOrder,
    line.paymentRef,
    line.reference,
    line.batch,
    line.lineId,
    line.sku,
    line.instalment ?? 1,
    line.gross,
    commission,
    fixed,
    payment,
    freight,
    coupon,
    tax,
    line.net - line.gross - commission - fixed - payment - freight - coupon - tax,
    line.net,
    approvedOn(line),
    line.releaseOn,
    line.paidOn,
    line.payoutId,
    line.originalDue,
  ])
}
