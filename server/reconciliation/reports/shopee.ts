import { createHmac } from 'node:crypto'
import { ask, cursorOf, daysToRead, digestOf, midnight, plusDays, trouble, unauthorised, unreadable, withDay } from './port.ts'
import type { DayCursor, Desk, Ended, ReportPort, Step } from './port.ts'

/**
 * Shopee Open Platform v2.payment (open.shopee.com, module 97): what was released on each day by get_escrow_list, each order by get_escrow_detail, and the wallet's
 * own moves by get_wallet_transaction_list, which is where withdrawals are. Each call is signed over partner, path, time, token and shop. The access token lives four
 * hours; its refresh token is good once, so both are written down before they are used.
 */
export const shopee: ReportPort = { fetch }

const who = 'A Shopee'
const [listing, detail, wallet] = ['/api/v2/payment/get_escrow_list', '/api/v2/payment/get_escrow_detail', '/api/v2/payment/get_wallet_transaction_list']

interface Cursor extends DayCursor {
  /** The same for the wallet. */
  moves: Record<string, string>
}
interface Released {
  order_sn: string
  payout_amount: number
  escrow_release_time: number
}

async function* fetch(given: Desk, text: string | null): AsyncGenerator<Step, Ended | void> {
  let cursor = cursorOf<Cursor>(text, { days: {}, moves: {} })
  let desk = given
  if (!(Number(desk.secrets['expires_at'] ?? 0) > desk.now() + 600_000)) {
    const secrets = await renewed(desk)
    desk = { ...desk, secrets: { ...desk.secrets, ...secrets } }
    yield { secrets }
  }
  for (const day of daysToRead(cursor, desk.today)) {
    const released = await pages<Released>(desk, listing, 'escrow_list', 1, bounds('release_time', day))
    // the same order on two pages is one order
    const rows = [...new Map(released.map((row) => [`${row.order_sn} ${row.escrow_release_time}`, row])).values()].toSorted(
      (left, right) => left.escrow_release_time - right.escrow_release_time || left.order_sn.localeCompare(right.order_sn),
    )
    const digest = digestOf(JSON.stringify(rows))
    if (cursor.days[day] === digest) continue
    const details: unknown[] = []
    for (const { order_sn, escrow_release_time } of rows) details.push({ ...(await signed<object>(desk, detail, { order_sn })), escrow_release_time })
    cursor = withDay(cursor, day, digest)
    yield { cursor: JSON.stringify(cursor), ...(rows.length ? { file: { name: `repasses-${day}.json`, bytes: Buffer.from(JSON.stringify(details)) } } : {}) }
  }
  for (const day of daysToRead({ days: cursor.moves }, desk.today)) {
    const transactions = await pages<{ create_time: number; transaction_type: string }>(desk, wallet, 'transaction_list', 0, bounds('create_time', day))
    const rows = transactions.filter(({ transaction_type }) => !/^(ESCROW_|10[12]$)/.test(String(transaction_type)))
    const digest = digestOf(JSON.stringify(rows))
    if (cursor.moves[day] === digest) continue
    cursor = { ...cursor, moves: withDay({ days: cursor.moves }, day, digest).days }
    yield {
      cursor: JSON.stringify(cursor),
      ...(rows.length ? { file: { name: `carteira-${day}.json`, bytes: Buffer.from(JSON.stringify({ transaction_list: rows })) } } : {}),
    }
  }
}

const bounds = (field: string, day: string) => ({
  [`${field}_from`]: String(midnight(day).getTime() / 1000),
  [`${field}_to`]: String(midnight(plusDays(day, 1)).getTime() / 1000 - 1),
})

/** All pages of a list. */
async function pages<Row>(desk: Desk, path: string, name: string, first: 0 | 1, query: Record<string, string>): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = first; page < first + 1000; page++) {
    const answer = await signed<Record<string, unknown>>(desk, path, { ...query, page_size: '100', page_no: String(page) })
    const found = answer[name]
    if (Array.isArray(found)) rows.push(...(found as Row[]))
    if (answer['more'] !== true) return rows
  }
  throw trouble(`${who} não termina de listar um dia`)
}

async function signed<Response>(desk: Desk, path: string, query: Record<string, string>): Promise<Response> {
  const time = String(Math.floor(desk.now() / 1000))
  const [partner, token, shop] = [desk.settings['partner_id'] ?? '', desk.secrets['access_token'] ?? '', desk.settings['shop_id'] ?? '']
  const search = new URLSearchParams({
    ...query,
    partner_id: partner,
    timestamp: time,
    access_token: token,
    shop_id: shop,
    sign: signature(desk, path, time, token, shop),
  })
  const reply = await ask(desk, who, { method: 'GET', url: `${desk.address}${path}?${search}` })
  const body = (reply.json ?? {}) as { error?: unknown; message?: unknown; response?: Response }
  // errors come under 200 too, some with a blank at the end
  const error = String(body.error ?? '').trim()
  if (/acc?e*ss_token|error_auth|error_permission|error_sign|invalid_partner/i.test(error)) throw unauthorised(who, String(body.message ?? error))
  if (/limit|too_many/i.test(error)) throw trouble(`${who} pediu para ir mais devagar`, { seconds: 60 })
  if (error !== '') throw trouble(`${who} recusou a consulta (${error}): ${String(body.message ?? '').trim()}`)
  if (reply.status !== 200 || typeof body.response !== 'object' || body.response === null) throw unreadable(who, reply)
  return body.response
}

const signature = (desk: Desk, path: string, time: string, ...rest: string[]) =>
  createHmac('sha256', desk.secrets['partner_key'] ?? '')
    .update([desk.settings['partner_id'] ?? '', path, time, ...rest].join(''))
    .digest('hex')

/** RFC 6749 § 6 in Shopee's way: a pair of tokens for the refresh token, which is used up by it. */
async function renewed(desk: Desk): Promise<Record<string, string>> {
  const path = '/api/v2/auth/access_token/get'
  const time = String(Math.floor(desk.now() / 1000))
  const search = new URLSearchParams({ partner_id: desk.settings['partner_id'] ?? '', timestamp: time, sign: signature(desk, path, time) })
  const reply = await ask(desk, who, {
    method: 'POST',
    url: `${desk.address}${path}?${search}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      refresh_token: desk.secrets['refresh_token'] ?? '',
      partner_id: Number(desk.settings['partner_id']),
      shop_id: Number(desk.settings['shop_id']),
    }),
  })
  const { access_token, refresh_token, expire_in } = (reply.json ?? {}) as { access_token?: unknown; refresh_token?: unknown; expire_in?: unknown }
  if (typeof access_token !== 'string' || access_token === '') throw unauthorised(who, 'a autorização da loja terminou')
  return {
    access_token,
    ...(typeof refresh_token === 'string' ? { refresh_token } : {}),
    expires_at: String(desk.now() + (Number(expire_in) || 14_400) * 1000),
  }
}
