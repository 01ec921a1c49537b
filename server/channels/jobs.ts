import { sql } from 'kysely'
import { system } from '../platform/actor.ts'
import type { Actor } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Job, Jobs } from '../platform/jobs.ts'
import { permissions } from '../platform/permission.ts'
import type { Permission } from '../platform/permission.ts'
import { checkImport, runImport } from './run-import.ts'

interface Asked {
  import: number
  person: number | null
  name: string
}

export const jobs: Jobs = {
  check_import: ({ app, merchant, payload }: Job<Asked & Record<string, unknown>>) => checkImport(app, payload.import, onBehalf(merchant, payload)),
  run_import: ({ app, merchant, payload }: Job<Asked & Record<string, unknown>>) => runImport(app, payload.import, onBehalf(merchant, payload)),
  /** An upload that lost its connection or its server can never go on. */
  async stale_uploads_each_minute({ app, merchant }: Job<Record<string, unknown>>) {
    await inMerchant(app.pool, merchant, (tx) =>
      sql`update import_file set state = 'failed', failure = 'O envio do arquivo foi interrompido; envie de novo', finished_at = now() where state = 'reading' and created_at < now() - interval '1 hour'`.execute(
        tx,
      ),
    )
  },
}

/** The job acts for the person who asked; that they may was judged when they did. */
const onBehalf = (merchant: Actor['merchant'], { person, name }: Asked): Actor => ({
  ...system(merchant, name),
  person,
  permissions: new Set(Object.keys(permissions) as Permission[]),
})
