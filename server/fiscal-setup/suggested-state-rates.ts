import type { StateRateBody } from './contract.ts'

/**
 * General internal rates of ICMS and general funds against poverty (FCP), by state, as commonly published for 2026. Unconfirmed: states change them
 * by law at any time and many goods have rates of their own, so each row only suggests and blocks until somebody answers for it.
 */
const rates: Record<StateRateBody['uf'], [internal: string, fcp: string]> = {
  AC: ['19', '0'],
  AL: ['19', '1'],
  AM: ['20', '0'],
  AP: ['18', '0'],
  BA: ['20.5', '0'],
  CE: ['20', '0'],
  DF: ['20', '0'],
  ES: ['17', '0'],
  GO: ['19', '0'],
  MA: ['23', '0'],
  MG: ['18', '0'],
  MS: ['17', '0'],
  MT: ['17', '0'],
  PA: ['19', '0'],
  PB: ['20', '0'],
  PE: ['20.5', '0'],
  PI: ['22.5', '0'],
  PR: ['19.5', '0'],
  RJ: ['20', '2'],
  RN: ['20', '0'],
  RO: ['19.5', '0'],
  RR: ['20', '0'],
  RS: ['17', '0'],
  SC: ['17', '0'],
  SE: ['19', '1'],
  SP: ['18', '0'],
  TO: ['20', '0'],
}

export const suggestedStateRates: StateRateBody[] = Object.entries(rates).map(([uf, [internal_rate, fcp_rate]]) => ({
  uf: uf as StateRateBody['uf'],
  since: '2026-01-01',
  internal_rate,
  fcp_rate,
  difal_base: 'single',
}))
