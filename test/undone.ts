import type { Tx } from '../server/platform/db.ts'
import type { TestDatabase } from './database.ts'

/** Does it in a transaction that leaves nothing behind, and gives what it gave. */
export async function undone<Result>(db: Pick<TestDatabase, 'command'>, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  let result: { value: Result } | null = null
  const enough = new Error('enough')
  await db
    .command(async (tx) => {
      result = { value: await work(tx) }
      throw enough
    })
    .catch((error: unknown) => {
      if (error !== enough) throw error
    })
  return result!.value
}
