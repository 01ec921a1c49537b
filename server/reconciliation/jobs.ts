import { sql } from 'kysely'
import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Job, Jobs } from '../platform/jobs.ts'
import { fetchFolder } from './fetch-folder.ts'
import { findClaims } from './find-claims.ts'
import { matchLines } from './match.ts'
import { readKeptFile } from './read-kept.ts'

export const jobs: Jobs = {
  async fetch_money_folder_each_minute({ app, merchant }: Job) {
    if (await fetchFolder(app.pool, merchant)) app.live.changed(merchant, 'fetch_money_folder_each_minute')
  },

  /** After each file of an account. Lines without a key whose amounts it did not touch are looked at too: persons may have settled what stood in their way. */
  async find_claims({ app, merchant, payload: { account } }: Job<{ account: number }>) {
    await inMerchant(app.pool, merchant, async (tx) => {
      await matchLines(tx, { account, keyless: true }, system(merchant))
      await findClaims(tx, { account }, system(merchant))
    })
  },

  /** Orders of an account came, or owe another sum, and open lines name them: they may answer now. */
  match_again: matchAgain,

  /** One kept file, in one transaction: a worker that is killed leaves nothing of it, and the job runs again. */
  async read_money_file({ app, merchant, payload: { file } }: Job<{ file: number }>) {
    const { rows } = await inMerchant(app.pool, merchant, (tx) =>
      sql<{
        person: number | null
      }>`update money_file set state = 'reading', done = 0 where id = ${file} and state in ('waiting', 'reading') returning received_by as person`.execute(tx),
    )
    const row = rows[0]
    if (!row) return
    app.live.changed(merchant, 'read_money_file')
    const actor = { ...system(merchant), person: row.person }
    // beside the transaction of the reading, which shows nothing before its end
    let told = Date.now()
    const progress = (bytes: number) => {
      if (Date.now() - told < 700) return
      told = Date.now()
      void inMerchant(app.pool, merchant, (tx) => sql`update money_file set done = ${bytes} where id = ${file} and state = 'reading'`.execute(tx))
        .then(() => app.live.changed(merchant, 'read_money_file'))
        .catch(() => undefined)
    }
    try {
      await inMerchant(app.pool, merchant, (tx) => readKeptFile(tx, { file }, actor, progress))
    } catch (error) {
      if (passing(error)) throw error
      console.error(error)
      const fault = [
        {
          row: null,
          message: 'Algo falhou do nosso lado ao ler o arquivo; nada dele entrou',
          cure: 'Mande ler de novo; se repetir, avise o suporte e guarde o arquivo',
        },
      ]
      await inMerchant(app.pool, merchant, (tx) =>
        sql`update money_file set state = 'refused', faults = ${JSON.stringify(fault)}::jsonb, finished_at = now() where id = ${file} and state = 'reading'`.execute(
          tx,
        ),
      )
    }
  },
}

async function matchAgain({ app, merchant, payload: { account } }: Pick<Job<{ account: number }>, 'app' | 'merchant' | 'payload'>) {
  await inMerchant(app.pool, merchant, async (tx) => {
    await matchLines(tx, { account }, system(merchant))
    await findClaims(tx, { account }, system(merchant))
  })
}

/** The database went away or was too busy: the same file may be read in a minute. */
const passing = (error: unknown) => {
  const code = (error as { code?: string }).code
  return code === 'try_again' || /^(08|40|53|57|E)/.test(code ?? '')
}
