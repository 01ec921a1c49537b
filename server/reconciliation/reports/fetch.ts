import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Merchant } from '../../platform/actor.ts'
import { system } from '../../platform/actor.ts'
import { inMerchant } from '../../platform/db.ts'
import type { App } from '../../platform/http.ts'
import { Problem } from '../../platform/problem.ts'
import { saoPauloDay } from '../formats/cells.ts'
import { keepFile } from '../files.ts'
import { amazon } from './amazon.ts'
import type { ReportKind } from './endpoints.ts'
import { mercadoPago } from './mercado-pago.ts'
import { pagarme } from './pagarme.ts'
import { isTrouble, trouble } from './port.ts'
import type { Desk, Ended, ReportPort, Step } from './port.ts'
import { shopee } from './shopee.ts'
import { openSecrets, sealSecrets } from './sources.ts'

const ports: Record<ReportKind, ReportPort> = { mercado_pago: mercadoPago, shopee, amazon, pagarme }

interface Source {
  kind: ReportKind
  address: string
  settings: Record<string, string>
  sealed: Buffer
  cursor: string | null
  lease: string
  faults: number
}
/** In a test: another time, and less patience. */
interface Options {
  now?: () => number
  timeout?: number
}

/** Seconds until the channel is asked again: all is well, and after the first fault, which doubles up to the last. */
const [hourly, firstWait, longestWait] = [3600, 300, 6 * 3600]

/**
 * Asks one channel for what is new. The network is asked outside of any transaction; each report is kept in one together with how far was read, so a process that
 * dies leaves whole steps, and the next goes on from there. One worker at a time: whoever holds the lease, which also ends when the source is changed meanwhile.
 */
export async function fetchReports(app: Pick<App, 'pool'>, merchant: Merchant, account: number, { now = Date.now, timeout }: Options = {}): Promise<void> {
  const source = await inMerchant(app.pool, merchant, async (tx) => {
    const { rows } = await sql<Source>`
      update report_source set asking_until = clock_timestamp() + interval '6 minutes', asked_at = clock_timestamp()
      where account_id = ${account} and active and coalesce(asking_until < clock_timestamp(), true)
      returning kind, address, settings, secrets as sealed, cursor, asking_until::text as lease, faults_in_a_row as faults`.execute(tx)
    return rows[0]
  })
  if (!source) return
  const folder = await mkdtemp(join(tmpdir(), 'retaguarda-reports-'))
  let { lease } = source
  const write = async (step: Step & { secretsNow?: Record<string, string> }) => {
    lease = await inMerchant(app.pool, merchant, async (tx) => {
      const kept = step.file && (await keepFile(tx, { name: step.file.name, origin: 'report', account, ...contentOf(step) }, system(merchant)))
      const { rows } = await sql<{ lease: string }>`
        update report_source set asking_until = clock_timestamp() + interval '6 minutes', cursor = coalesce(${step.cursor ?? null}, cursor),
          secrets = coalesce(${step.secretsNow ? sealSecrets(step.secretsNow) : null}::bytea, secrets), file_at = case when ${kept?.known === false} then now() else file_at end
        where account_id = ${account} and asking_until::text = ${lease} returning asking_until::text as lease`.execute(tx)
      // changed or paused meanwhile: nothing of this step is kept
      if (!rows[0]) throw gone
      return rows[0].lease
    })
  }
  try {
    let secrets = opened(source.sealed)
    const desk: Desk = {
      address: source.address,
      settings: source.settings,
      secrets,
      folder,
      now,
      today: saoPauloDay(new Date(now()).toISOString()),
      ...(timeout === undefined ? {} : { timeout }),
    }
    const steps = ports[source.kind].fetch(desk, source.cursor)
    let ended: Ended | void
    for (;;) {
      const next = await steps.next()
      if (next.done) {
        ended = next.value
        break
      }
      if (next.value.secrets) secrets = { ...secrets, ...next.value.secrets }
      await write({ ...next.value, ...(next.value.secrets ? { secretsNow: secrets } : {}) })
      if (next.value.file?.path) await rm(next.value.file.path, { force: true })
    }
    await finish({ fault: ended?.notice ?? null, faults: 0, seconds: ended?.again ?? hourly })
  } catch (error) {
    if (error === gone) return
    const told = isTrouble(error) ? error : unforeseen(error)
    const faults = source.faults + 1
    const wait = told.trouble.access ? longestWait : Math.max(told.trouble.seconds ?? 0, Math.min(firstWait * 2 ** Math.min(faults - 1, 10), longestWait))
    await finish({ fault: told.message, faults, seconds: told.trouble.seconds !== undefined && faults === 1 ? told.trouble.seconds : wait })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }

  function finish({ fault, faults, seconds }: { fault: string | null; faults: number; seconds: number }) {
    return inMerchant(app.pool, merchant, (tx) =>
      sql`update report_source set asking_until = null, fault = ${fault}, faults_in_a_row = ${faults}, answered_at = case when ${faults} = 0 then clock_timestamp() else answered_at end,
        next_at = clock_timestamp() + make_interval(secs => ${seconds}) where account_id = ${account} and asking_until::text = ${lease}`.execute(tx),
    )
  }
}

/** Ends a reading whose source is no longer as it was when it began. */
const gone = new Error('The source was changed while it was read')

const contentOf = ({ file }: Step) =>
  file?.path === undefined ? { bytes: file?.bytes ?? Buffer.alloc(0) } : { stream: createReadStream(file.path, { highWaterMark: 1_048_576 }) }

function opened(sealed: Buffer): Record<string, string> {
  try {
    return openSecrets(sealed)
  } catch (error) {
    const why = error instanceof Problem ? 'o servidor está sem a sua chave (RETAGUARDA_KEY)' : 'foi guardado com outra chave do servidor'
    throw trouble(`O acesso não pôde ser aberto: ${why}. Preencha o acesso de novo`, { access: true })
  }
}

/** A fault of ours must not stop the source for ever, and is for the log. */
function unforeseen(error: unknown) {
  console.error(error)
  return trouble('Algo falhou do nosso lado ao buscar; tentamos de novo sozinhos')
}
