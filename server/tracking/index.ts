import { command } from '../platform/http.ts'
import type { Module } from '../platform/http.ts'
import * as contract from './contract.ts'
import { recordTracking } from './record.ts'

export { recordTracking } from './record.ts'
export const module: Module = { refusals: contract.refusals, routes: [command(contract.recordTrackingEndpoint, recordTracking)] }
