import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { announce, takeBackOf } from '../receivables/index.ts'
import { afterSettlement } from './after.ts'
import { ingestSettlement } from './ingest.ts'
import type { Ingested, SettlementUpload } from './ingest.ts'
import { shareBatches } from './match-batches.ts'
import { matchLines } from './match.ts'
import type { Matched } from './match.ts'
import { keepNegative } from './negative-lines.ts'
import { postLines } from './post.ts'
import { noteToldAgain } from './told-again.ts'

/**
 * A settlement file from its first byte to the last open line, in one transaction: a process that dies leaves nothing of it. `repeated`: lines that a report of another
 * format told already; they move nothing.
 * @throws 409 file_known | file_refused
 */
export async function takeInSettlement(tx: Tx, upload: SettlementUpload, actor: Actor): Promise<Ingested & Matched & { repeated: number }> {
  const ingested = await ingestSettlement(tx, upload, actor)
  // what is known moves nothing: whatever changed since looked at the open lines itself
  if (!ingested.fresh) return { ...ingested, key: 0, fee: 0, amount: 0, contested: 0, open: 0, repeated: 0 }
  const fresh = { account: upload.account, file: ingested.file, after: ingested.after, fresh: ingested.fresh }
  const repeated = await noteToldAgain(tx, fresh)
  await postLines(tx, { ...fresh, repeated }, actor)
  if (ingested.announcing) await announce(tx, fresh)
  const shared = await shareBatches(tx, fresh)
  const matched = await matchLines(tx, { account: upload.account, fresh: { ...fresh, shared } }, actor)
  const negative = upload.lines.totals.debit < 0 ? await keepNegative(tx, fresh) : 0
  await takeBackOf(tx, fresh)
  for (const next of afterSettlement) await next(tx, fresh, actor)
  return { ...ingested, ...matched, open: matched.open + negative, repeated }
}
