/** What the law says of fiscal documents: pure knowledge, no database. */
export { accessKey, isAccessKey, keyOf, partsOfKey, randomNumericCode } from './access-key.ts'
export { shareOut } from './arithmetic.ts'
export { authoriserOf, urlOf } from './authorisers.ts'
export type { Authoriser, Environment, Service } from './authorisers.ts'
export {
  cancelEvent,
  consReciNFe,
  consSitNFe,
  consStatServ,
  correctionEvent,
  distDFeInt,
  epecEvent,
  manifestationEvent,
  voidNumbers,
} from './event-xml.ts'
export type { EventHead, Manifestation } from './event-xml.ts'
export { faultsOf } from './faults.ts'
export { interstateRate, isGtin } from './item-faults.ts'
export { ibgeOf, municipality, suggestions, ufCodes } from './municipalities.ts'
export type * from './nota.ts'
export { notaXml } from './nota-xml.ts'
export { readDocument, readNota } from './read-nota.ts'
export type * from './read-nota.ts'
export { openSefaz } from './sefaz.ts'
export type { Reply, Sefaz } from './sefaz.ts'
export { keyNamedIn } from './sefaz-answers.ts'
export type { Authorisation, Consultation, EventAnswer, Invalidation, Protocol } from './sefaz-answers.ts'
export { enviNFe, envEvento, nfeProc, procEventoNFe, procInutNFe, signElement, signNota } from './sign.ts'
export type { SigningKey } from './sign.ts'
export type * from './tax-rule.ts'
export { assess } from './taxes.ts'
export { fiscalText } from './text.ts'
export { verifySignature } from './verify.ts'
