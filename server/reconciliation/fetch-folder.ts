import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { system } from '../platform/actor.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Pool } from '../platform/db.ts'
import { inboxOf } from '../platform/outbox.ts'
import { keepFile } from './files.ts'

/** Milliseconds since the last write after which a file counts as whole. */
const settled = 15_000

/** Where a bank's or channel's program leaves files of money: `dinheiro` in the merchant's inbox. Empty when the server has no inbox. */
export const moneyFolder = (merchant: Merchant) => {
  const inbox = inboxOf(merchant)
  return inbox ? join(inbox, 'dinheiro') : ''
}

/** Keeps what lies in the folder and puts it into `lidos` beside it. A file that could not be moved is known the next time and kept once. @returns how many were kept */
export async function fetchFolder(pool: Pool, merchant: Merchant): Promise<number> {
  const folder = moneyFolder(merchant)
  if (!folder) return 0
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let kept = 0
  for (const entry of entries) {
    // dotted and half-written names are somebody's drafts
    if (!entry.isFile() || /^\.|\.(part|parte|tmp|crdownload)$/i.test(entry.name)) continue
    const path = join(folder, entry.name)
    const { mtimeMs, size } = await stat(path)
    if (Date.now() - mtimeMs < settled || size > largest) continue
    await inMerchant(pool, merchant, (tx) =>
      keepFile(
        tx,
        { name: entry.name, origin: 'folder', stream: createReadStream(path, { highWaterMark: 1_048_576 }) as AsyncIterable<Uint8Array> },
        system(merchant, 'Pasta'),
      ),
    )
    kept++
    await mkdir(join(folder, 'lidos'), { recursive: true })
    await rename(path, join(folder, 'lidos', `${new Date(mtimeMs).toISOString().replaceAll(':', '-')} ${entry.name}`)).catch(() => undefined)
  }
  return kept
}

/** As large as an upload may be. */
const largest = 200 * 1024 * 1024
