import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { csvBatches, csvScanner } from '../formats/csv-stream.ts'
import { ask, brazilian, cursorOf, midnight, plusDays, trouble, unreadable } from './port.ts'
import type { Desk, Ended, ReportPort, Step } from './port.ts'

/**
 * Mercado Pago (mercadopago.com.br/developers, reports/released-money/api and reports/account-money/api): configuration once, a report is asked for by its period and
 * listed when it is written, then downloaded by its name. `release_report` ("liberações") is the wallet's statement and all the money there is. `settlement_report`
 * ("dinheiro em conta") tells the same refunds and withdrawals again: of it only the sales are kept, for the day on which each will be released.
 */
export const mercadoPago: ReportPort = { fetch }

const who = 'O Mercado Pago'
const kinds = { release_report: 'liberações', settlement_report: 'dinheiro em conta' } as const
type Kind = keyof typeof kinds

interface Read {
  /** Names of files that were kept. */
  seen: string[]
  /** First day that was not asked for yet. */
  next: string | null
  /** Asked for and not yet listed: days, both in it, and when. */
  asked: { from: string; until: string; at: number }[]
  configured: boolean
}
type Cursor = Record<Kind, Read>
const nothing: Read = { seen: [], next: null, asked: [], configured: false }

/** The details of sixty days at most are documented. */
const longest = 30
const patience = 24 * 3_600_000

async function* fetch(desk: Desk, given: string | null): AsyncGenerator<Step, Ended> {
  let cursor: Cursor = cursorOf(given, { release_report: nothing, settlement_report: nothing })
  const notices: string[] = []
  let waiting = false
  let fresh = false
  for (const kind of Object.keys(kinds) as Kind[]) {
    const note = (change: Partial<Read>) => {
      cursor = { ...cursor, [kind]: { ...nothing, ...cursor[kind], ...change } }
      return { cursor: JSON.stringify(cursor) }
    }
    if (!cursor[kind].configured) {
      await configure(desk, kind)
      yield note({ configured: true })
    }
    const listed = await list(desk, kind)
    for (const { name } of listed.filter((row) => !cursor[kind].seen.includes(row.name))) {
      const path = await download(desk, kind, name)
      if (path === null) continue
      // names that are no longer listed need not be known
      const seen = [...cursor[kind].seen.filter((old) => listed.some((row) => row.name === old)), name]
      yield { file: { name, path }, ...note({ seen }) }
    }
    const open: Read['asked'] = []
    const now = desk.now()
    for (const row of cursor[kind].asked) {
      const [begin, end] = [midnight(row.from).getTime(), midnight(plusDays(row.until, 1)).getTime() - 1000]
      if (listed.some(({ from, until }) => from <= begin && until >= end)) continue
      const late = now - row.at > patience
      if (late) {
        notices.push(`O relatório de ${kinds[kind]} de ${brazilian(row.from)} a ${brazilian(row.until)} não ficou pronto em um dia; pedimos de novo`)
        await request(desk, kind, row)
      }
      fresh ||= now - row.at < 3_600_000
      open.push(late ? { ...row, at: now } : row)
    }
    let next = cursor[kind].next ?? plusDays(desk.today, -longest)
    while (next < desk.today) {
      const until = [plusDays(next, longest - 1), plusDays(desk.today, -1)].toSorted()[0] ?? next
      const row = { from: next, until, at: now }
      await request(desk, kind, row)
      fresh = true
      open.push(row)
      next = plusDays(until, 1)
      yield note({ asked: open, next })
    }
    waiting ||= open.length > 0
    yield note({ asked: open })
  }
  return { ...(notices.length ? { notice: notices.join('. ') } : {}), ...(waiting ? { again: fresh ? 120 : 1800 } : {}) }
}

const callTo = (desk: Desk, kind: Kind, rest: string, method: 'GET' | 'POST' = 'GET', body?: unknown) =>
  ask(desk, who, {
    method,
    url: `${desk.address}/v1/account/${kind}${rest}`,
    headers: { authorization: `Bearer ${desk.secrets['access_token'] ?? ''}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

/** A configuration that somebody made stays as it is: the reader takes any columns and separators. */
async function configure(desk: Desk, kind: Kind) {
  const now = await callTo(desk, kind, '/config')
  if (now.status === 200 && now.json !== null && typeof now.json === 'object') return
  if (now.status !== 404) throw unreadable(who, now)
  const columns =
    kind === 'release_report'
      ? 'DATE SOURCE_ID EXTERNAL_REFERENCE RECORD_TYPE DESCRIPTION NET_CREDIT_AMOUNT NET_DEBIT_AMOUNT GROSS_AMOUNT MP_FEE_AMOUNT FINANCING_FEE_AMOUNT SHIPPING_FEE_AMOUNT TAXES_AMOUNT COUPON_AMOUNT INSTALLMENTS PAYMENT_METHOD TRANSACTION_APPROVAL_DATE ORDER_ID BALANCE_AMOUNT'
      : 'EXTERNAL_REFERENCE SOURCE_ID PAYMENT_METHOD_TYPE PAYMENT_METHOD TRANSACTION_TYPE TRANSACTION_AMOUNT TRANSACTION_CURRENCY TRANSACTION_DATE FEE_AMOUNT SETTLEMENT_NET_AMOUNT SETTLEMENT_CURRENCY SETTLEMENT_DATE MKP_FEE_AMOUNT FINANCING_FEE_AMOUNT SHIPPING_FEE_AMOUNT TAXES_AMOUNT INSTALLMENTS ORDER_ID DESCRIPTION MONEY_RELEASE_DATE INSTALLMENT_NUMBER INSTALLMENT_NET_AMOUNT'
  const made = await callTo(desk, kind, '/config', 'POST', {
    file_name_prefix: kind.replace('_', '-'),
    display_timezone: 'GMT-04',
    report_translation: 'en',
    separator: ',',
    frequency: { hour: 0, type: 'daily', value: 1 },
    columns: columns.split(' ').map((key) => ({ key })),
  })
  if (made.status >= 300) throw unreadable(who, made)
}

async function request(desk: Desk, kind: Kind, { from, until }: { from: string; until: string }) {
  const iso = (at: Date) => at.toISOString().replace('.000Z', 'Z')
  const reply = await callTo(desk, kind, '', 'POST', {
    begin_date: iso(midnight(from)),
    end_date: iso(new Date(midnight(plusDays(until, 1)).getTime() - 1000)),
  })
  // 203: understood, but not possible now; asked for again when it does not come
  if (reply.status >= 300) throw unreadable(who, reply)
}

/** What is written already, oldest first. */
async function list(desk: Desk, kind: Kind): Promise<{ name: string; from: number; until: number }[]> {
  const reply = await callTo(desk, kind, '/list')
  if (reply.status !== 200 || !Array.isArray(reply.json)) throw unreadable(who, reply)
  return (reply.json as Record<string, unknown>[])
    .flatMap(({ file_name, begin_date, end_date, date_created }) =>
      typeof file_name === 'string' && /^[\w.-]{1,180}\.csv$/i.test(file_name)
        ? [{ name: file_name, from: Date.parse(String(begin_date)), until: Date.parse(String(end_date)), created: Date.parse(String(date_created)) || 0 }]
        : [],
    )
    .toSorted((left, right) => left.created - right.created || left.name.localeCompare(right.name))
}

/** Null: listed, but not there yet. */
async function download(desk: Desk, kind: Kind, name: string): Promise<string | null> {
  const path = join(desk.folder, name)
  const reply = await ask(desk, who, {
    method: 'GET',
    url: `${desk.address}/v1/account/${kind}/${encodeURIComponent(name)}`,
    headers: { authorization: `Bearer ${desk.secrets['access_token'] ?? ''}`, accept: 'text/csv, */*' },
    into: path,
    timeout: 300_000,
  })
  if (reply.status === 404) return null
  if (reply.status !== 200) throw unreadable(who, reply)
  await refuseCut(path, name)
  return kind === 'release_report' ? path : onlySales(path)
}

/** A file that ends in the middle of a line was cut on its way, though its length may be what was said. */
async function refuseCut(path: string, name: string) {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: Math.max(0, size - 1) })
    if (size === 0 || buffer[0] !== 10) throw trouble(`${who} mandou o arquivo ${name} cortado no fim; baixamos de novo`)
  } finally {
    await file.close()
  }
}

/** The rows that announce; the others are told as money by the other report. */
async function onlySales(path: string): Promise<string> {
  const kept = `${path}.vendas`
  const scanner = csvScanner()
  const rows = async function* () {
    let column = -1
    for await (const batch of csvBatches(createReadStream(path), scanner)) {
      let text = ''
      for (const [index, cells] of batch.records.entries()) {
        const header = column < 0
        if (header)
          column = Math.max(
            0,
            cells.findIndex((cell) => /TRANSACTION_TYPE/.test(cell)),
          )
        if (header || cells[column]?.trim().toUpperCase() === 'SETTLEMENT') text += `${batch.raw(index)}\r\n`
      }
      yield text
    }
  }
  await pipeline(Readable.from(rows()), createWriteStream(kept, { mode: 0o600 }))
  return kept
}
