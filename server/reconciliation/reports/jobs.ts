import { sql } from 'kysely'
import { inMerchant } from '../../platform/db.ts'
import { command, query } from '../../platform/http.ts'
import type { Route } from '../../platform/http.ts'
import { enqueue } from '../../platform/jobs.ts'
import type { Job, Jobs } from '../../platform/jobs.ts'
import { fetchReportSource, pauseReportSource, reportSources, saveReportSource } from './endpoints.ts'
import { fetchReports } from './fetch.ts'
import { fetchSource, listReportSources, pauseSource, saveSource } from './sources.ts'

export const reportRoutes: Route[] = [
  query(reportSources, listReportSources),
  command(saveReportSource, saveSource),
  command(pauseReportSource, pauseSource),
  command(fetchReportSource, fetchSource),
]

export const reportJobs: Jobs = {
  fetch_reports: ({ app, merchant, payload: { account } }: Job<{ account: number }>) => fetchReports(app, merchant, account),
  /** What is due, and what a dead worker left behind. */
  async report_sources_each_minute({ app, merchant }) {
    await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ account: number }>`
        select account_id as account from report_source where active and next_at <= now() and coalesce(asking_until < now(), true)`.execute(tx)
      for (const { account } of rows) await enqueue(tx, 'fetch_reports', { account }, { key: `fetch_reports ${account}` })
    })
  },
}
