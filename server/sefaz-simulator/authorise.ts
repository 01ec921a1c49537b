import { partsOfKey, readNota, verifySignature } from '../fiscal/index.ts'
import type { ReadNota } from '../fiscal/index.ts'
import { abuseLimits } from './abuse.ts'
import { protNFe, retConsReciNFe, retEnviNFe, verdict } from './answers.ts'
import type { Verdict } from './answers.ts'
import { numberKey } from './ledger.ts'
import type { Nota } from './ledger.ts'
import { moneyFault } from './money.ts'
import { headOf, nextProtocol, rootOf, ufOf, ufsOf } from './office.ts'
import type { Office, Request } from './office.ts'

/** NFeAutorizacao4: one nota is answered at once, 2 to 50 get a receipt. */
export async function authorise(office: Office, { authoriser, message, transmitter }: Request): Promise<string> {
  const head = headOf(office, ufOf(authoriser, /Id="NFe(\d\d)/.exec(message)?.[1]))
  const whole = (said: Verdict, inside = '') => retEnviNFe(head, said, inside)
  const batch = /^<enviNFe\s[^>]*>(?:<idLote>(\d{1,15})<\/idLote>)<indSinc>([01])<\/indSinc>(<NFe[\s>][\s\S]*<\/NFe>)<\/enviNFe>$/.exec(message)
  if (!batch) return whole(verdict(/^<enviNFe[\s>]/.test(message) ? 215 : 516))
  if (!/\sversao="4\.00"/.test(message.slice(0, 200))) return whole(verdict(239))
  const notas = cutNotas(batch[3] ?? '')
  if (notas.length > 50) return whole(verdict(214))
  if (batch[2] === '1') {
    if (notas.length > 1) return whole(verdict(215))
    const said = await judge(office, authoriser, notas[0] ?? '', transmitter.cnpj)
    return said.code === 656 ? whole({ code: 656, reason: said.reason }) : whole(verdict(104), said.protocol)
  }
  if (notas.length === 1) return whole(verdict(452))
  const receipt = nextReceipt(office, head.uf)
  await office.ledger.append({ type: 'lot', lot: { receipt, authoriser, transmitter: transmitter.cnpj ?? '', receivedAt: head.at, notas } })
  processLater(office, receipt)
  return whole(verdict(103), `<infRec><nRec>${receipt}</nRec><tMed>1</tMed></infRec>`)
}

/** NFeRetAutorizacao4: 105 until the lot was looked at. */
export function answerOfLot(office: Office, { authoriser, message, transmitter }: Request): string {
  const receipt = /<nRec>(\d{15})<\/nRec>/.exec(message)?.[1]
  const head = headOf(office, ufOf(authoriser))
  const say = (said: Verdict, inside = '') => retConsReciNFe(head, receipt ?? '000000000000000', said, inside)
  if (!receipt || !/^<consReciNFe[\s>]/.test(message)) return say(verdict(215))
  const now = office.now().getTime()
  const who = `receipt|${rootOf(transmitter.cnpj)}|${receipt}`
  if (office.counters.blockedUntil(who, now)) return say(verdict(656))
  if (office.counters.over(who, abuseLimits.consultsOfReceipt, now)) {
    office.counters.block(who, now)
    return say(verdict(656))
  }
  const lot = office.ledger.lots.get(receipt)
  if (!lot || lot.authoriser !== authoriser) return say(verdict(106))
  const protocols = office.ledger.lotAnswers.get(receipt)
  return protocols ? say(verdict(104), protocols.join('')) : say(verdict(105))
}

/** Lots that were received and not yet looked at: after a restart they are. */
export function resumeLots(office: Office) {
  for (const receipt of office.ledger.lots.keys()) if (!office.ledger.lotAnswers.has(receipt)) processLater(office, receipt)
}

function processLater(office: Office, receipt: string) {
  const waiting = (office.ledger.lots.get(receipt)?.notas ?? []).map((xml) => numberIn(keyIn(xml)))
  for (const number of waiting) office.busy.add(number)
  const process = async () => {
    const lot = office.ledger.lots.get(receipt)
    if (!lot) return
    const protocols: string[] = []
    for (const nota of lot.notas) {
      office.busy.delete(numberIn(keyIn(nota)))
      protocols.push((await judge(office, lot.authoriser, nota, lot.transmitter)).protocol)
    }
    await office.ledger.append({ type: 'lot_answer', receipt, protocols })
  }
  // what cannot be written down is not true: the lot stays in process
  setTimeout(() => process().catch(() => undefined), office.lotDelay()).unref()
}

/** The keys of the notas in a message. */
export const keysIn = (message: string) => [...message.matchAll(/<infNFe\s[^>]*Id="NFe([0-9]{6}[0-9A-Z]{12}[0-9]{26})"/g)].map((match) => match[1] ?? '')
const keyIn = (xml: string) => keysIn(xml)[0] ?? '0'.repeat(44)
/** Issuer, model, series and number: what is spent once. */
export const numberIn = (key: string) => key.slice(6, 34)

interface Judged {
  code: number
  reason: string
  protocol: string
}

async function judge(office: Office, authoriser: string, xml: string, transmitter: string | null): Promise<Judged> {
  const key = keyIn(xml)
  const head = headOf(office, ufOf(authoriser, key))
  const now = office.now().getTime()
  const refused = (said: Verdict, digest: string | null = null): Judged => ({ ...said, protocol: protNFe(head, key, said, { digest }) })
  const who = `authorise|${rootOf(transmitter)}`
  if (office.counters.blockedUntil(who, now)) return refused(verdict(656))

  const looked = lookAt(office, authoriser, xml)
  if ('code' in looked) return abused(office, who, key, looked, now) ?? refused(looked)
  const { nota, digest } = looked
  const number = numberIn(nota.key)
  if (office.busy.has(number)) return refused(verdict(635))
  office.busy.add(number)
  try {
    const fault = againstBase(office, nota) ?? againstRules(office, nota) ?? office.imposed(authoriser, nota)
    const denied = fault && [110, 301, 302, 303].includes(fault.code)
    if (fault && !denied) return abused(office, who, key, fault, now) ?? refused(fault, digest)
    const late = office.now().getTime() - Date.parse(nota.issuedAt) > 7 * 86_400_000
    const said = fault ?? verdict(late ? 150 : 100)
    const protocol = nextProtocol(office, authoriser, head.uf)
    const answer = protNFe(head, key, said, { protocol, digest })
    await office.ledger.append({
      type: 'nota',
      nota: factsOf(authoriser, nota, digest, said, protocol, head.at, xml),
      xml: `<?xml version="1.0" encoding="UTF-8"?><nfeProc xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00">${standing(xml)}${answer}</nfeProc>`,
    })
    return { ...said, protocol: answer }
  } finally {
    office.busy.delete(number)
  }
}

function abused(office: Office, who: string, key: string, said: Verdict, now: number): Judged | null {
  if (!office.counters.over(`${who}|${key}|${said.code}`, abuseLimits.sameRejection, now)) return null
  office.counters.block(who, now)
  const abuse = verdict(656)
  return { ...abuse, protocol: protNFe(headOf(office, key.slice(0, 2)), key, abuse, {}) }
}

/** What can be seen in the nota alone: form, signature, certificate, key, place. */
function lookAt(office: Office, authoriser: string, xml: string): Verdict | { nota: ReadNota; digest: string } {
  const schema = office.schemas?.validate('nfe', standing(xml))[0]
  if (schema) return verdict(225, `[${schema.path}: ${schema.message}]`)
  let nota: ReadNota
  try {
    nota = readNota(standing(xml))
  } catch (error) {
    return verdict(225, `[${(error as { facts?: { reason?: string } }).facts?.reason ?? 'XML'}]`)
  }
  const signature = verifySignature(standing(xml))
  if (!signature.valid) return verdict(signature.digest && signature.certificate ? 297 : 298, `[${signature.reason}]`)
  const certificate = /<X509Certificate>([^<]*)</.exec(xml)?.[1]?.replace(/\s/g, '') ?? ''
  if (!office.isTrusted(certificate)) return verdict(293)
  const now = office.now().getTime()
  if (Date.parse(signature.certificate?.validTo ?? '') < now || Date.parse(signature.certificate?.validFrom ?? '') > now) return verdict(291)
  if (rootOf(signature.certificate?.cnpj ?? null) !== rootOf(nota.issuer.document)) return verdict(213)

  if ((nota.environment === 'production' ? 1 : 2) !== office.environment) return verdict(252)
  const uf = nota.key.slice(0, 2)
  const served = ufsOf(authoriser)
  if (served && !served.includes(uf)) return verdict(226)
  const contingency = { 'SVC-AN': 6, 'SVC-RS': 7 }[authoriser]
  if (contingency && nota.emissionType !== contingency) return verdict(571)
  if (!contingency && served && (nota.emissionType === 6 || nota.emissionType === 7)) return verdict(570)
  if (nota.emissionType !== 1 && (nota.contingency?.reason.length ?? 0) < 15) return verdict(557)
  const parts = partsOfKey(nota.key)
  if (!parts) return verdict(253)
  if (nota.contradictions.length > 0) return verdict(502, `[${nota.contradictions[0]}]`)
  if (nota.series > 889) return verdict(266)
  if (/^(\d)\1{7}$/.test(parts.numericCode) || '0123456789012345678'.includes(parts.numericCode) || Number(parts.numericCode) === nota.number)
    return verdict(897)
  return { nota, digest: signature.digest ?? '' }
}

/** A lot's notas may leave the namespace to the lot. */
const standing = (xml: string) => (/^<NFe\s[^>]*xmlns=/.test(xml) ? xml : xml.replace('<NFe', '<NFe xmlns="http://www.portalfiscal.inf.br/nfe"'))

/** What the base already has for this key, this number, this EPEC. */
function againstBase({ ledger, now }: Office, nota: ReadNota): Verdict | null {
  const issuer = nota.issuer.document ?? ''
  const spent = ledger.numbers.get(numberKey(issuer, nota.series, nota.number))
  const before = spent && ledger.notas.get(spent)
  if (before && before.key === nota.key) {
    const where = `[nProt:${before.protocol}][dhAut:${before.receivedAt}]`
    if (before.code > 200 || before.code === 110) return verdict(205, where)
    return isCancelled(ledger.events.get(before.key)) ? verdict(218, where) : verdict(204, where)
  }
  if (before) return verdict(539, `[chNFe:${before.key}][nProt:${before.protocol}][dhAut:${before.receivedAt}]`)
  const ranges = ledger.invalidations.get(`${issuer}|${nota.series}`) ?? []
  const range = ranges.find((one) => one.first <= nota.number && nota.number <= one.last)
  if (range) return verdict(206, `[nProt:${range.protocol}]`)
  const epec = ledger.epecs.get(nota.key.slice(6, 34))
  if (nota.emissionType === 4) {
    if (!epec) return verdict(468)
    if (epec.key !== nota.key) return verdict(691, `[Chave EPEC: ${epec.key}]`)
    if (epec.epec && (epec.epec.total !== nota.totals.total || epec.epec.recipient !== (nota.recipient?.document ?? ''))) return verdict(467)
  } else if (epec) return verdict(692, `[Chave EPEC: ${epec.key}]`)
  if (nota.contingency && Date.parse(nota.contingency.since) > now().getTime() + 300_000) return verdict(558)
  return null
}

export const isCancelled = (events: { event: { type: string } }[] | undefined) =>
  events?.some(({ event }) => event.type === '110111' || event.type === '110112') ?? false

const homologationName = 'NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL'

/** Dates, the obligatory name, the sums. */
function againstRules(office: Office, nota: ReadNota): Verdict | null {
  const now = office.now().getTime()
  const issued = Date.parse(nota.issuedAt)
  // five minutes: clocks differ
  if (issued > now + 300_000) return verdict(703)
  if (now - issued > 30 * 86_400_000 && nota.emissionType === 1) return verdict(228)
  if (office.environment === 2 && nota.recipient && nota.recipient.name !== homologationName) return verdict(598)
  const strange = nota.items.find(({ ncm }) => !isChapter(ncm ?? ''))
  if (strange) return verdict(778, `[nItem:${strange.item}]`)
  return moneyFault(nota)
}

/** Chapters of the NCM: 01 to 97, of which 77 is kept for later (Sistema Harmonizado). The whole table is not here; 00 is of services. */
const isChapter = (ncm: string) => Number(ncm.slice(0, 2)) <= 97 && !ncm.startsWith('77')

/** What is remembered of a nota; its XML stands beside it in the log. */
export function factsOf(authoriser: string, nota: ReadNota, digest: string, said: Verdict, protocol: string, at: string, xml: string): Nota {
  return {
    key: nota.key,
    authoriser,
    issuer: { document: nota.issuer.document ?? '', name: nota.issuer.name ?? '', ie: nota.issuer.ie },
    recipient: nota.recipient?.document ?? null,
    others: [...xml.matchAll(/<autXML><CNPJ>([0-9A-Z]{14})<\/CNPJ><\/autXML>/g)].map((match) => match[1] ?? ''),
    series: nota.series,
    number: nota.number,
    numericCode: nota.key.slice(35, 43),
    emissionType: nota.emissionType,
    direction: nota.direction,
    issuedAt: nota.issuedAt,
    total: nota.totals.total,
    digest,
    code: said.code,
    reason: said.reason,
    protocol,
    receivedAt: at,
    order: nota.purchase?.order ?? nota.items[0]?.order ?? null,
  }
}

const cutNotas = (batch: string): string[] => batch.split(/(?<=<\/NFe>)(?=<NFe[\s>])/)

/** nRec: UF, 1 digit, count. */
const nextReceipt = (office: Office, uf: string) => `${uf}100${String(office.ledger.nextProtocol()).padStart(10, '0')}`
