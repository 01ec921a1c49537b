import type { Module } from '../platform/http.ts'
import { refusals } from './contract.ts'
import { jobs } from './jobs.ts'
import { routes } from './routes.ts'

export { deliverNotas } from './fan-out.ts'
export const module: Module = { routes, refusals, jobs }
