import { isAccessKey } from '../fiscal/index.ts'
import { abuseLimits } from './abuse.ts'
import { protNFe, retConsSitNFe, retConsStatServ, verdict } from './answers.ts'
import type { Verdict } from './answers.ts'
import { isCancelled } from './authorise.ts'
import { headOf, rootOf, ufOf, ufsOf } from './office.ts'
import type { Office, Request } from './office.ts'

/** NFeStatusServico4. */
export function status(office: Office, { authoriser, message }: Request): string {
  const asked = /^<consStatServ\s[^>]*><tpAmb>([12])<\/tpAmb><cUF>(\d\d)<\/cUF><xServ>STATUS<\/xServ><\/consStatServ>$/.exec(message)
  const head = headOf(office, asked?.[2] ?? ufOf(authoriser))
  if (!asked) return retConsStatServ(head, verdict(/^<consStatServ[\s>]/.test(message) ? 215 : 516))
  if (asked[1] !== String(office.environment)) return retConsStatServ(head, verdict(252))
  const served = ufsOf(authoriser)
  return retConsStatServ(head, served && !served.includes(asked[2] ?? '') ? verdict(410) : verdict(107))
}

/** NFeConsultaProtocolo4: what became of a key, with its protocol and events. */
export function consult(office: Office, { authoriser, message, transmitter }: Request): string {
  const asked = /^<consSitNFe\s[^>]*><tpAmb>([12])<\/tpAmb><xServ>CONSULTAR<\/xServ><chNFe>([0-9]{6}[0-9A-Z]{12}[0-9]{26})<\/chNFe><\/consSitNFe>$/.exec(
    message,
  )
  const key = asked?.[2] ?? '0'.repeat(44)
  const head = headOf(office, ufOf(authoriser, asked?.[2]))
  const say = (said: Verdict, inside = '') => retConsSitNFe(head, key, said, inside)
  if (!asked) return say(verdict(/^<consSitNFe[\s>]/.test(message) ? 215 : 516))
  if (asked[1] !== String(office.environment)) return say(verdict(252))
  const now = office.now().getTime()
  const who = `consult|${rootOf(transmitter.cnpj)}`
  if (office.counters.blockedUntil(who, now)) return say(verdict(656))
  if (office.counters.over(`${who}|${key}`, abuseLimits.consultsOfKey, now)) {
    office.counters.block(who, now)
    return say(verdict(656))
  }
  const { ledger } = office
  if (!isAccessKey(key)) return say(verdict(236))
  const nota = ledger.notas.get(key)
  if (!nota) return say(unknown(office, key))
  // another authoriser's base is not looked into; a state reads what its SVC authorised once it is back
  const mine = ufsOf(authoriser)
  if (mine && !mine.includes(key.slice(0, 2))) return say(verdict(226))
  const events = ledger.events.get(key) ?? []
  const cancelled = isCancelled(events)
  const late = events.some(({ event }) => event.type === '110111' && event.code === 155)
  const said: Verdict = cancelled ? verdict(late ? 151 : 101) : { code: nota.code, reason: nota.reason }
  const protocol = protNFe({ ...head, at: nota.receivedAt }, key, { code: nota.code, reason: nota.reason }, { protocol: nota.protocol, digest: nota.digest })
  return say(said, protocol + events.map(({ place }) => ledger.xmlOf(place)).join(''))
}

/** 217, unless the number is of another key: then which part of the key differs, and the key that is there. */
function unknown({ ledger }: Office, key: string): Verdict {
  const other = ledger.numbers.get(`${key.slice(6, 20)}|${Number(key.slice(22, 25))}|${Number(key.slice(25, 34))}`)
  if (!other) return verdict(217)
  const where = `[chNFe:${other}]`
  if (other.slice(2, 6) !== key.slice(2, 6)) return verdict(561, where)
  return other.slice(35, 43) !== key.slice(35, 43) && other[34] === key[34] ? verdict(562, where) : verdict(613, where)
}
