import { isUtf8 } from 'node:buffer'
import { ParseOption, XmlCData, XmlDocument, XmlElement, XmlLibError, XmlText } from 'libxml2-wasm'
import type { XmlAttribute } from 'libxml2-wasm'
import { Problem } from '../platform/problem.ts'

/** One element of a document that somebody else wrote: plain values, nothing of the parser's memory. */
export interface Element {
  /** Local name, without prefix. */
  name: string
  /** Empty when it has none. */
  namespace: string
  /** By local name; an attribute with a prefix keeps it (`xsi:schemaLocation`), so that it cannot pass for a plain one. */
  attributes: Record<string, string>
  /** The element's own text, CDATA included, comments and children left out. */
  text: string
  children: Element[]
}

/** What a document may be at most: a nota of 990 items has about 2 MB, 100,000 elements, 12 levels. */
export const xmlLimits = { bytes: 5 * 1024 * 1024, depth: 100, elements: 300_000 }

/**
 * Reads XML of anybody into a plain tree. UTF-8 only (the MOC's rule), no DOCTYPE and so no entities, bounded in size and
 * depth. Refuses with the Problem `unreadable_xml`, whose facts are `reason` (Portuguese) and `line` (from 1, or null).
 * Measured: 8,000 short answers, or 1,000 notas of 10 KB, per second of CPU.
 */
export const readXml = (xml: Buffer | string): Element => withDocument(xml, (document) => readElement(document.root, 1, { elements: 0 }))

/** Opens a guarded document for `use` and frees the parser's memory after it, whatever happens. */
export function withDocument<T>(xml: Buffer | string, use: (document: XmlDocument) => T): T {
  const bytes = typeof xml === 'string' ? Buffer.from(xml) : xml
  guard(bytes)
  const document = parse(bytes)
  try {
    return use(document)
  } finally {
    document.dispose()
  }
}

/** The first element at `path` ("infNFe/ide/nNF"), or null. */
export function child(element: Element | null | undefined, path: string): Element | null {
  let current = element ?? null
  for (const name of path.split('/')) current = current?.children.find((candidate) => candidate.name === name) ?? null
  return current
}

/** The text of the first element at `path`, without blanks at its ends; null when there is none. */
export const textOf = (element: Element | null | undefined, path: string): string | null => child(element, path)?.text.trim() ?? null

/** Every child of that name, in the document's order. */
export const all = (element: Element | null | undefined, name: string): Element[] => element?.children.filter((candidate) => candidate.name === name) ?? []

/** The first element of that name anywhere below, or the element itself: for answers whose envelope nobody promised. */
export function find(element: Element, name: string): Element | null {
  if (element.name === name) return element
  for (const candidate of element.children) {
    const found = find(candidate, name)
    if (found) return found
  }
  return null
}

/** A refusal of a document, in Portuguese. */
export const unreadable = (reason: string, line: number | null = null) =>
  new Problem(422, 'unreadable_xml', { reason, line }, [{ field: 'xml', message: line ? `${reason} (linha ${line})` : reason }])

const megabyte = 1024 * 1024

function guard(bytes: Buffer) {
  if (bytes.length === 0) throw unreadable('O arquivo está vazio')
  if (bytes.length > xmlLimits.bytes) throw unreadable(`O XML tem ${(bytes.length / megabyte).toFixed(1)} MB; o limite é ${xmlLimits.bytes / megabyte} MB`)
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0)
    throw unreadable('O XML não está em UTF-8: parece UTF-16 ou UTF-32', 1)
  const prolog = bytes
    .subarray(0, 200)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
  const declared = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(prolog)?.[1]
  if (declared !== undefined && !/^utf-?8$/i.test(declared)) throw unreadable(`O XML declara a codificação ${declared}; só UTF-8 é aceito`, 1)
  if (!isUtf8(bytes)) throw unreadable('O XML declara UTF-8 mas tem caracteres de outra codificação', lineNotUtf8(bytes))
  const doctype = doctypeAt(bytes)
  if (doctype !== null) throw unreadable('DOCTYPE e entidades não são aceitos em documentos fiscais', lineAt(bytes, doctype))
}

/** A DOCTYPE can only stand before the root: after declarations, comments and instructions. */
function doctypeAt(bytes: Buffer): number | null {
  let at = bytes.subarray(0, 3).equals(mark) ? 3 : 0
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) at++
    else if (starts(bytes, at, '<?')) at = after(bytes, at, '?>')
    else if (starts(bytes, at, '<!--')) at = after(bytes, at + 4, '-->')
    else return starts(bytes, at, '<!') ? at : null
  }
  return null
}

const mark = Buffer.from([0xef, 0xbb, 0xbf])
const starts = (bytes: Buffer, at: number, text: string) => bytes.subarray(at, at + text.length).toString('latin1') === text
const after = (bytes: Buffer, from: number, text: string) => {
  const found = bytes.indexOf(text, from)
  return found < 0 ? bytes.length : found + text.length
}
const lineAt = (bytes: Buffer, at: number) => bytes.subarray(0, at).reduce((line, byte) => (byte === 0x0a ? line + 1 : line), 1)

function lineNotUtf8(bytes: Buffer): number {
  for (let line = 1, from = 0; ; line++) {
    const end = bytes.indexOf(0x0a, from)
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) return line
    from = end + 1
  }
}

function parse(bytes: Buffer): XmlDocument {
  try {
    // the limits of libxml2 itself stay on (256 levels, 10 MB a text), nothing is loaded from disk or network
    return XmlDocument.fromBuffer(bytes, { encoding: 'utf-8', option: ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_BIG_LINES })
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error
    const detail = error.details.find((one) => one.level > 1)
    throw unreadable(inPortuguese(detail?.message ?? error.message), detail?.line ?? null)
  }
}

const known: [RegExp, string][] = [
  [/Opening and ending tag mismatch: (\S+) line (\d+) and (\S+)/, 'A tag $1, aberta na linha $2, é fechada por $3'],
  [/Premature end of data in tag (\S+) line (\d+)/, 'O XML termina antes do fim da tag $1, aberta na linha $2'],
  [/Extra content at the end/, 'Há conteúdo depois do fim do documento'],
  [/Start tag expected|Document is empty/, 'Não é um XML'],
  [/Entity '([^']*)' not defined/, 'A entidade &$1; não é permitida'],
  [/Namespace prefix (\S+) (?:for \S+ )?on \S+ is not defined/, 'O prefixo $1 não foi declarado'],
  [/Attribute (\S+) redefined/, 'O atributo $1 está repetido'],
  [/Excessive depth/, 'O XML tem níveis demais'],
  [/xmlParseEntityRef|EntityRef/, 'Há um & solto: escreva &amp;'],
  [/PCDATA invalid Char value (\d+)|Char 0x(\w+) out of allowed range/, 'Há um caractere de controle proibido'],
]

function inPortuguese(message: string): string {
  for (const [pattern, words] of known) {
    const match = pattern.exec(message)
    if (match) return words.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '')
  }
  return `O XML não é bem formado: ${message.trim()}`
}

function readElement(node: XmlElement, depth: number, count: { elements: number }): Element {
  if (depth > xmlLimits.depth) throw unreadable(`O XML tem mais de ${xmlLimits.depth} níveis`, node.line)
  if (++count.elements > xmlLimits.elements) throw unreadable(`O XML tem mais de ${xmlLimits.elements} elementos`, node.line)
  const element: Element = { name: node.name, namespace: node.namespaceUri, attributes: {}, text: '', children: [] }
  for (const attribute of node.attrs) element.attributes[nameOf(attribute)] = attribute.value
  for (let inner = node.firstChild; inner; inner = inner.next) {
    if (inner instanceof XmlElement) element.children.push(readElement(inner, depth + 1, count))
    else if (inner instanceof XmlText || inner instanceof XmlCData) element.text += inner.content
  }
  return element
}

const nameOf = (attribute: XmlAttribute) => (attribute.prefix ? `${attribute.prefix}:${attribute.name}` : attribute.name)
