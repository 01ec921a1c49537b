import { gzipSync } from 'node:zlib'
import { amazonSettlement } from './amazon-settlement.ts'
import { numberOf, within } from './sale.ts'
import type { Period } from './sale.ts'
import type { Asked, Said } from './serve.ts'
import type { Shop } from './shop.ts'

export const amazonApp = { client_id: 'amzn1.application-oa2-client.teste', client_secret: 'amzn1.oa2-cs.v1.segredo-de-teste', refresh_token: 'Atzr|teste' }
const settlementType = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2'
const refused = (status: number, code: string, message: string): Said => ({ status, body: { errors: [{ code, message, details: '' }] } })

/**
 * Reports API 2021-06-30 of Amazon and its sign-in (developer-docs.amazon.com/sp-api; static cases in shared/channels/amazon): settlements cannot be asked for, only
 * listed; a document is downloaded from an address that is good for five minutes, compressed or not. `settle` closes a period.
 */
export function amazonReports(shop: Shop, address: () => string) {
  const reports: { id: string; document: string; period: Period; created: string; text: string; packed: boolean }[] = []
  const granted = new Map<string, number>()
  const links = new Map<string, { document: string; until: number }>()
  const listed = () =>
    reports
      .filter(({ period }) => ![...shop.mood.without].some((day) => within(period).holds(`${day}T15:00:00Z`)))
      .flatMap((report) => (shop.mood.twice ? [report, { ...report, id: `${report.id}1`, document: `${report.document}1` }] : [report]))
      .toSorted((left, right) => right.created.localeCompare(left.created))
  const shown = ({ id, document, period, created }: (typeof reports)[number]) => ({
    reportId: id,
    reportType: settlementType,
    dataStartTime: new Date(within(period).begin).toISOString(),
    dataEndTime: new Date(within(period).end).toISOString(),
    createdTime: created,
    marketplaceIds: ['A2Q3Y263D00KWC'],
    ...(shop.mood.late ? { processingStatus: 'IN_PROGRESS' } : { processingStatus: 'DONE', reportDocumentId: document }),
  })

  return {
    /** Every access token given so far is worth nothing any more. */
    expire: () => granted.clear(),
    /** Closes a period: its settlement is listed. A second time: a later version. */
    settle(period: Period, { packed = true }: { packed?: boolean } = {}) {
      const id = numberOf(`report ${period.from} ${period.until} ${reports.length}`)
      reports.push({
        id,
        document: `amzn1.spdoc.1.4.na.${id}`,
        period,
        created: new Date(shop.now() + reports.length * 1000).toISOString(),
        text: amazonSettlement(shop.sales(), period),
        packed,
      })
      return id
    },
    /** Ids of what is listed, newest first. */
    listed: () => listed().map(({ id }) => id),
    answer({ method, path, query, headers, body }: Asked): Said {
      if (path === '/auth/o2/token' && method === 'POST') {
        const form = new URLSearchParams(body.toString())
        if (form.get('client_id') !== amazonApp.client_id || form.get('client_secret') !== amazonApp.client_secret)
          return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } }
        if (form.get('refresh_token') !== amazonApp.refresh_token)
          return { status: 400, body: { error: 'invalid_grant', error_description: 'The request has an invalid grant parameter : refresh_token' } }
        const token = `Atza|${granted.size}-${shop.now()}`
        granted.set(token, shop.now() + 3_600_000)
        return { status: 200, body: { access_token: token, refresh_token: amazonApp.refresh_token, token_type: 'bearer', expires_in: 3600 } }
      }
      const link = links.get(query.get('X-Amz-Signature') ?? '')
      if (path.startsWith('/spdoc/')) {
        const report = link && link.until >= shop.now() ? listed().find(({ document }) => document === link.document) : undefined
        if (!report)
          return {
            status: 403,
            body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
            headers: { 'content-type': 'application/xml' },
          }
        return { status: 200, body: report.packed ? gzipSync(report.text) : report.text, headers: { 'content-type': 'text/plain' } }
      }
      if ((granted.get(headers['x-amz-access-token'] ?? '') ?? 0) < shop.now()) return refused(403, 'Unauthorized', 'Access to requested resource is denied.')
      if (path === '/reports/2021-06-30/reports') {
        const token = query.get('nextToken')
        if (token !== null && query.size > 1) return refused(400, 'InvalidInput', 'nextToken has to be the only parameter')
        const [since, size, from] = token
          ? (JSON.parse(Buffer.from(token, 'base64url').toString()) as [string, number, number])
          : [query.get('createdSince') ?? '', Number(query.get('pageSize') ?? 10), 0]
        if (!token && !query.getAll('reportTypes').includes(settlementType)) return refused(400, 'InvalidInput', 'Invalid input')
        // documented: the last ninety days when no date is told, and never more
        const oldest = since || new Date(shop.now() - 90 * 86_400_000).toISOString()
        const all = listed().filter(({ created }) => created >= oldest)
        const next = from + size < all.length ? { nextToken: Buffer.from(JSON.stringify([since, size, from + size])).toString('base64url') } : {}
        return { status: 200, body: { reports: all.slice(from, from + size).map(shown), ...next } }
      }
      const [, what, id = ''] = /^\/reports\/2021-06-30\/(reports|documents)\/(.+)$/.exec(path) ?? []
      const report = listed().find((row) => (what === 'reports' ? row.id : row.document) === decodeURIComponent(id))
      if (!report) return refused(404, 'NotFound', 'The report was not found')
      if (what === 'reports') return { status: 200, body: shown(report) }
      const signature = numberOf(`${report.document} ${shop.now()} ${links.size}`, 15)
      links.set(signature, { document: report.document, until: shop.now() + 300_000 })
      return {
        status: 200,
        body: {
          reportDocumentId: report.document,
          url: `${address()}/spdoc/${report.id}?X-Amz-Expires=300&X-Amz-Signature=${signature}`,
          ...(report.packed ? { compressionAlgorithm: 'GZIP' } : {}),
        },
      }
    },
  }
}
