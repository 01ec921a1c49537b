import type { Module } from '../platform/http.ts'
import { keepPhases } from './keep-phases.ts'
import { routes } from './routes.ts'

export { keepPhases } from './keep-phases.ts'

export const module: Module = { routes, jobs: { keep_phases_each_minute: keepPhases } }
