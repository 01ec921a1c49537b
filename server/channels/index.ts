import type { Module } from '../platform/http.ts'
import { refusals } from './contract.ts'
import { jobs } from './jobs.ts'
import { routes } from './routes.ts'

export { formatOf, readRows } from './formats/reading.ts'
export type { FileFormat, Reading, Row } from './formats/reading.ts'
export { csvLine, writeCsv, writeXlsx } from './formats/write.ts'
export { importKinds } from './import-kinds.ts'
export type { Applied, ImportKind } from './import-kinds.ts'
export { importOrdersFile } from './import-orders-file.ts'
export { trackingKind } from './tracking-file.ts'
export type { TrackedEvent } from './tracking-file.ts'
export const module: Module = { routes, refusals, jobs }
