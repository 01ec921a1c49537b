import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { ask, brazilian, cursorOf, trouble, unauthorised, unreadable } from './port.ts'
import type { Desk, Ended, ReportPort, Step } from './port.ts'
import { saoPauloDay } from '../formats/cells.ts'

/**
 * Amazon Selling Partner API, Reports 2021-06-30 (developer-docs.amazon.com/sp-api): settlements make themselves and are only listed; each is downloaded from an address that
 * is good for five minutes, mostly compressed. The sign-in trades the refresh token, which stays good, for an hour of access. The list is good for 90 days back.
 */
export const amazon: ReportPort = { fetch }

const who = 'A Amazon'
const kind = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2'
interface Report {
  id: string
  document: string | null
  status: string
  from: string
  until: string
  created: string
}

async function* fetch(desk: Desk, given: string | null): AsyncGenerator<Step, Ended> {
  let { seen } = cursorOf<{ seen: string[] }>(given, { seen: [] })
  const token = await signIn(desk)
  const reports = await list(desk, token)
  let waiting = false
  for (const { id, document, status } of reports) {
    if (seen.includes(id)) continue
    if (status !== 'DONE' || document === null) {
      waiting ||= status.startsWith('IN_')
      continue
    }
    const path = await download(desk, token, document, id)
    seen = [...seen.filter((old) => reports.some((report) => report.id === old)), id]
    yield { file: { name: `liquidacao-${id}.txt`, path }, cursor: JSON.stringify({ seen }) }
  }
  const notice = holeIn(reports)
  return { ...(notice ? { notice } : {}), ...(waiting ? { again: 1800 } : {}) }
}

async function signIn(desk: Desk): Promise<string> {
  // the sign-in has an address of its own; another one than Amazon's answers both
  const address = new URL(desk.address).hostname.endsWith('.amazon.com') ? 'https://api.amazon.com' : desk.address
  const reply = await ask(desk, who, {
    method: 'POST',
    url: `${address}/auth/o2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: desk.secrets['refresh_token'] ?? '',
      client_id: desk.settings['client_id'] ?? '',
      client_secret: desk.secrets['client_secret'] ?? '',
    }).toString(),
  })
  const { access_token, error_description } = (reply.json ?? {}) as { access_token?: unknown; error_description?: unknown }
  if (typeof access_token !== 'string') throw unauthorised(who, typeof error_description === 'string' ? error_description : 'a autorização terminou')
  return access_token
}

const read = (desk: Desk, token: string, path: string) => ask(desk, who, { method: 'GET', url: desk.address + path, headers: { 'x-amz-access-token': token } })

/** Every settlement of the last ninety days, oldest first. */
async function list(desk: Desk, token: string): Promise<Report[]> {
  const found: Report[] = []
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  let query = new URLSearchParams({ reportTypes: kind, pageSize: '100', createdSince: new Date(desk.now() - 89 * 86_400_000).toISOString() })
  for (let page = 0; page < 20; page++) {
    const reply = await read(desk, token, `/reports/2021-06-30/reports?${query}`)
    const { reports, nextToken } = (reply.json ?? {}) as { reports?: Record<string, unknown>[]; nextToken?: unknown }
    if (reply.status !== 200 || !Array.isArray(reports)) throw unreadable(who, reply)
    for (const row of reports)
      found.push({
        id: text(row['reportId']).replaceAll(/[^\w.-]/g, ''),
        document: text(row['reportDocumentId']) || null,
        status: text(row['processingStatus']),
        from: text(row['dataStartTime']),
        until: text(row['dataEndTime']),
        created: text(row['createdTime']),
      })
    if (typeof nextToken !== 'string') break
    // it has to be the only parameter
    query = new URLSearchParams({ nextToken })
  }
  return found.filter(({ id }) => id !== '').toSorted((left, right) => left.created.localeCompare(right.created) || left.id.localeCompare(right.id))
}

async function download(desk: Desk, token: string, document: string, id: string): Promise<string> {
  const reply = await read(desk, token, `/reports/2021-06-30/documents/${encodeURIComponent(document)}`)
  const { url, compressionAlgorithm } = (reply.json ?? {}) as { url?: unknown; compressionAlgorithm?: unknown }
  if (reply.status !== 200 || typeof url !== 'string') throw unreadable(who, reply)
  const path = join(desk.folder, id)
  // the address itself is the permission: no token goes there
  const got = await ask(desk, who, { method: 'GET', url, headers: { accept: '*/*' }, into: path, timeout: 300_000 })
  if (got.status !== 200) throw unreadable(who, got)
  if (compressionAlgorithm !== 'GZIP') return path
  try {
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(`${path}.txt`, { mode: 0o600 }))
  } catch {
    throw trouble(`${who} mandou a liquidação ${id} cortada; baixamos de novo`)
  }
  return `${path}.txt`
}

/** Each settlement begins where the one before ended. */
function holeIn(reports: Report[]): string | null {
  const periods = reports.filter(({ from, until, status }) => from && until && status === 'DONE').toSorted((left, right) => left.from.localeCompare(right.from))
  let end: string | null = null
  for (const { from, until } of periods) {
    if (end !== null && Date.parse(from) - Date.parse(end) > 36 * 3_600_000)
      return `Falta a liquidação de ${brazilian(saoPauloDay(new Date(end).toISOString()))} a ${brazilian(saoPauloDay(new Date(from).toISOString()))}: procure no Seller Central`
    if (end === null || until > end) end = until
  }
  return null
}
