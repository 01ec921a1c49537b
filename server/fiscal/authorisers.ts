import { addresses } from './tables/addresses.ts'
import { changes, normalOf, svcOf } from './tables/authoriser-of-uf.ts'

/** Which SEFAZ authorises the notas of a UF, and where its services answer. */
export type Environment = 'production' | 'homologation'

/** `AN` is the national environment: EPEC, manifestation and distribution of any UF. */
export type Authoriser = 'AM' | 'BA' | 'GO' | 'MG' | 'MS' | 'MT' | 'PE' | 'PR' | 'RS' | 'SP' | 'SVAN' | 'SVRS' | 'SVC-AN' | 'SVC-RS' | 'AN'

/** Named as in the WSDL; the simulator's addresses end with them. */
export type Service =
  | 'NFeAutorizacao4'
  | 'NFeRetAutorizacao4'
  | 'NFeConsultaProtocolo4'
  | 'NFeStatusServico4'
  | 'NFeRecepcaoEvento4'
  | 'NFeInutilizacao4'
  | 'NFeDistribuicaoDFe'

export interface AuthoriserChange {
  uf: string
  environment: Environment
  mode: 'normal' | 'svc'
  authoriser: Authoriser
  /** The first day, `YYYY-MM-DD`. */
  since: string
}

/**
 * The authoriser of a UF's notas: its usual one, or the SVC that stands in for it. `on` is a date `YYYY-MM-DD`.
 * A UF may have different ones by environment and day: NT 2014.001 and the changes published since.
 * @throws Error for a UF that does not exist: the caller has validated it
 */
export function authoriserOf(uf: string, environment: Environment, mode: 'normal' | 'svc', on: string, dated: AuthoriserChange[] = changes): Authoriser {
  const changed = dated
    .filter((change) => change.uf === uf && change.environment === environment && change.mode === mode && change.since <= on)
    .toSorted((one, other) => one.since.localeCompare(other.since))
    .at(-1)
  const authoriser = changed?.authoriser ?? (mode === 'normal' ? normalOf : svcOf)[uf]
  if (!authoriser) throw new Error(`Não há autorizador para a UF "${uf}"`)
  return authoriser
}

/** `tpEmis` of notas that go to an SVC: 6 to SVC-AN, 7 to SVC-RS; 1 otherwise. */
export const emissionTypeOf = (authoriser: Authoriser): 1 | 6 | 7 => (authoriser === 'SVC-AN' ? 6 : authoriser === 'SVC-RS' ? 7 : 1)

/**
 * The address of a service. `base` (`https://host:port`) puts the simulator in the SEFAZ's place and is taken in homologation only.
 * Null when the authoriser does not offer it: an SVC has no inutilização, only AN distributes.
 */
export function urlOf(authoriser: Authoriser, environment: Environment, service: Service, base?: string | null): string | null {
  const host = hostOf(authoriser)
  const path = isRefused(authoriser, service) ? undefined : addresses[host].paths[service]
  if (path === undefined) return null
  if (base && environment === 'homologation') return `${base.replace(/\/+$/, '')}/${authoriser}/${service}`
  return typeof path === 'string' ? addresses[host][environment] + path : path[environment]
}

const isRefused = (authoriser: Authoriser, service: Service) => authoriser.startsWith('SVC-') && service === 'NFeInutilizacao4'

/** The contingency services stand on the same machines as the virtual SEFAZ of their keeper. */
const hostOf = (authoriser: Authoriser) => (authoriser === 'SVC-AN' ? 'SVAN' : authoriser === 'SVC-RS' ? 'SVRS' : authoriser)
