import { sql } from 'kysely'
import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Jobs } from '../platform/jobs.ts'
import { lockBank, nextRun } from './lock.ts'
import { matchOpenLines } from './match.ts'

export const jobs: Jobs = {
  /** A withdrawal, a payable or the other end of a transfer may come after the bank's line. Only when something came within the last minutes. */
  match_banks_each_minute: async ({ app, merchant }) => {
    const matched = await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ due: boolean }>`
        select exists (select from bank_line_balance where explained < whole) and (
          exists (select from source_file where at > now() - interval '3 minutes') or exists (select from payable where created_at > now() - interval '3 minutes')
        ) as due`.execute(tx)
      if (!rows[0]?.due) return 0
      await lockBank(tx)
      return matchOpenLines(tx, { run: await nextRun(tx) }, system(merchant))
    })
    if (matched) app.live.changed(merchant, 'matchBanks')
  },
}
