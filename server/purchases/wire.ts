/* What of the invoicing module is used here: the company's wire, its signing key, and the calls that are counted. */
export { callEnded, callsBegin } from '../invoicing/calls.ts'
export { openCompany, signingKeyOf } from '../invoicing/company-key.ts'
export type { CompanyWire } from '../invoicing/company-key.ts'
