import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { unitList } from './agenda.ts'
import * as contract from './contract.ts'
import { estimateFees } from './estimate.ts'
import { acceptPolicy, dismissPolicy, saveFeePolicy } from './policies.ts'
import { policyList } from './policy-list.ts'
import { policySheet } from './policy-sheet.ts'
import { previewPolicy } from './preview.ts'
import { inflow, receivableList, receivablesCsv, totals } from './receivable-list.ts'
import { receivablePage } from './receivable-page.ts'

export const routes: Route[] = [
  query(contract.listReceivables, receivableList),
  query(contract.receivableTotals, totals),
  query(contract.receivableInflow, inflow),
  raw(contract.exportReceivables, receivablesCsv),
  query(contract.readReceivable, receivablePage),
  query(contract.listUnits, unitList),
  query(contract.listPolicies, policyList),
  raw(contract.policiesSheet, policySheet),
  command(contract.savePolicyEndpoint, saveFeePolicy),
  query(contract.previewPolicyEndpoint, previewPolicy),
  command(contract.acceptPolicyEndpoint, acceptPolicy),
  command(contract.dismissPolicyEndpoint, dismissPolicy),
  command(contract.estimateFeesEndpoint, estimateFees),
]
