import type { Module } from '../platform/http.ts'
import { refusals } from './contract.ts'
import { jobs } from './jobs.ts'
import { routes } from './routes.ts'

export { closeWires, openCompany, signingKeyOf } from './company-key.ts'
export type { CompanyWire } from './company-key.ts'
export { callEnded, callsBegin, companyAnswers, holdCompany, stopCompany } from './calls.ts'
export { cancelNota, correctNota } from './events.ts'
export { findGaps } from './gaps.ts'
export { issueShipments } from './issue.ts'
export { followOrders } from './jobs.ts'
export { transmit } from './transmit.ts'
export { setMode } from './contingency.ts'
export { requestTestNota, returnNota } from './requested.ts'

export const module: Module = { routes, refusals, jobs }
