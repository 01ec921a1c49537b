import { mercadoPagoRelease, mercadoPagoSettlement } from './mercado-pago-reports.ts'
import type { Withdrawal } from './mercado-pago-reports.ts'
import { within } from './sale.ts'
import type { Shop } from './shop.ts'
import type { Asked, Said } from './serve.ts'

interface Report {
  id: number
  kind: 'release_report' | 'settlement_report'
  begin_date: string
  end_date: string
  file_name: string
  date_created: string
  /** Null: still being written. */
  text: string | null
}

export const mercadoPagoToken = 'APP_USR-1000000001-112026-chave-de-teste-100000001'

/**
 * Reports of Mercado Pago as documented (mercadopago.com.br/developers, reports/released-money/api and reports/account-money/api): a configuration, a report
 * asked for by its period (202, written later), the list, the file by its name. Money goes out by `withdraw`.
 */
export function mercadoPago(shop: Shop) {
  const reports: Report[] = []
  const withdrawals: Withdrawal[] = []
  const configs = new Map<string, unknown>()

  function write(report: Report) {
    const told = { from: report.begin_date, until: new Date(Math.min(Date.parse(report.end_date), shop.now())).toISOString(), withdrawals }
    report.text = report.kind === 'release_report' ? mercadoPagoRelease(shop.sales(), told) : mercadoPagoSettlement(shop.sales(), told)
  }
  function add(kind: Report['kind'], begin_date: string, end_date: string): Report {
    const id = reports.length + 1
    const date_created = new Date(shop.now() + id * 1000).toISOString()
    const prefix = kind === 'release_report' ? 'release-report' : 'settlement-report'
    const file_name = `${prefix}-100000001-${date_created.slice(0, 19).replace('T', '-').replaceAll(':', '')}.csv`
    const report: Report = { id, kind, begin_date, end_date, file_name, date_created, text: null }
    reports.push(report)
    if (!shop.mood.late) write(report)
    return report
  }

  return {
    withdraw: (amount: number, at = new Date(shop.now()).toISOString()) => {
      const withdrawal = { id: String(9_000_000_001 + withdrawals.length), at, amount }
      withdrawals.push(withdrawal)
      return withdrawal
    },
    /** All that was asked for is written: ends the lateness. */
    finish: () => reports.filter(({ text }) => text === null).forEach(write),
    /** Each report once more under another name, from what the shop says now: with the same sales the same bytes, else a corrected version. */
    again: () => {
      for (const report of reports.filter(({ text }) => text !== null)) add(report.kind, report.begin_date, report.end_date)
    },
    reports: () => reports.map(({ file_name, text }) => ({ file_name, text })),

    answer({ method, path, headers, body }: Asked): Said {
      if (headers['authorization'] !== `Bearer ${mercadoPagoToken}`)
        return { status: 401, body: { message: 'invalid_token', error: 'unauthorized', status: 401, cause: [] } }
      const [, kind, rest = ''] = /^\/v1\/account\/(release_report|settlement_report)(?:\/(.+))?$/.exec(path) ?? []
      const missing = { status: 404, body: { message: `Resource ${path} not found.`, error: 'not_found', status: 404, cause: [] } }
      if (kind !== 'release_report' && kind !== 'settlement_report') return missing
      if (rest === 'config') {
        if (method === 'GET') return configs.has(kind) ? { status: 200, body: configs.get(kind) } : missing
        configs.set(kind, { scheduled: false, ...(JSON.parse(body.toString()) as object) })
        return { status: method === 'POST' ? 201 : 200, body: configs.get(kind) }
      }
      if (rest === '' && method === 'POST') {
        const { begin_date = '', end_date = '' } = JSON.parse(body.toString()) as { begin_date?: string; end_date?: string }
        const { begin, end } = within({ from: begin_date, until: end_date })
        // documented: the details of at least one day and of sixty at most
        if (!(end > begin) || end - begin > 60 * 86_400_000)
          return { status: 400, body: { message: 'Invalid date range', error: 'bad_request', status: 400, cause: [] } }
        if ([...shop.mood.without].some((day) => within({ from: begin_date, until: end_date }).holds(`${day}T15:00:00Z`)))
          return { status: 202, body: { begin_date, end_date, status: 'pending' } }
        const { id } = add(kind, begin_date, end_date)
        return {
          status: 202,
          body: { id, user_id: 100_000_001, begin_date, end_date, created_from: 'manual', status: 'pending', report_type: kind.replace('_report', '') },
        }
      }
      if (rest === 'list') {
        const listed = reports
          .filter((report) => report.kind === kind)
          .flatMap((report) =>
            shop.mood.twice && report.text !== null
              ? [report, { ...report, id: report.id + 5_000, file_name: report.file_name.replace('.csv', '-1.csv') }]
              : [report],
          )
        return {
          status: 200,
          body: listed.toReversed().map(({ id, begin_date, end_date, file_name, date_created, text }) => ({
            id,
            user_id: 100_000_001,
            begin_date,
            end_date,
            created_from: 'manual',
            date_created,
            ...(text === null ? { status: 'pending' } : { file_name }),
          })),
        }
      }
      const found = reports.find(
        ({ file_name, text, kind: own }) =>
          own === kind && text !== null && [file_name, file_name.replace('.csv', '-1.csv')].includes(decodeURIComponent(rest)),
      )
      return found ? { status: 200, body: found.text, headers: { 'content-type': 'text/csv' } } : missing
    },
  }
}
