/** The banks: accounts, statements, and what each line is. */
import type { Module } from '../platform/http.ts'
import { jobs } from './jobs.ts'
import { refusals } from './refusals.ts'
import { routes } from './routes.ts'

export { addBankAccount } from './accounts.ts'
export { explainLine } from './explain.ts'
export { takeInBank } from './intake.ts'
export { undoBank } from './undo.ts'

export const module: Module = { routes, refusals, jobs }
