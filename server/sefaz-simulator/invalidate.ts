import { verifySignature } from '../fiscal/index.ts'
import { abuseLimits } from './abuse.ts'
import { retInutNFe, verdict } from './answers.ts'
import type { RangeFacts, Verdict } from './answers.ts'
import { headOf, nextProtocol, rootOf, turns, ufOf, ufsOf } from './office.ts'
import type { Office, Request } from './office.ts'

const inTurn = turns()
/** How many numbers one request may void. */
const most = 10_000

/** NFeInutilizacao4: numbers that will never be notas. */
export async function invalidate(office: Office, { authoriser, message, transmitter }: Request): Promise<string> {
  const asked = readRange(message)
  const head = headOf(office, asked?.uf ?? ufOf(authoriser))
  if (!asked) return retInutNFe(head, verdict(/^<inutNFe[\s>]/.test(message) ? 215 : 516), null, null)
  const refused = (said: Verdict) => retInutNFe(head, said, asked, null)
  const fault = office.schemas?.validate('inutNFe', message)[0]
  if (fault) return refused(verdict(215, `[${fault.path}: ${fault.message}]`))
  const who = `invalidate|${rootOf(transmitter.cnpj)}`
  const now = office.now().getTime()
  if (office.counters.blockedUntil(who, now)) return refused(verdict(656))
  return inTurn(asked.cnpj, async () => {
    const wrong = againstForm(office, authoriser, message, asked) ?? againstBase(office, asked)
    if (wrong) {
      const abuse = office.counters.over(`${who}|${asked.id}|${wrong.code}`, abuseLimits.sameEventRejection, now)
      if (abuse) office.counters.block(who, now)
      return refused(abuse ? verdict(656) : wrong)
    }
    const protocol = nextProtocol(office, authoriser, head.uf)
    const answer = retInutNFe(head, verdict(102), asked, protocol)
    await office.ledger.append({
      type: 'invalidation',
      invalidation: {
        issuer: asked.cnpj,
        year: asked.year,
        series: Number(asked.series),
        first: Number(asked.first),
        last: Number(asked.last),
        protocol,
        receivedAt: head.at,
      },
      xml: `<ProcInutNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00">${message}${answer}</ProcInutNFe>`,
    })
    return answer
  })
}

interface Asked extends RangeFacts {
  id: string
  environment: string
  uf: string
}

function readRange(message: string): Asked | null {
  const match =
    /^<inutNFe\s[^>]*><infInut Id="(ID\d{4}[0-9A-Z]{12}\d{25})"><tpAmb>([12])<\/tpAmb><xServ>INUTILIZAR<\/xServ><cUF>(\d\d)<\/cUF><ano>(\d\d)<\/ano><CNPJ>([0-9A-Z]{12}\d\d)<\/CNPJ><mod>55<\/mod><serie>(\d{1,3})<\/serie><nNFIni>(\d{1,9})<\/nNFIni><nNFFin>(\d{1,9})<\/nNFFin><xJust>([^<]{15,255})<\/xJust><\/infInut><Signature[\s\S]*<\/inutNFe>$/.exec(
      message,
    )
  if (!match) return null
  const [, id = '', environment = '', uf = '', year = '', cnpj = '', series = '', first = '', last = ''] = match
  return { id, environment, uf, year, cnpj, series, first, last }
}

function againstForm(office: Office, authoriser: string, message: string, asked: Asked): Verdict | null {
  const signature = verifySignature(message)
  if (!signature.valid) return verdict(signature.digest && signature.certificate ? 297 : 298, `[${signature.reason}]`)
  if (!office.isTrusted(/<X509Certificate>([^<]*)</.exec(message)?.[1]?.replace(/\s/g, '') ?? '')) return verdict(293)
  if (rootOf(signature.certificate?.cnpj ?? null) !== rootOf(asked.cnpj)) return verdict(213)
  if (asked.environment !== String(office.environment)) return verdict(252)
  const served = ufsOf(authoriser)
  if (served && !served.includes(asked.uf)) return verdict(226)
  const id = `ID${asked.uf}${asked.year}${asked.cnpj}55${asked.series.padStart(3, '0')}${asked.first.padStart(9, '0')}${asked.last.padStart(9, '0')}`
  if (asked.id !== id) return verdict(215, '[Id difere dos campos]')
  if (Number(asked.first) > Number(asked.last)) return verdict(224)
  return Number(asked.last) - Number(asked.first) >= most ? verdict(201) : null
}

function againstBase({ ledger, busy }: Office, asked: Asked): Verdict | null {
  const [series, first, last] = [Number(asked.series), Number(asked.first), Number(asked.last)]
  const before = ledger.invalidations.get(`${asked.cnpj}|${series}`) ?? []
  const same = before.find((one) => one.first === first && one.last === last && one.year === asked.year)
  if (same) return verdict(563, `[nProt:${same.protocol}]`)
  if (before.some((one) => one.first <= last && first <= one.last)) return verdict(256)
  for (let number = first; number <= last; number++) {
    const spent = ledger.numbers.get(`${asked.cnpj}|${series}|${number}`)
    if (spent) return verdict(241, `[chNFe:${spent}]`)
    // a nota of this number is being looked at right now
    if (busy.has(`${asked.cnpj}55${String(series).padStart(3, '0')}${String(number).padStart(9, '0')}`)) return verdict(241)
  }
  return null
}
