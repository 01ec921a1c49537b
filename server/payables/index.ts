/** What we owe and how it is paid. The view `open_payable` says what will go out and when. */
import type { Module } from '../platform/http.ts'
import { refusals } from './refusals.ts'

export { addPayables } from './add.ts'
export type { NewPayable } from './add.ts'
export { payPayable, unpayPayable } from './pay.ts'

export const module: Module = { routes: [], refusals }
