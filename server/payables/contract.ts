/** What the web and other programs may ask, in a file for each resource. */
export * from './bills-contract.ts'
export * from './recurrences-contract.ts'
export * from './remittances-contract.ts'
export * from './terms-contract.ts'

export { beyondDue, dueOn } from './due.ts'
export { refusals } from './refusals.ts'
export { kindWords, kinds, methodWords, stateWords } from './words.ts'
export type { Kind } from './words.ts'
