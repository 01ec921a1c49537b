import { sql } from 'kysely'
import { inPlatform } from '../platform/db.ts'
import type { Pool } from '../platform/db.ts'
import { Problem } from '../platform/problem.ts'

const most = 10

/**
 * Counts one attempt for `key` (an e-mail, a merchant and badge, a merchant's pairing) before the secret is looked at:
 * counting afterwards would let a burst of parallel guesses all pass the check. Ten in ten minutes, then it waits.
 * @throws 429 too_many_attempts
 */
export async function countAttempt(pool: Pool, key: string): Promise<void> {
  await inPlatform(pool, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${key}))`.execute(tx)
    await sql`delete from failed_sign_in where at < now() - interval '10 minutes'`.execute(tx)
    const { rows } = await sql`
      insert into failed_sign_in (key) select ${key}
      where (select count(*) from failed_sign_in where key = ${key} and at >= now() - interval '10 minutes') < ${most}
      returning key`.execute(tx)
    if (!rows.length) throw new Problem(429, 'too_many_attempts')
  })
}

/** The secret was right: the attempts before it no longer count. */
export const forgetAttempts = (pool: Pool, key: string) => pool.query('delete from platform.failed_sign_in where key = $1', [key])
