/** XML that is canonical as it is written (C14N 1.0): no space between tags, no prefix, empty elements in two tags, the same escapes. */
import { fiscalText } from './text.ts'

export const fiscalNamespace = 'http://www.portalfiscal.inf.br/nfe'

/** Centavos as reais with two decimals. */
export function money(centavos: number): string {
  const text = String(centavos)
  const length = text.length
  return length > 2 ? `${text.slice(0, length - 2)}.${text.slice(length - 2)}` : length === 2 ? `0.${text}` : `0.0${text}`
}

/** A rate with four decimals, as IBS and CBS want them and the others allow. */
export function rate4(rate: string): string {
  const point = rate.indexOf('.')
  return point < 0 ? `${rate}.0000` : rate.padEnd(point + 5, '0')
}

export function rate2(rate: string): string {
  const point = rate.indexOf('.')
  return point < 0 ? `${rate}.00` : rate.padEnd(point + 3, '0').slice(0, point + 3)
}

const special = /[&<>]/

/** Free text, normalised, cut to `max` letters and escaped. */
export function written(text: string, max: number): string {
  const plain = fiscalText(text, max)
  return special.test(plain) ? plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : plain
}

/** The same inside an attribute, where canonical XML leaves `>` alone and escapes the quote. */
export const writtenAttribute = (text: string, max: number): string =>
  fiscalText(text, max).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** `<name>text</name>`, or nothing for null or for a text of which nothing is left. */
export function optional(name: string, text: string | null, max: number): string {
  if (text === null) return ''
  const content = written(text, max)
  return content === '' ? '' : `<${name}>${content}</${name}>`
}

/** CPF or CNPJ in the element of its kind. */
export const documentXml = (document: string): string => (document.length === 11 ? `<CPF>${document}</CPF>` : `<CNPJ>${document}</CNPJ>`)

/**
 * A document to sign: `element` with its `Id`, inside `root`. `content` is everything between the element's tags. Built by `notaXml` and the events.
 * Attributes are written in canonical order: Id before versao.
 */
export type Unsigned = {
  root: 'NFe' | 'evento' | 'inutNFe'
  rootVersion: string | null
  element: 'infNFe' | 'infEvento' | 'infInut'
  id: string
  version: string | null
  content: string
}

const versioned = (version: string | null) => (version === null ? '' : ` versao="${version}"`)

export const openRoot = ({ root, rootVersion }: Unsigned) => `<${root} xmlns="${fiscalNamespace}"${versioned(rootVersion)}>`
/** As it stands in the document, where the namespace is its parent's. */
export const openElement = ({ element, id, version }: Unsigned) => `<${element} Id="${id}"${versioned(version)}>`
/** As it is digested: alone, so with the namespace. */
export const canonicalElement = (unsigned: Unsigned) =>
  `<${unsigned.element} xmlns="${fiscalNamespace}" Id="${unsigned.id}"${versioned(unsigned.version)}>${unsigned.content}</${unsigned.element}>`
