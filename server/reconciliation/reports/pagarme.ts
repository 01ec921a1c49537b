import { ask, cursorOf, daysToRead, digestOf, plusDays, trouble, unreadable, withDay } from './port.ts'
import type { DayCursor, Desk, Ended, ReportPort, Step } from './port.ts'

/**
 * Pagar.me GET /core/v5/payables as it is since 2026-08-28 (docs.pagar.me/docs/financeiro): pages by cursor only, two years of history. What was paid on each day,
 * and once a day what is still to come, by instalment. The name of the cursor (`forward_cursor`, in the query and in `paging`) is as public clients of 2026 use it.
 */
export const pagarme: ReportPort = { fetch }

const who = 'O Pagar.me'
interface Cursor extends DayCursor {
  /** The day on which the future was last read. */
  ahead: string | null
}
interface Payable {
  id?: unknown
  status?: unknown
  payment_date?: unknown
}
/** Payables of one file: 20,000 are about 12 MB. */
const most = 20_000

async function* fetch(desk: Desk, text: string | null): AsyncGenerator<Step, Ended | void> {
  let cursor = cursorOf<Cursor>(text, { days: {}, ahead: null })
  const days = daysToRead(cursor, desk.today)
  for (let at = 0; at < days.length; at += 10) {
    const some = days.slice(at, at + 10)
    const byDay = new Map<string, Payable[]>(some.map((day) => [day, []]))
    // whether the bounds are in it is not documented: a day more on both sides is asked for
    const window = { payment_date_since: plusDays(some[0] ?? desk.today, -1), payment_date_until: plusDays(some.at(-1) ?? desk.today, 1) }
    for await (const page of pages(desk, window))
      for (const row of page) if (row.status !== 'waiting_funds') byDay.get(String(row.payment_date).slice(0, 10))?.push(row)
    for (const [day, found] of byDay) {
      const rows = unique(found)
      const digest = digestOf(JSON.stringify(rows))
      if (cursor.days[day] === digest) continue
      cursor = withDay(cursor, day, digest)
      yield { cursor: JSON.stringify(cursor), ...(rows.length ? { file: fileOf(`recebiveis-${day}.json`, rows) } : {}) }
    }
  }
  if (cursor.ahead === desk.today) return
  let [rows, files]: [Payable[], number] = [[], 0]
  for await (const page of pages(desk, { status: 'waiting_funds', payment_date_since: desk.today })) {
    rows.push(...page)
    if (rows.length < most) continue
    yield { file: fileOf(`a-receber-${desk.today}-${++files}.json`, unique(rows)) }
    rows = []
  }
  yield {
    cursor: JSON.stringify({ ...cursor, ahead: desk.today }),
    ...(rows.length ? { file: fileOf(`a-receber-${desk.today}${files ? `-${files + 1}` : ''}.json`, unique(rows)) } : {}),
  }
}

const fileOf = (name: string, data: Payable[]) => ({ name, bytes: Buffer.from(JSON.stringify({ data })) })
/** A payable on two pages is one payable. */
const unique = (rows: Payable[]) =>
  [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()].toSorted((left, right) => String(left.id).localeCompare(String(right.id)))

async function* pages(desk: Desk, filters: Record<string, string>): AsyncGenerator<Payable[]> {
  let cursor: string | null = null
  for (let page = 0; page < 5000; page++) {
    const query = new URLSearchParams({ ...filters, size: '100', ...(cursor === null ? {} : { forward_cursor: cursor }) })
    const reply = await ask(desk, who, {
      method: 'GET',
      url: `${desk.address}/core/v5/payables?${query}`,
      headers: { authorization: `Basic ${Buffer.from(`${desk.secrets['secret_key'] ?? ''}:`).toString('base64')}` },
    })
    const { data, paging } = (reply.json ?? {}) as { data?: Payable[]; paging?: { forward_cursor?: unknown } }
    if (reply.status !== 200 || !Array.isArray(data)) throw unreadable(who, reply)
    yield data
    const next: unknown = paging?.forward_cursor
    if (typeof next !== 'string' || next === '' || next === cursor) return
    cursor = next
  }
  throw trouble(`${who} não termina de listar os recebíveis`)
}
