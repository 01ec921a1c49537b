import { openPool } from './platform/db.ts'
import { buildServer } from './platform/http.ts'
import type { Module, Server } from './platform/http.ts'
import { module as catalog } from './catalog/index.ts'
import { module as bank, takeInBank } from './bank/index.ts'
import { importKinds, module as channels, trackingKind } from './channels/index.ts'
import { module as dispatch } from './dispatch/index.ts'
import { acts, fiscalKinds, module as fiscalSetup } from './fiscal-setup/index.ts'
import { module as insight } from './insight/index.ts'
import { callEnded, callsBegin, module as invoicing, openCompany, requestTestNota } from './invoicing/index.ts'
import { module as money } from './money/index.ts'
import { module as orders } from './orders/index.ts'
import { module as packing } from './packing/index.ts'
import { module as partners } from './partners/index.ts'
import { module as payables, payablesKind, takePayments } from './payables/index.ts'
import { authenticate, module as people } from './people/index.ts'
import { module as picking } from './picking/index.ts'
import { module as pricing } from './pricing/index.ts'
import { module as purchases } from './purchases/index.ts'
import { feePoliciesKind, module as receivables } from './receivables/index.ts'
import { afterSettlement, module as reconciliation, takers } from './reconciliation/index.ts'
import { module as settings } from './settings/index.ts'
import { module as stock } from './stock/index.ts'
import { module as tracking, recordTracking } from './tracking/index.ts'
import { matchContracts, module as treasury } from './treasury/index.ts'

/** Every module, one line each. */
export const modules: Module[] = [
  people,
  catalog,
  stock,
  orders,
  channels,
  picking,
  packing,
  dispatch,
  tracking,
  invoicing,
  partners,
  purchases,
  fiscalSetup,
  money,
  receivables,
  reconciliation,
  payables,
  bank,
  treasury,
  pricing,
  insight,
  settings,
]

// Files of carrier events end in the tracking module, which channels may not know: they meet here.
importKinds.tracking = trackingKind(async (tx, events, actor) =>
  (await recordTracking(tx, { events }, actor)).results.map(({ result, faults }) => ({ changed: result === 'applied', faults })),
)

Object.assign(importKinds, fiscalKinds, { payables: payablesKind, fee_policies: feePoliciesKind })
// The bank's answers to our payments end in the payables, its statements in the banks.
takers.payments = takePayments
takers.bank = takeInBank
// Invoicing asks the set-up for rules; the set-up's checklist asks invoicing for its wires and the test nota.
Object.assign(acts, { openCompany, callsBegin, callEnded, requestTestNota })

// Lines of receivables that were handed over answer their contract: the reconciliation may not know of contracts.
afterSettlement.push(async (tx, lines, actor) => void (await matchContracts(tx, lines, actor)))

/** The whole application over a migrated database: `start` and `serve` listen on it, tests inject into it. */
export async function buildApp(url: string, options: { poolSize?: number; log?: boolean; checkAnswers?: boolean } = {}): Promise<Server> {
  const { poolSize = 12, ...rest } = options
  const pool = openPool(url, poolSize)
  try {
    const server = await buildServer({ url, pool, modules, authenticate, ...rest })
    return { ...server, close: () => server.close().finally(() => pool.end()) }
  } catch (error) {
    await pool.end()
    throw error
  }
}
