import { gzipSync } from 'node:zlib'
import { abuseLimits, hour } from './abuse.ts'
import { escapeText, nsuText, retDistDFeInt, verdict } from './answers.ts'
import type { Verdict } from './answers.ts'
import { isCancelled } from './authorise.ts'
import type { Delivery, Event, Nota } from './ledger.ts'
import { headOf, rootOf } from './office.ts'
import type { Office, Request } from './office.ts'

/** NFeDistribuicaoDFe: what was issued for a CNPJ, in NSU order; the summary first, the whole nota after its manifestation. */
export function distribute(office: Office, { authoriser, message, transmitter }: Request): string {
  const asked =
    /^<distDFeInt\s[^>]*><tpAmb>([12])<\/tpAmb>(?:<cUFAutor>\d\d<\/cUFAutor>)?<CNPJ>([0-9A-Z]{14})<\/CNPJ>(?:<distNSU><ultNSU>(\d{15})<\/ultNSU><\/distNSU>|<consNSU><NSU>(\d{15})<\/NSU><\/consNSU>|<consChNFe><chNFe>([0-9]{6}[0-9A-Z]{12}[0-9]{26})<\/chNFe><\/consChNFe>)<\/distDFeInt>$/.exec(
      message,
    )
  const head = headOf(office, '91')
  const cnpj = asked?.[2] ?? ''
  const list = office.ledger.deliveries.get(cnpj) ?? []
  const max = list.length
  const say = (said: Verdict, last = Number(asked?.[3] ?? 0), documents = '') => retDistDFeInt(head, said, last, max, documents)
  if (!asked) return say(verdict(/^<distDFeInt[\s>]/.test(message) ? 215 : 516))
  const [, environment, , lastNsu, nsu, key] = asked
  if (environment !== String(office.environment) || authoriser !== 'AN') return say(verdict(252))
  if (rootOf(transmitter.cnpj) !== rootOf(cnpj)) return say(verdict(593))
  const now = office.now().getTime()
  const who = `distribute|${cnpj}`
  if (office.counters.blockedUntil(who, now)) return say(verdict(656, '[bloqueado por uma hora]'))
  const abuse = (words: string) => {
    office.counters.block(who, now)
    return say(verdict(656, words))
  }
  if (key) {
    if (office.counters.over(`${who}|keys`, abuseLimits.keysInDistribution, now)) return abuse('[mais de 20 consultas por chave em uma hora]')
    return byKey(office, cnpj, key, say)
  }
  if (nsu) {
    if (office.counters.over(`${who}|nsus`, abuseLimits.keysInDistribution, now)) return abuse('[mais de 20 consultas por NSU em uma hora]')
    if (Number(nsu) > max) return say(verdict(589))
    const one = list[Number(nsu) - 1]
    return one ? say(verdict(138), Number(nsu), packed(office, one)) : say(verdict(137))
  }
  return after(office, who, list, Number(lastNsu), say, abuse)
}

type Say = (said: Verdict, last?: number, documents?: string) => string

/** What a CNPJ was told last: it has to go on from there, and to rest for an hour when there was nothing more. */
const told = new WeakMap<Office, Map<string, { last: number; restUntil: number; at: number }>>()

function after(office: Office, who: string, list: Delivery[], from: number, say: Say, abuse: (words: string) => string): string {
  const now = office.now().getTime()
  const memory = told.get(office) ?? new Map<string, { last: number; restUntil: number; at: number }>()
  told.set(office, memory)
  const known = memory.get(who)
  // after an hour nothing binds any more: who lost the answer asks again from where he stood
  const before = known && now - known.at < hour ? known : undefined
  if (before && from < before.last && from !== 0) return abuse('[use o ultNSU nas solicitacoes seguintes]')
  if (before && before.restUntil > now && from >= before.last) return abuse('[aguarde uma hora depois de nao haver documentos]')
  if (from > list.length) return say(verdict(589))
  // 90 days are kept
  const oldest = now - 90 * 24 * hour
  const fresh = list.filter((one) => one.nsu > from && one.at >= oldest).slice(0, 50)
  const last = fresh.at(-1)?.nsu ?? list.length
  memory.set(who, { last, restUntil: last >= list.length ? now + hour : 0, at: now })
  if (fresh.length === 0) return say(verdict(137), list.length)
  return say(verdict(138), last, fresh.map((one) => packed(office, one)).join(''))
}

function byKey({ ledger }: Office, cnpj: string, key: string, say: Say): string {
  const nota = ledger.notas.get(key)
  if (!nota) return say(verdict(217))
  const list = ledger.deliveries.get(cnpj) ?? []
  const mine = list.filter((one) => one.key === key)
  if (mine.length === 0) return say(verdict(640))
  if (isCancelled(ledger.events.get(key))) return say(verdict(653))
  const whole = mine.find((one) => one.kind === 'procNFe')
  const one = whole ?? mine[0]
  return one ? say(verdict(138), 0, packedFrom(ledger.xmlOf, nota, ledger.events.get(key), one)) : say(verdict(137))
}

const packed = ({ ledger }: Office, one: Delivery) => packedFrom(ledger.xmlOf, ledger.notas.get(one.key), ledger.events.get(one.key), one)

const schemas = { resNFe: 'resNFe_v1.01.xsd', procNFe: 'procNFe_v4.00.xsd', resEvento: 'resEvento_v1.01.xsd', procEventoNFe: 'procEventoNFe_v1.00.xsd' }

function packedFrom(xmlOf: Office['ledger']['xmlOf'], nota: Nota | undefined, events: { event: Event }[] | undefined, one: Delivery): string {
  const xml =
    one.kind === 'resNFe'
      ? nota
        ? resNFe(nota, isCancelled(events))
        : ''
      : one.kind === 'resEvento'
        ? one.event
          ? resEvento(one.event)
          : ''
        : one.place
          ? (xmlOf(one.place) ?? '')
          : ''
  return `<docZip NSU="${nsuText(one.nsu)}" schema="${schemas[one.kind]}">${gzipSync(xml).toString('base64')}</docZip>`
}

const nfe = 'xmlns="http://www.portalfiscal.inf.br/nfe"'
const documentOf = (document: string) => (document.length === 14 ? `<CNPJ>${document}</CNPJ>` : `<CPF>${document}</CPF>`)

const resNFe = (nota: Nota, cancelled: boolean) =>
  `<resNFe ${nfe} versao="1.01"><chNFe>${nota.key}</chNFe>${documentOf(nota.issuer.document)}<xNome>${escapeText(nota.issuer.name)}</xNome>${nota.issuer.ie ? `<IE>${nota.issuer.ie}</IE>` : ''}` +
  `<dhEmi>${nota.issuedAt}</dhEmi><tpNF>${nota.direction}</tpNF><vNF>${(nota.total / 100).toFixed(2)}</vNF><digVal>${nota.digest}</digVal><dhRecbto>${nota.receivedAt}</dhRecbto>` +
  `<nProt>${nota.protocol}</nProt><cSitNFe>${cancelled ? 3 : nota.code === 100 || nota.code === 150 ? 1 : 2}</cSitNFe></resNFe>`

const resEvento = (event: Event) =>
  `<resEvento ${nfe} versao="1.01"><cOrgao>${/^(110140|110150|2102)/.test(event.type) ? '91' : event.key.slice(0, 2)}</cOrgao>${documentOf(event.document)}<chNFe>${event.key}</chNFe>` +
  `<dhEvento>${event.at}</dhEvento><tpEvento>${event.type}</tpEvento><nSeqEvento>${event.sequence}</nSeqEvento><xEvento>${escapeText(event.description)}</xEvento>` +
  `<dhRecbto>${event.registeredAt}</dhRecbto><nProt>${event.protocol}</nProt></resEvento>`
