import { createHash } from 'node:crypto'
import type { SettlementLine, SettlementUpload } from '../server/reconciliation/index.ts'

/** A settlement file that says these lines: their amounts are net, and what is left out is nothing. Lines that say the same are twins, in every file. */
export function settlementOf(
  account: number,
  name: string,
  lines: Partial<SettlementLine>[],
  format: 'settlement_csv' | 'pagarme' = 'settlement_csv',
): SettlementUpload {
  const seen = new Map<string, number>()
  const whole = lines.map((line, index): SettlementLine => {
    const said = { kind: 'payment' as const, gross: line.net ?? 0, net: line.gross ?? 0, ...line }
    const hash = createHash('md5')
      .update(JSON.stringify([format, said]))
      .digest('hex')
    const occurrence = (seen.get(hash) ?? 0) + 1
    seen.set(hash, occurrence)
    return {
      channel: 'other',
      row: index + 2,
      word: '',
      externalOrder: null,
      paymentRef: null,
      reference: null,
      batch: null,
      lineId: null,
      sku: null,
      instalment: 1,
      instalments: null,
      fees: {},
      approvedAt: null,
      releaseOn: null,
      paidOn: null,
      payoutId: null,
      originalDue: null,
      balance: null,
      raw: '',
      ...said,
      hash,
      occurrence,
    }
  })
  const stream = (async function* () {
    yield whole
  })()
  const totals = {
    lines: whole.length,
    credit: whole.reduce((sum, { net }) => sum + Math.max(0, net), 0),
    debit: whole.reduce((sum, { net }) => sum + Math.min(0, net), 0),
  }
  const sha256 = createHash('sha256')
    .update(`${name} ${JSON.stringify(whole)}`)
    .digest('hex')
  return { account, name, bytes: 1000, sha256: () => sha256, lines: Object.assign(stream, { format, totals, faults: [] }) as SettlementUpload['lines'] }
}
