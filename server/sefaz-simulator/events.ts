import { isAccessKey, readDocument, verifySignature } from '../fiscal/index.ts'
import type { ReadEvent } from '../fiscal/index.ts'
import { abuseLimits } from './abuse.ts'
import { retEnvEvento, retEvento, verdict } from './answers.ts'
import type { Verdict } from './answers.ts'
import { isCancelled } from './authorise.ts'
import type { Event, Nota } from './ledger.ts'
import { headOf, nextProtocol, rootOf, turns, ufOf, ufsOf } from './office.ts'
import type { Office, Request } from './office.ts'

const inTurn = turns()

/** NFeRecepcaoEvento4: 1 to 20 events, each with its own verdict. */
export async function receiveEvents(office: Office, { authoriser, message, transmitter }: Request): Promise<string> {
  const head = headOf(office, authoriser === 'AN' ? '91' : ufOf(authoriser, /<chNFe>(\d\d)/.exec(message)?.[1]))
  const batch = /^<envEvento\s[^>]*><idLote>(\d{1,15})<\/idLote>(<evento[\s>][\s\S]*<\/evento>)<\/envEvento>$/.exec(message)
  const lot = batch?.[1] ?? '0'
  if (!batch) return retEnvEvento(head, lot, verdict(/^<envEvento[\s>]/.test(message) ? 215 : 516))
  const fault = office.schemas?.validate('envEvento', message)[0]
  if (fault) return retEnvEvento(head, lot, verdict(fault.path.includes('detEvento') ? 493 : 215, `[${fault.path}: ${fault.message}]`))
  const events = (batch[2] ?? '').split(/(?<=<\/evento>)(?=<evento[\s>])/)
  if (events.length > 20) return retEnvEvento(head, lot, verdict(214))
  const answers: string[] = []
  for (const xml of events) answers.push(await receiveOne(office, authoriser, xml, transmitter.cnpj))
  return retEnvEvento(head, lot, verdict(128), answers.join(''))
}

async function receiveOne(office: Office, authoriser: string, xml: string, transmitter: string | null): Promise<string> {
  const standing = /^<evento\s[^>]*xmlns=/.test(xml) ? xml : xml.replace('<evento', '<evento xmlns="http://www.portalfiscal.inf.br/nfe"')
  const head = headOf(office, authoriser === 'AN' ? '91' : ufOf(authoriser, /<chNFe>(\d\d)/.exec(xml)?.[1]))
  const event = eventIn(standing)
  const key = event?.key ?? /<chNFe>([^<]{44})</.exec(xml)?.[1] ?? '0'.repeat(44)
  const facts = {
    key,
    type: event?.type ?? /<tpEvento>(\d{6})</.exec(xml)?.[1] ?? '000000',
    sequence: event?.sequence ?? 1,
    description: event?.description ?? '',
    registeredAt: head.at,
  }
  const who = `event|${rootOf(transmitter)}`
  const now = office.now().getTime()
  if (office.counters.blockedUntil(who, now)) return retEvento(head, verdict(656), { ...facts, protocol: null })
  return inTurn(key, async () => {
    const said = event ? (againstForm(office, authoriser, standing, event) ?? againstNota(office, event)) : verdict(isAccessKey(key) ? 493 : 236)
    if (![135, 136, 155].includes(said.code)) {
      const abuse = office.counters.over(`${who}|${key}|${facts.type}|${said.code}`, abuseLimits.sameEventRejection, now)
      if (abuse) office.counters.block(who, now)
      return retEvento(head, abuse ? verdict(656) : said, { ...facts, protocol: null })
    }
    const protocol = nextProtocol(office, authoriser, head.uf)
    const nota = office.ledger.notas.get(key)
    const answer = retEvento(head, said, { ...facts, protocol, recipient: nota?.recipient ?? null })
    const epec = epecIn(standing)
    const stored: Event = {
      ...facts,
      document: event?.document ?? '',
      at: event?.at ?? head.at,
      code: said.code,
      protocol,
      authoriser,
      ...(facts.type === '110140' && epec ? { epec } : {}),
    }
    await office.ledger.append({
      type: 'event',
      event: stored,
      xml: `<procEventoNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="1.00">${standing}${answer}</procEventoNFe>`,
    })
    return answer
  })
}

function eventIn(xml: string): ReadEvent | null {
  try {
    const document = readDocument(xml)
    return document.kind === 'event' ? document : null
  } catch {
    return null
  }
}

function epecIn(xml: string): { total: number; recipient: string } | null {
  const dest = /<dest>[\s\S]*?<\/dest>/.exec(xml)?.[0] ?? ''
  const total = /<vNF>(\d+)\.(\d\d)<\/vNF>/.exec(dest)
  return total ? { total: Number(total[1]) * 100 + Number(total[2]), recipient: /<(?:CNPJ|CPF)>([0-9A-Z]+)</.exec(dest)?.[1] ?? '' } : null
}

/** National events go to AN and to nobody else, the state's to the state. */
const national = /^(110140|110150|2102\d\d)$/

function againstForm(office: Office, authoriser: string, xml: string, event: ReadEvent): Verdict | null {
  const signature = verifySignature(xml)
  if (!signature.valid) return verdict(signature.digest && signature.certificate ? 297 : 298, `[${signature.reason}]`)
  if (!office.isTrusted(/<X509Certificate>([^<]*)</.exec(xml)?.[1]?.replace(/\s/g, '') ?? '')) return verdict(293)
  if (Date.parse(signature.certificate?.validTo ?? '') < office.now().getTime()) return verdict(291)
  if (rootOf(signature.certificate?.cnpj ?? null) !== rootOf(event.document)) return verdict(213)
  if ((event.environment === 'production' ? 1 : 2) !== office.environment) return verdict(252)
  if (signature.reference !== `ID${event.type}${event.key}${String(event.sequence).padStart(2, '0')}`) return verdict(572)
  if (!known.test(event.type)) return verdict(491)
  const served = ufsOf(authoriser)
  if (national.test(event.type) !== (authoriser === 'AN') || (served && !served.includes(event.key.slice(0, 2)))) return verdict(657)
  const organ = /<cOrgao>(\d+)</.exec(xml)?.[1]
  if (organ !== (authoriser === 'AN' ? '91' : event.key.slice(0, 2))) return verdict(455)
  const at = Date.parse(event.at)
  if (at > office.now().getTime() + 300_000) return verdict(578)
  if (event.sequence > (event.type === '110110' ? 20 : event.type.startsWith('2102') ? 1 : 99)) return verdict(594)
  const text = event.text?.length ?? 0
  if ((event.type === '110111' || event.type === '110110' || event.type === '210240') && text < 15)
    return verdict(493, '[justificativa ou correcao com menos de 15 letras]')
  return null
}

const known = /^(110110|110111|110130|110131|110140|110150|110192|110193|110300|110750|2102[0-4]0)$/

/** What the base knows: the nota, its other events, the clock. */
function againstNota(office: Office, event: ReadEvent): Verdict {
  const { ledger } = office
  const before = ledger.events.get(event.key) ?? []
  const same = before.find((one) => one.event.type === event.type && one.event.sequence === event.sequence)
  if (same && event.type !== '110111') return verdict(573, `[nProt:${same.event.protocol}]`)
  const nota = ledger.notas.get(event.key)
  if (event.type === '110140') return againstEpecs(office, event)
  if (!nota) {
    const other = ledger.numbers.get(`${event.key.slice(6, 20)}|${Number(event.key.slice(22, 25))}|${Number(event.key.slice(25, 34))}`)
    return other ? verdict(613, `[chNFe:${other}]`) : verdict(494)
  }
  const cancelled = isCancelled(before)
  const at = Date.parse(event.at)
  // the hour of issue is the issuer's clock's, and may be some minutes ahead
  if (at + 300_000 < Date.parse(nota.issuedAt)) return verdict(577)
  if (event.type.startsWith('2102'))
    return againstManifestations(
      event,
      nota,
      before.map((one) => one.event),
      cancelled,
      office.now().getTime(),
    )
  if (event.document !== nota.issuer.document && rootOf(event.document) !== rootOf(nota.issuer.document)) return verdict(574)
  if (event.type === '110111')
    return cancelling(
      office,
      event,
      nota,
      before.map((one) => one.event),
      cancelled,
    )
  if (cancelled || nota.code > 150 || nota.code === 110) return verdict(580)
  return verdict(135)
}

const hours = 3_600_000
/** Until when a cancellation is still taken after its day: by state, hours from the authorisation (state rules, as reported). */
const lateHours: Record<string, number> = { '35': 480, '33': 720, '31': 168 }
const dayHours: Record<string, number> = { '51': 2 }

function cancelling(office: Office, event: ReadEvent, nota: Nota, before: Event[], cancelled: boolean): Verdict {
  const first = before.find((one) => one.type === '110111')
  if (first) return event.sequence === first.sequence ? verdict(573, `[nProt:${first.protocol}]`) : verdict(420)
  if (cancelled || nota.code > 150 || nota.code === 110) return verdict(580)
  if (event.cancelled !== nota.protocol) return verdict(222)
  if (before.some((one) => one.type === '210200')) return verdict(221)
  const uf = nota.key.slice(0, 2)
  const passed = (office.now().getTime() - Date.parse(nota.receivedAt)) / hours
  if (passed <= (dayHours[uf] ?? 24)) return verdict(135)
  return passed <= (lateHours[uf] ?? 0) ? verdict(155) : verdict(501)
}

/** Ciência within 10 days, a final word within 180 (Ajuste SINIEF 7/2005, clause 15-B, and NT 2020.001). */
function againstManifestations(event: ReadEvent, nota: Nota, before: Event[], cancelled: boolean, now: number): Verdict {
  if (rootOf(event.document) !== rootOf(nota.recipient)) return verdict(575)
  if (event.type === '210210') {
    if (cancelled) return verdict(650)
    if (before.some((one) => /^2102[024]0$/.test(one.type))) return verdict(655)
  }
  const days = (now - Date.parse(nota.receivedAt)) / (24 * hours)
  if (days > (event.type === '210210' ? 10 : 180)) return verdict(596)
  return verdict(135)
}

/** A pending EPEC of more than 168 hours blocks the next ones; one number, one EPEC. */
function againstEpecs({ ledger, now }: Office, event: ReadEvent): Verdict {
  if (event.key[34] !== '4') return verdict(484)
  const registered = ledger.epecs.get(event.key.slice(6, 34))
  if (registered || ledger.numbers.has(`${event.key.slice(6, 20)}|${Number(event.key.slice(22, 25))}|${Number(event.key.slice(25, 34))}`))
    return verdict(485, registered ? `[Chave EPEC: ${registered.key}]` : '')
  if (rootOf(event.document) !== event.key.slice(6, 14)) return verdict(574)
  const late = [...ledger.epecs.values()].some(
    (one) => rootOf(one.document) === rootOf(event.document) && !ledger.notas.has(one.key) && now().getTime() - Date.parse(one.registeredAt) > 168 * hours,
  )
  return late ? verdict(142) : verdict(136)
}
