/** What the channels owe: expected by dated fee policies, followed through the order's life, announced, and its money told by the reconciliation. */
import type { Module } from '../platform/http.ts'
import { refusals } from './contract.ts'
import { jobs } from './jobs.ts'
import { routes } from './routes.ts'

export { receivableAgenda } from './agenda.ts'
export type { ReceivableAgenda } from './agenda.ts'
export { announce } from './announce.ts'
export { estimateFees } from './estimate.ts'
export { cede, holdReceivables, uncede } from './cession.ts'
export type { Cession } from './cession.ts'
export { expectedOf, ordersWithoutPolicy, parts } from './expected.ts'
export type { Expected, Part } from './expected.ts'
export { followOrders, refreshReceivables } from './follow.ts'
export { saveFeePolicy } from './policies.ts'
export type { FeePolicy } from './policies.ts'
export { receivableNow } from './receivable-state.ts'
export const module: Module = { routes, refusals, jobs }
