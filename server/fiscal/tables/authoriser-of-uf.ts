import type { Authoriser, AuthoriserChange } from '../authorisers.ts'

/** Who authorises model 55 for each UF: the state of June 2026, taken for every day before the changes below. */
export const normalOf: Record<string, Authoriser> = {
  AC: 'SVRS',
  AL: 'SVRS',
  AM: 'AM',
  AP: 'SVRS',
  BA: 'BA',
  CE: 'SVRS',
  DF: 'SVRS',
  ES: 'SVRS',
  GO: 'GO',
  MA: 'SVAN',
  MG: 'MG',
  MS: 'MS',
  MT: 'MT',
  PA: 'SVRS',
  PB: 'SVRS',
  PE: 'PE',
  PI: 'SVRS',
  PR: 'PR',
  RJ: 'SVRS',
  RN: 'SVRS',
  RO: 'SVRS',
  RR: 'SVRS',
  RS: 'RS',
  SC: 'SVRS',
  SE: 'SVRS',
  SP: 'SP',
  TO: 'SVRS',
}

/** Who stands in for it when it is down. */
export const svcOf: Record<string, Authoriser> = {
  AC: 'SVC-AN',
  AL: 'SVC-AN',
  AM: 'SVC-RS',
  AP: 'SVC-AN',
  BA: 'SVC-RS',
  CE: 'SVC-AN',
  DF: 'SVC-AN',
  ES: 'SVC-AN',
  GO: 'SVC-RS',
  MA: 'SVC-RS',
  MG: 'SVC-AN',
  MS: 'SVC-RS',
  MT: 'SVC-RS',
  PA: 'SVC-AN',
  PB: 'SVC-AN',
  PE: 'SVC-RS',
  PI: 'SVC-AN',
  PR: 'SVC-RS',
  RJ: 'SVC-AN',
  RN: 'SVC-AN',
  RO: 'SVC-AN',
  RR: 'SVC-AN',
  RS: 'SVC-AN',
  SC: 'SVC-AN',
  SE: 'SVC-AN',
  SP: 'SVC-AN',
  TO: 'SVC-AN',
}

/** What differs from the lists above from a day on, in one environment. A new change is a new line, never an edit. */
export const changes: AuthoriserChange[] = [
  // seen in probes of June 2026: the SVC-RS answers for PI in homologation while production stays with the SVC-AN
  { uf: 'PI', environment: 'homologation', mode: 'svc', authoriser: 'SVC-RS', since: '2026-06-01' },
]
