/** A base of receivables and the Mercado Pago release file that answers it, both from one seed, so that what belongs to what is known. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { once } from 'node:events'
import { sql } from 'kysely'
import type { Shop } from './_shop.ts'
import { streamMercadoPagoRelease } from '../server/reconciliation/index.ts'
import type { SettlementUpload } from '../server/reconciliation/index.ts'
import { copyIn } from '../server/platform/copy.ts'
import { copyRow } from './_rows.ts'
import type { Tx } from '../server/platform/db.ts'

/** What was planted; `truth[row]` is the receivable (from 1) that a line of the file pays, 0 when none or when nobody can tell. */
export interface Planted {
  path: string
  lines: number
  truth: Int32Array
  exact: number
  fee: number
  lost: number
  divergent: number
  unpaid: number
  unknown: number
  twins: number
}

const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let value = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
  return ((value ^ (value >>> 14)) >>> 0) / 4294967296
}
const dayText = (day: number) => new Date(Date.UTC(2026, 5, 1) + day * 86_400_000).toISOString().slice(0, 10)
const reais = (centavos: number) => `${centavos < 0 ? '-' : ''}${Math.trunc(Math.abs(centavos) / 100)}.${String(Math.abs(centavos) % 100).padStart(2, '0')}`

/** Ninety days of sales: `count` receivables written to the account, the file written to `path`. `from` numbers the orders. */
export async function plant(
  tx: Tx,
  { account, count, path, seed = 7, from = 0, days = 90 }: { account: number; count: number; path: string; seed?: number; from?: number; days?: number },
): Promise<Planted> {
  const next = random(seed)
  const planted: Planted = { path, lines: 0, truth: new Int32Array(count + 30_000), exact: 0, fee: 0, lost: 0, divergent: 0, unpaid: 0, unknown: 0, twins: 0 }
  const out = createWriteStream(path)
  const days_ = Array.from({ length: days + 60 }, (_, day) => dayText(day))
  let text =
    'DATE,SOURCE_ID,EXTERNAL_REFERENCE,RECORD_TYPE,DESCRIPTION,NET_CREDIT_AMOUNT,NET_DEBIT_AMOUNT,GROSS_AMOUNT,MP_FEE_AMOUNT,FINANCING_FEE_AMOUNT,SHIPPING_FEE_AMOUNT,TAXES_AMOUNT,COUPON_AMOUNT,INSTALLMENTS,PAYMENT_METHOD,TRANSACTION_APPROVAL_DATE,ORDER_ID,SHIPPING_ID\n'
  let row = 1
  const nominals: number[] = []
  const line = async (
    receivable: number,
    key: string,
    kind: string,
    gross: number,
    net: number,
    freight: number,
    paid: number,
    approved: number,
    clock: string,
  ) => {
    row++
    planted.lines++
    planted.truth[row] = receivable
    const fee = net - gross - freight
    const debit = net < 0 ? -net : 0
    text += `${days_[paid]}T${clock}.000-03:00,${key && `9${key}`},${key},release,${kind},${reais(net + debit)},${reais(debit)},${reais(gross)},${reais(fee)},0.00,${reais(freight)},0.00,0.00,1,credit_card,${days_[approved]}T${clock}.000-03:00,${key},${key && `4${key}`}\n`
    if (text.length > 1 << 20) {
      if (!out.write(text)) await once(out, 'drain')
      text = ''
    }
  }
  const clock = () =>
    `${String(3 + Math.floor(next() * 20)).padStart(2, '0')}:${String(Math.floor(next() * 60)).padStart(2, '0')}:${String(Math.floor(next() * 60)).padStart(2, '0')}`
  async function* receivables() {
    let batch = ''
    let sameAmount = 0
    for (let number = 1; number <= count; number++) {
      const approved = Math.floor(((number - 1) / count) * days)
      const due = approved + 14
      const fate = next()
      // twins that lost their keys: two of one amount on one day
      const twin = fate >= 0.96 && fate < 0.98 && sameAmount > 0
      const gross = twin ? sameAmount : 3_000 + Math.floor(next() * 60_000)
      const freight = gross >= 7_900 ? -1_890 : 0
      const nominal = gross - Math.round(gross * 0.14) - 600 + freight
      sameAmount = 0
      const key = String(20_000_000_000 + from + number)
      batch += copyRow([account, key, days_[approved]!, days_[due]!, days_[due]!])
      nominals.push(nominal)
      const paid = due + Math.floor(next() * 2)
      const at = clock()
      if (fate < 0.92) {
        planted.exact++
        // a payment that the file has twice: nobody can tell which one is right
        const doubled = fate < 0.0005
        await line(doubled ? 0 : number, key, 'payment', gross, nominal, freight, paid, approved, at)
        if (doubled) {
          planted.twins++
          await line(0, key, 'payment', gross, nominal, freight, paid, approved, clock())
        }
      } else if (fate < 0.96) {
        planted.fee++
        await line(number, key, 'payment', gross, nominal - Math.max(1, Math.floor(nominal * 0.015 * next())), freight, paid, approved, at)
      } else if (fate < 0.98) {
        planted.lost++
        await line(twin ? 0 : number, '', 'payment', gross, nominal, freight, paid, approved, at)
        if (!twin && next() < 0.03) sameAmount = gross
        if (twin) planted.twins++
      } else if (fate < 0.99) {
        planted.divergent++
        await line(0, key, 'payment', Math.floor(gross / 2), Math.floor(nominal / 2), 0, paid, approved, at)
      } else planted.unpaid++
      if (next() < 0.003) {
        planted.unknown++
        await line(0, String(80_000_000_000 + from + number), 'payment', gross, nominal, freight, paid, approved, clock())
      }
      if (number % 4096 === 0) {
        yield batch
        batch = ''
      }
    }
    yield batch
  }
  await copyIn(tx, 'copy receivable (account_id, external_order, approved_on, predicted_on, firm_on) from stdin', receivables())
  const { rows } = await sql<{ first: number }>`select max(id) - ${count} + 1 as first from receivable`.execute(tx)
  const first = rows[0]!.first
  async function* balances() {
    for (let at = 0; at < count; at += 4096)
      yield nominals
        .slice(at, at + 4096)
        .map((nominal, index) => copyRow([first + at + index, nominal]))
        .join('')
  }
  await copyIn(tx, 'copy receivable_balance (receivable_id, nominal) from stdin', balances())
  out.end(text)
  await once(out, 'finish')
  return planted
}

/** The file as an upload, counted while it is read. */
export function uploadOf(path: string, account: number): SettlementUpload {
  const hash = createHash('sha256')
  async function* bytes() {
    for await (const chunk of createReadStream(path, { highWaterMark: 65_536 })) {
      hash.update(chunk as Buffer)
      yield chunk as Buffer
    }
  }
  return { account, name: 'release.csv', bytes: statSync(path).size, sha256: () => hash.digest('hex'), lines: streamMercadoPagoRelease(bytes()) }
}

/** Seconds that PostgreSQL takes to COPY the same bytes into a table of one text column: what any way of taking the file in is measured against. */
export async function rawCopy({ command }: Shop, path: string): Promise<number> {
  return command(async (tx) => {
    await sql`create table raw_line (line text)`.execute(tx)
    const began = performance.now()
    await copyIn(
      tx,
      `copy raw_line from stdin with (format csv, delimiter E'\\x01', quote E'\\x02')`,
      createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 }),
    )
    const seconds = (performance.now() - began) / 1000
    await sql`drop table raw_line`.execute(tx)
    return seconds
  })
}

export async function channelAccount({ command }: Shop): Promise<number> {
  return command(async (tx) => (await tx.selectFrom('channel_account').select('id').executeTakeFirstOrThrow()).id)
}
