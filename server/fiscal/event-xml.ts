/** Events, void ranges and the questions to the web services, ready for `signElement` or to be sent. Layouts: PL_010e, events PL_010 v1.30. */
import { ibgeOfState } from './nota.ts'
import type { AccessKey, Nota, StateCode } from './nota.ts'
import { keyOf } from './access-key.ts'
import { documentXml, fiscalNamespace, money, optional, written } from './write.ts'
import type { Unsigned } from './write.ts'

type Environment = Nota['environment']
const tpAmb = (environment: Environment) => (environment === 'production' ? 1 : 2)

/** What every event says. `at` ISO 8601 with offset; `author` the CPF or CNPJ that signs. */
export type EventHead = { environment: Environment; key: AccessKey; author: string; at: string }

/** 110111. `reason` 15 to 255 letters; goes to the authoriser of the nota (in SVC, of the contingency). */
export const cancelEvent = (head: EventHead & { protocol: string; reason: string }): Unsigned =>
  event(head, '110111', 1, head.key.slice(0, 2), 'Cancelamento', `<nProt>${head.protocol}</nProt><xJust>${written(head.reason, 255)}</xJust>`)

/** 110110. `sequence` 1 to 20, each replaces the one before; `correction` 15 to 1000 letters. */
export const correctionEvent = (head: EventHead & { sequence: number; correction: string }): Unsigned =>
  event(
    head,
    '110110',
    head.sequence,
    head.key.slice(0, 2),
    'Carta de Correcao',
    `<xCorrecao>${written(head.correction, 1000)}</xCorrecao><xCondUso>${correctionTerms}</xCondUso>`,
  )

// the law's own words: any other letter is refused
const correctionTerms =
  'A Carta de Correcao e disciplinada pelo paragrafo 1o-A do art. 7o do Convenio S/N, de 15 de dezembro de 1970 e pode ser utilizada para regularizacao de erro ocorrido na emissao de documento fiscal, desde que o erro nao esteja relacionado com: I - as variaveis que determinam o valor do imposto tais como: base de calculo, aliquota, diferenca de preco, quantidade, valor da operacao ou da prestacao; II - a correcao de dados cadastrais que implique mudanca do remetente ou do destinatario; III - a data de emissao ou de saida.'

const manifestations = {
  '210200': 'Confirmacao da Operacao',
  '210210': 'Ciencia da Operacao',
  '210220': 'Desconhecimento da Operacao',
  '210240': 'Operacao nao Realizada',
} as const
/** 210200 confirms, 210210 takes notice (lets the whole XML come), 210220 does not know, 210240 not done (needs `reason`, 15 to 255 letters). */
export type Manifestation = keyof typeof manifestations

/** What the recipient says of a nota issued against it; goes to the national environment (91). */
export const manifestationEvent = (head: EventHead & { type: Manifestation; reason: string | null }): Unsigned =>
  event(head, head.type, 1, '91', manifestations[head.type], head.type === '210240' || head.type === '210220' ? optional('xJust', head.reason, 255) : '')

/**
 * 110140 EPEC: the summary that lets goods leave while the state's SEFAZ is down, sent to the national environment. The nota must have emission type 4
 * and goes, identical, to the state within 168 hours.
 */
export function epecEvent(nota: Nota, at: string): Unsigned {
  const { issuer, recipient, totals } = nota
  return event(
    { environment: nota.environment, key: keyOf(nota), author: issuer.document, at },
    '110140',
    1,
    '91',
    'EPEC',
    `<cOrgaoAutor>${ibgeOfState[issuer.address.state]}</cOrgaoAutor><tpAutor>1</tpAutor><verAplic>${written(nota.program, 20)}</verAplic><dhEmi>${nota.issuedAt}</dhEmi>` +
      `<tpNF>${nota.direction}</tpNF><IE>${issuer.ie}</IE><dest><UF>${recipient.address.state}</UF>${documentXml(recipient.document)}${optional('IE', recipient.ie, 14)}` +
      `<vNF>${money(totals.total)}</vNF><vICMS>${money(totals.icms)}</vICMS><vST>${money(totals.st)}</vST></dest>`,
  )
}

function event(head: EventHead, type: string, sequence: number, organ: string, description: string, details: string): Unsigned {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 99) throw new RangeError(`an event's sequence is 1 to 99, not ${sequence}`)
  return {
    root: 'evento',
    rootVersion: '1.00',
    element: 'infEvento',
    id: `ID${type}${head.key}${String(sequence).padStart(2, '0')}`,
    version: null,
    content:
      `<cOrgao>${organ}</cOrgao><tpAmb>${tpAmb(head.environment)}</tpAmb>${documentXml(head.author)}<chNFe>${head.key}</chNFe><dhEvento>${head.at}</dhEvento>` +
      `<tpEvento>${type}</tpEvento><nSeqEvento>${sequence}</nSeqEvento><verEvento>1.00</verEvento><detEvento versao="1.00"><descEvento>${description}</descEvento>${details}</detEvento>`,
  }
}

/** Numbers that will never be used (inutilização); `year` two digits, `reason` 15 to 255 letters. Not taken by SVC. */
export function voidNumbers(range: {
  environment: Environment
  state: StateCode
  year: string
  cnpj: string
  series: number
  first: number
  last: number
  reason: string
}): Unsigned {
  const { state, year, cnpj, series, first, last } = range
  const uf = ibgeOfState[state]
  const padded = (value: number, length: number) => String(value).padStart(length, '0')
  return {
    root: 'inutNFe',
    rootVersion: '4.00',
    element: 'infInut',
    id: `ID${uf}${year}${cnpj}55${padded(series, 3)}${padded(first, 9)}${padded(last, 9)}`,
    version: null,
    content:
      `<tpAmb>${tpAmb(range.environment)}</tpAmb><xServ>INUTILIZAR</xServ><cUF>${uf}</cUF><ano>${year}</ano><CNPJ>${cnpj}</CNPJ><mod>55</mod><serie>${series}</serie>` +
      `<nNFIni>${first}</nNFIni><nNFFin>${last}</nNFFin><xJust>${written(range.reason, 255)}</xJust>`,
  }
}

/** What became of a nota. */
export const consSitNFe = (environment: Environment, key: AccessKey): string =>
  question('consSitNFe', '4.00', `<tpAmb>${tpAmb(environment)}</tpAmb><xServ>CONSULTAR</xServ><chNFe>${key}</chNFe>`)

/** Whether the service works. */
export const consStatServ = (environment: Environment, state: StateCode): string =>
  question('consStatServ', '4.00', `<tpAmb>${tpAmb(environment)}</tpAmb><cUF>${ibgeOfState[state]}</cUF><xServ>STATUS</xServ>`)

/** The answer to a batch of 2 to 50, by its 15-digit receipt. */
export const consReciNFe = (environment: Environment, receipt: string): string =>
  question('consReciNFe', '4.00', `<tpAmb>${tpAmb(environment)}</tpAmb><nRec>${receipt}</nRec>`)

/** Documents of interest to a CNPJ or CPF: those after an NSU, one NSU, or one key. */
export function distDFeInt(
  environment: Environment,
  state: StateCode,
  document: string,
  wanted: { lastNsu: string | number } | { nsu: string | number } | { key: AccessKey },
): string {
  const nsu = (value: string | number) => String(value).padStart(15, '0')
  const what =
    'lastNsu' in wanted
      ? `<distNSU><ultNSU>${nsu(wanted.lastNsu)}</ultNSU></distNSU>`
      : 'nsu' in wanted
        ? `<consNSU><NSU>${nsu(wanted.nsu)}</NSU></consNSU>`
        : `<consChNFe><chNFe>${wanted.key}</chNFe></consChNFe>`
  return question('distDFeInt', '1.01', `<tpAmb>${tpAmb(environment)}</tpAmb><cUFAutor>${ibgeOfState[state]}</cUFAutor>${documentXml(document)}${what}`)
}

const question = (root: string, version: string, content: string) => `<${root} xmlns="${fiscalNamespace}" versao="${version}">${content}</${root}>`
