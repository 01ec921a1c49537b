import type { Module } from '../platform/http.ts'
import { jobs } from './jobs.ts'

export { expectedOf, ordersWithoutPolicy, parts } from './expected.ts'
export type { Expected, Part } from './expected.ts'
export { followOrders, refreshReceivables } from './follow.ts'
export { saveFeePolicy } from './policies.ts'
export type { FeePolicy } from './policies.ts'
export const module: Module = { routes: [], jobs }
