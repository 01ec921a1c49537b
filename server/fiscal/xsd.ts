import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { XmlDocument, XmlElement, XmlLibError, XsdValidator } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import { Problem } from '../platform/problem.ts'
import { withDocument } from './xml.ts'

/** What can be validated: the name of the schema's file before `_v`. `evento` is one event outside its batch. */
export type DocumentKind =
  | 'nfe'
  | 'procNFe'
  | 'enviNFe'
  | 'retEnviNFe'
  | 'consReciNFe'
  | 'retConsReciNFe'
  | 'consSitNFe'
  | 'retConsSitNFe'
  | 'consStatServ'
  | 'retConsStatServ'
  | 'inutNFe'
  | 'retInutNFe'
  | 'procInutNFe'
  | 'evento'
  | 'envEvento'
  | 'retEnvEvento'
  | 'procEventoNFe'
  | 'distDFeInt'
  | 'retDistDFeInt'
  | 'resNFe'
  | 'resEvento'
  | 'cte'
  | 'procCTe'

export interface SchemaFault {
  line: number
  /** Where in the document: `/enviNFe/NFe/infNFe/dest/xNome`. */
  path: string
  /** In Portuguese. */
  message: string
}

export interface Schemas {
  /** Names of the package folders found, oldest first: `PL_010d_NT2026.004_v1.02`, `PL_010e_NT2025.002_v1.01`. */
  packages: string[]
  has: (kind: DocumentKind) => boolean
  /**
   * What is wrong with the document, empty when nothing. An event's envelope is validated by the generic layout and its
   * `detEvento` by `e<tpEvento>`, because the layouts of each event refuse alphanumeric keys. XML that cannot be read is a
   * fault too. Throws when no package has that kind (`has`).
   */
  validate: (kind: DocumentKind, xml: Buffer | string) => SchemaFault[]
  /** Frees the compiled schemas. */
  dispose: () => void
}

/**
 * Opens a schema package's folder, or a folder of packages; where two packages have the same schema, the one whose name
 * sorts last is used (`PL_010e` before `PL_010d`). Each schema is compiled when first used (about 0.3 s for a nota) and kept;
 * then 2,500 validations of a 10 KB nota per second of CPU.
 */
export function openSchemas(folder: string): Schemas {
  register()
  const packages = packagesIn(resolve(folder))
  const compiled = new Map<string, XsdValidator>()
  const compile = (file: string, source?: string) => {
    const before = compiled.get(file)
    if (before) return before
    const validator = compileSchema(file, source)
    compiled.set(file, validator)
    return validator
  }
  const fileOf = (start: string): string | null => {
    for (const one of packages.toReversed()) {
      const file = one.files.findLast((name) => name.startsWith(`${start}_v`))
      if (file) return join(one.folder, file)
    }
    return null
  }
  const has = (kind: DocumentKind) => fileOf(kind === 'evento' ? 'leiauteEvento' : kind) !== null
  const validatorOf = (kind: DocumentKind) => {
    const file = fileOf(kind === 'evento' ? 'leiauteEvento' : kind)
    if (!file) throw new Error(`Nenhum pacote de schemas em ${folder} tem ${kind}`)
    return kind === 'evento' ? compile(join(file, '..', 'evento_alone.xsd'), loneEvent(basename(file))) : compile(file)
  }
  return {
    packages: packages.map((one) => basename(one.folder)),
    has,
    validate: (kind, xml) => {
      const validator = validatorOf(kind)
      try {
        return withDocument(xml, (document) => [
          ...faultsOf(document, () => validator.validate(document)),
          ...(events.has(kind) ? faultsOfDetails(document, (type) => detailFile(fileOf, compile, type)) : []),
        ])
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        return [{ line: Number(error.facts['line'] ?? 1), path: '/', message: String(error.facts['reason']) }]
      }
    },
    dispose: () => {
      for (const validator of compiled.values()) validator.dispose()
      compiled.clear()
    },
  }
}

const events = new Set<DocumentKind>(['evento', 'envEvento', 'procEventoNFe'])

let registered = false
function register() {
  if (!registered) xmlRegisterFsInputProviders()
  registered = true
}

function packagesIn(folder: string): { folder: string; files: string[] }[] {
  const here = readdirSync(folder, { withFileTypes: true })
  const schemas = (names: { name: string }[]) =>
    names
      .map((entry) => entry.name)
      .filter((name) => name.endsWith('.xsd'))
      .toSorted()
  const inside = here
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .map((path) => ({ folder: path, files: schemas(readdirSync(path, { withFileTypes: true })) }))
  const found = [{ folder, files: schemas(here) }, ...inside].filter((one) => one.files.length > 0)
  if (found.length === 0) throw new Error(`Não há schemas (.xsd) em ${folder}`)
  return found.toSorted((a, b) => (basename(a.folder) < basename(b.folder) ? -1 : 1))
}

function compileSchema(file: string, source?: string): XsdValidator {
  const document = source === undefined ? XmlDocument.fromBuffer(readFileSync(file), { url: file }) : XmlDocument.fromString(source, { url: file })
  try {
    return XsdValidator.fromDoc(document)
  } catch (error) {
    throw new Error(`O schema ${basename(file)} não compila: ${(error as Error).message.trim()}`, { cause: error })
  } finally {
    document.dispose()
  }
}

/** The packages have the type of one event, but no element for it outside a batch. */
const loneEvent = (layout: string) => `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://www.portalfiscal.inf.br/nfe"
  targetNamespace="http://www.portalfiscal.inf.br/nfe" elementFormDefault="qualified">
  <xs:include schemaLocation="${layout}"/><xs:element name="evento" type="TEvento"/></xs:schema>`

function detailFile(fileOf: (start: string) => string | null, compile: (file: string) => XsdValidator, type: string): XsdValidator | null {
  // 110140 (EPEC) has one schema for each model; model 55 is the one sold here
  const file = fileOf(`e${type}NFe`) ?? fileOf(`e${type}`)
  return file ? compile(file) : null
}

function faultsOfDetails(document: XmlDocument, validatorOf: (type: string) => XsdValidator | null): SchemaFault[] {
  const details = document.find('//nfe:evento/nfe:infEvento/nfe:detEvento', { nfe: 'http://www.portalfiscal.inf.br/nfe' }) as XmlElement[]
  return details.flatMap((detail) => {
    const type = detail.get('../nfe:tpEvento', { nfe: 'http://www.portalfiscal.inf.br/nfe' })?.content ?? ''
    const validator = /^\d{6}$/.test(type) ? validatorOf(type) : null
    if (!validator) return [{ line: detail.line, path: '/evento/infEvento/tpEvento', message: `Não há schema do evento ${type}` }]
    return faultsOf(document, () => validator.validate(detail))
  })
}

function faultsOf(document: XmlDocument, validate: () => void): SchemaFault[] {
  try {
    validate()
    return []
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error
    const faults: SchemaFault[] = []
    for (const detail of error.details) {
      const message = detail.message.trim()
      if (isOldPattern(message)) continue
      const line = detail.line ?? 1
      const path = pathOf(document, detail.xpath, message)
      // libxml2 says first which facet, then that the value is not of the type: the second adds nothing
      if (/is not a valid value of the/.test(message) && (faults.at(-1)?.path === path || isAlphanumeric(message))) continue
      faults.push({ line, path, message: inPortuguese(message) })
    }
    return faults
  }
}

/** `/NFe/infNFe/det[2]/prod/NCM` from libxml2's own path of positions. */
function pathOf(document: XmlDocument, place: string | undefined, message: string): string {
  const node = place ? document.get(place) : null
  const attribute = /, attribute '([^']+)'/.exec(message)?.[1]
  const steps: string[] = attribute ? [`@${attribute}`] : []
  for (let element = node instanceof XmlElement ? node : null; element; element = element.parent) {
    const item = element.attr('nItem')?.value
    steps.unshift(item ? `${element.name}[${item}]` : element.name)
  }
  return `/${steps.join('/')}`
}

/** PL_NFeDistDFe_102 and the EPEC package still want only digits in a CNPJ and a key; since July 2026 both may have letters. */
const isAlphanumeric = (message: string) => /'(?:[0-9A-Z]{12}\d{2}|\d{6}[0-9A-Z]{12}\d{26})'/.test(message)
const isOldPattern = (message: string) => /pattern '\[0-9\]\{(?:14|44)\}'/.test(message) && isAlphanumeric(message)

const nameIn = (message: string) => /Element '(?:\{[^}]*\})?([^']+)'(?:, attribute '([^']+)')?/.exec(message)?.slice(1).filter(Boolean).join('/@') ?? ''

const facets: [RegExp, string][] = [
  [/\[facet 'pattern'\] The value '([^']*)' is not accepted/, '"$1" não tem a forma exigida'],
  [/\[facet 'enumeration'\] The value '([^']*)' is not an element of the set \{(.*)\}/, '"$1" não é um dos valores aceitos ($2)'],
  [/\[facet 'minLength'\].* has a length of '(\d+)'; this underruns the allowed minimum length of '(\d+)'/, 'tem $1 caracteres; o mínimo é $2'],
  [/\[facet 'maxLength'\].* has a length of '(\d+)'; this exceeds the allowed maximum length of '(\d+)'/, 'tem $1 caracteres; o máximo é $2'],
  [/\[facet 'length'\].* has a length of '(\d+)'; this differs from the allowed length of '(\d+)'/, 'tem $1 caracteres; devem ser $2'],
  [/This element is not expected\. Expected is(?: one of)? \((.*)\)/, 'não cabe aqui; esperava-se $1'],
  [/This element is not expected/, 'não cabe aqui'],
  [/Missing child element\(s\)\. Expected is(?: one of)? \((.*)\)/, 'falta $1'],
  [/The attribute '([^']*)' is required but missing/, 'falta o atributo $1'],
  [/The attribute '([^']*)' is not allowed/, 'o atributo $1 não é permitido'],
  [/No matching global (?:element )?declaration available/, 'não é o documento esperado'],
  [/Character content other than whitespace is not allowed/, 'não pode ter texto solto'],
  [/'([^']*)' is not a valid value of the/, '"$1" não é um valor aceito'],
]

function inPortuguese(message: string): string {
  const name = nameIn(message)
  for (const [pattern, words] of facets) {
    const match = pattern.exec(message)
    if (match) return `${name}: ${words.replace(/\$(\d)/g, (_, group: string) => clean(match[Number(group)] ?? ''))}`
  }
  return message
}

const clean = (text: string) =>
  text
    .replace(/\{[^}]*\}/g, '')
    .replace(/^\s+|\s+$/g, '')
    .slice(0, 300)
