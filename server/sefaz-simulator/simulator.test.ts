import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, appendFileSync } from 'node:fs'
import { createPrivateKey } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  cancelEvent,
  consSitNFe,
  correctionEvent,
  distDFeInt,
  enviNFe,
  epecEvent,
  keyNamedIn,
  keyOf,
  manifestationEvent,
  nfeProc,
  openSchemas,
  openSefaz,
  randomNumericCode,
  readDocument,
  readNota,
  readPfx,
  signElement,
  signNota,
  verifySignature,
  voidNumbers,
} from '../fiscal/index.ts'
import type { Nota, NotaDraft, Sefaz, SigningKey } from '../fiscal/index.ts'
import { company, consumer, consumerDraft, notaOf, operations } from '../../test/nota.ts'
import { startSimulator } from './index.ts'
import type { Simulator } from './index.ts'

const packages = fileURLToPath(new URL('../../../shared/fiscal/xsd', import.meta.url))
const present = existsSync(packages)
if (!present) console.log(`The schema packages are not in ${packages}: what needs them is skipped`)

const folder = mkdtempSync(join(tmpdir(), 'retaguarda-sefaz-'))
const issuer = '11222333000181'
const buyer = '7FQ4U5K9000107'
let simulator: Simulator
const clients: Sefaz[] = []

interface Company {
  signer: SigningKey
  sefaz: Sefaz
}
let factory: Company
let shop: Company
let stranger: Company

/** A company with its certificate, opened from the .pfx as the product does. */
function companyAt(one: Simulator, cnpj: string, validity: { validFrom?: Date; validTo?: Date } = {}): Company {
  const password = 'segredo'
  const read = readPfx(one.issueCertificate({ cnpj, name: 'EMPRESA DE TESTE LTDA', password, ...validity }), password)
  if ('fault' in read) throw new Error(read.fault.message)
  const sefaz = openSefaz({
    keyPem: read.keyPem,
    certificatePem: read.certificatePem,
    ca: [one.ca],
    connections: 32,
    answerTimeout: 1_500,
    environment: 'homologation',
    base: one.url,
  })
  clients.push(sefaz)
  return { signer: { key: createPrivateKey(read.keyPem), certificate: read.certificatePem }, sefaz }
}

beforeAll(async () => {
  simulator = await startSimulator({ dataFolder: join(folder, 'main') })
  factory = companyAt(simulator, issuer)
  shop = companyAt(simulator, buyer)
  stranger = companyAt(simulator, '00000000000191')
})
afterEach(() => {
  simulator.behave()
  simulator.forgive()
})
afterAll(async () => {
  for (const client of clients) await client.close(0)
  await simulator.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Does `work` at another time of the simulator. */
async function later<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  await simulator.advance(milliseconds)
  try {
    return await work()
  } finally {
    await simulator.advance(-milliseconds)
  }
}
const day = 86_400_000
const hour = 3_600_000

const instant = (ago = 60_000, from = Date.now()) => new Date(from - ago - 3 * 3_600_000).toISOString().replace(/\.\d+Z$/, '-03:00')
let lastNumber = 0

/** The consumer's nota with a number and time of its own. */
function draft(over: Partial<NotaDraft> = {}): NotaDraft {
  const number = over.number ?? ++lastNumber
  return { ...consumerDraft(number), numericCode: randomNumericCode(number), issuedAt: instant(), ...over }
}
const signed = (over: Partial<NotaDraft> = {}, signer = factory.signer) => signNota(notaOf(draft(over)), signer)

async function authorise(bytes: Buffer, { sefaz } = factory, authoriser: 'SP' | 'SVC-AN' | 'SVRS' | 'GO' | 'BA' = 'SP') {
  const reply = await sefaz.authorise(authoriser, [bytes], '1')
  if (reply.kind !== 'answered') throw new Error(`${reply.kind}: ${reply.failure.code} ${reply.failure.message}`)
  return reply.answer
}
/** The verdict on one nota, or on its lot when it never got so far. */
async function verdictOf(bytes: Buffer, who = factory, authoriser: Parameters<typeof authorise>[2] = 'SP') {
  const answer = await authorise(bytes, who, authoriser)
  return answer.protocols[0] ?? answer
}
async function consulted(key: string, sefaz = factory.sefaz) {
  const reply = await sefaz.consult('SP', key)
  if (reply.kind !== 'answered') throw new Error(reply.failure.message)
  return reply.answer
}
async function eventVerdict(event: Parameters<typeof signElement>[0], who = factory, authoriser: 'SP' | 'MG' | 'AN' = 'SP') {
  const reply = await who.sefaz.sendEvent(authoriser, signElement(event, who.signer).bytes, '1')
  if (reply.kind !== 'answered') throw new Error(reply.failure.message)
  return reply.answer.events[0] ?? reply.answer
}
async function authorised(over: Partial<NotaDraft> = {}, who = factory) {
  const one = signed(over, who.signer)
  const protocol = await verdictOf(one.bytes, who)
  if (protocol.cStat !== 100 || !('number' in protocol)) throw new Error(`${protocol.cStat} ${protocol.xMotivo}`)
  return { ...one, protocol: protocol.number ?? '', answer: protocol.xml }
}
const resigned = (nota: Nota, signer = factory.signer) => signNota(nota, signer).bytes
const head = (key: string, author = issuer, ago = 0) => ({ environment: 'homologation' as const, key, author, at: instant(ago) })
const cancel = (one: { key: string; protocol: string }, ago = 0) =>
  cancelEvent({ ...head(one.key, issuer, ago), protocol: one.protocol, reason: 'Pedido cancelado pelo cliente' })

describe('a nota', () => {
  test('is authorised, with the digest that was signed, and found again by its key', async () => {
    const one = signed()
    const protocol = await verdictOf(one.bytes)
    expect(protocol).toMatchObject({ cStat: 100, key: one.key, digest: one.digest, number: expect.stringMatching(/^1352\d{11}$/) })
    expect(await consulted(one.key)).toMatchObject({ cStat: 100, protocol: { key: one.key, digest: one.digest } })
    const whole = simulator.xmlOf(one.key) ?? ''
    expect(whole).toContain(one.bytes.toString())
    expect(readNota(whole)).toMatchObject({ key: one.key, contradictions: [], protocol: { code: '100' } })
    expect(verifySignature(whole)).toMatchObject({ valid: true, digest: one.digest })
  })

  test.each(Object.entries(operations).filter(([, one]) => one.environment === 'homologation' && one.emission.type === 1))(
    'of %s passes every rule',
    async (_, operation) => {
      const issuerCompany = operation.issuer.document === issuer ? factory : companyAt(simulator, operation.issuer.document)
      const number = ++lastNumber
      const one = signNota(notaOf({ ...operation, number, numericCode: randomNumericCode(number), issuedAt: instant(), movedAt: null }), issuerCompany.signer)
      expect(await verdictOf(one.bytes, issuerCompany)).toMatchObject({ cStat: 100, key: one.key })
    },
  )

  test.each(['GO', 'BA', 'SVRS'] as const)('is answered by %s in its own envelope', async (authoriser) => {
    // GO writes CDATA, BA entities: the answer must be read all the same
    expect(await verdictOf(signed().bytes, factory, authoriser)).toMatchObject({ cStat: 226 })
  })

  test('sent again is the duplicate of itself, with its protocol', async () => {
    const one = await authorised()
    expect(await verdictOf(one.bytes)).toMatchObject({ cStat: 204, xMotivo: expect.stringContaining(`[nProt:${one.protocol}]`) })
    expect(simulator.attemptsOf(one.key)).toBe(2)
  })

  test('with a number that another key has is told that key', async () => {
    const one = await authorised()
    const number = lastNumber
    const other = signed({ number, numericCode: randomNumericCode(number) })
    const said = await verdictOf(other.bytes)
    expect(said.cStat).toBe(539)
    expect(keyNamedIn(said.xMotivo)).toBe(one.key)
    expect(await consulted(other.key)).toMatchObject({ cStat: 562, xMotivo: expect.stringContaining(one.key) })
    const month = keyOf({ ...notaOf(draft({ number })), issuedAt: '2026-01-05T10:00:00-03:00' })
    expect((await consulted(month)).cStat).toBe(561)
    expect(simulator.stats()).toMatchObject({ doubledNumbers: 0 })
  })

  test('of another company, of no authority or with a certificate out of its validity is refused', async () => {
    expect((await verdictOf(signed({}, shop.signer).bytes)).cStat).toBe(213)
    const { testSigner } = await import('../../test/nota.ts')
    expect((await verdictOf(signed({}, testSigner()).bytes)).cStat).toBe(293)
    const old = companyAt(simulator, issuer, { validTo: new Date(Date.now() + hour) })
    expect((await later(2 * hour, () => verdictOf(signed({}, old.signer).bytes))).cStat).toBe(291)
  })

  test('whose signature is not true is refused', async () => {
    const { bytes } = signed()
    expect((await verdictOf(Buffer.from(bytes.toString().replace('Paraíso', 'Paraiso')))).cStat).toBe(297)
    expect((await verdictOf(Buffer.from(bytes.toString().replace(/<SignatureValue>..../, '<SignatureValue>AAAA')))).cStat).toBe(297)
    expect((await verdictOf(Buffer.from(bytes.toString().replace(/<Signature[\s\S]*<\/Signature>/, '')))).cStat).toBe(298)
  })

  test('of the wrong place, time, series or environment is refused, each with its code', async () => {
    expect((await verdictOf(signed({ environment: 'production' }).bytes)).cStat).toBe(252)
    expect((await verdictOf(signed().bytes, factory, 'SVRS')).cStat).toBe(226)
    expect((await verdictOf(signed({ emission: { type: 6, since: instant(), reason: 'SEFAZ de São Paulo fora do ar' } }).bytes)).cStat).toBe(570)
    expect((await verdictOf(signed().bytes, factory, 'SVC-AN')).cStat).toBe(571)
    expect((await verdictOf(signed({ emission: { type: 6, since: instant(), reason: 'SEFAZ de São Paulo fora do ar' } }).bytes, factory, 'SVC-AN')).cStat).toBe(
      100,
    )
    expect((await verdictOf(signed({ issuedAt: instant(-1_000_000) }).bytes)).cStat).toBe(703)
    expect((await verdictOf(signed({ issuedAt: instant(31 * 86_400_000) }).bytes)).cStat).toBe(228)
    expect((await verdictOf(signed({ issuedAt: instant(8 * 86_400_000) }).bytes)).cStat).toBe(150)
    expect((await verdictOf(signed({ series: 890 }).bytes)).cStat).toBe(266)
    const number = ++lastNumber
    expect((await verdictOf(signed({ number, numericCode: '77777777' }).bytes)).cStat).toBe(897)
  })

  test('whose sums do not close is refused', async () => {
    const nota = notaOf(draft())
    expect((await verdictOf(resigned({ ...nota, totals: { ...nota.totals, total: nota.totals.total + 1 } }))).cStat).toBe(610)
    expect((await verdictOf(resigned({ ...nota, totals: { ...nota.totals, products: nota.totals.products + 1 } }))).cStat).toBe(564)
    const [item, ...others] = nota.items
    if (!item) throw new Error('no item')
    expect((await verdictOf(resigned({ ...nota, items: [{ ...item, gross: item.gross + 500 }, ...others] }))).cStat).toBe(629)
    const [payment] = nota.payments
    if (!payment) throw new Error('no payment')
    expect((await verdictOf(resigned({ ...nota, payments: [{ ...payment, amount: payment.amount - 1 }] }))).cStat).toBe(904)
    expect((await verdictOf(resigned({ ...nota, payments: [{ ...payment, amount: payment.amount + 1 }] }))).cStat).toBe(866)
  })

  test('in homologation must carry the obligatory name', async () => {
    const unsigned = await import('../fiscal/index.ts').then(({ notaXml }) => notaXml(notaOf(draft())))
    const content = unsigned.xml.replace(/^<NFe[^>]*><infNFe[^>]*>/, '').replace('</infNFe></NFe>', '')
    const named = content.replace('NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL', 'Maria da Silva')
    const { bytes } = signElement({ root: 'NFe', rootVersion: null, element: 'infNFe', id: unsigned.id, version: '4.00', content: named }, factory.signer)
    expect((await verdictOf(bytes)).cStat).toBe(598)
  })

  test('that does not say what its key says is refused', async () => {
    const { bytes, key } = signed()
    const alien = (from: string, to: string) => {
      const content = bytes
        .toString()
        .replace(/^<NFe[^>]*><infNFe[^>]*>/, '')
        .replace(/<\/infNFe><Signature[\s\S]*$/, '')
        .replace(from, to)
      return signElement({ root: 'NFe', rootVersion: null, element: 'infNFe', id: `NFe${key}`, version: '4.00', content }, factory.signer).bytes
    }
    expect((await verdictOf(alien('<serie>1</serie>', '<serie>2</serie>'))).cStat).toBe(502)
    expect((await verdictOf(alien('<mod>55</mod>', '<mod>65</mod>'))).cStat).toBe(225)
    expect((await verdictOf(alien('<vNF>', '<vNF>R$'))).cStat).toBe(225)
  })
})

describe('a lot', () => {
  const post = async (message: string | Buffer, root = 'retEnviNFe') => {
    const reply = await factory.sefaz.call('SP', 'NFeAutorizacao4', Buffer.from(message), root)
    if (reply.kind !== 'answered') throw new Error(reply.failure.message)
    return reply.answer.xml
  }
  const codeOf = (xml: string) => Number(/<cStat>(\d+)</.exec(xml)?.[1])

  test('of many is answered by its receipt, and a nota in it is in process meanwhile', async () => {
    const notas = [signed(), signed(), signed({ environment: 'production' })]
    const lot = await factory.sefaz.authorise(
      'SP',
      notas.map((one) => one.bytes),
      '77',
    )
    expect(lot).toMatchObject({ kind: 'answered', answer: { cStat: 103, receipt: { number: expect.stringMatching(/^\d{15}$/) } } })
    const receipt = lot.kind === 'answered' ? (lot.answer.receipt?.number ?? '') : ''
    expect((await verdictOf(notas[0]?.bytes ?? Buffer.alloc(0))).cStat).toBe(635)
    expect(await factory.sefaz.consultReceipt('SP', receipt)).toMatchObject({ answer: { cStat: 105 } })
    await expect
      .poll(async () => (await factory.sefaz.consultReceipt('SP', receipt)) as unknown, { timeout: 5_000, interval: 200 })
      .toMatchObject({
        answer: { cStat: 104, protocols: [{ cStat: 100 }, { cStat: 100 }, { cStat: 252 }] },
      })
    expect(await factory.sefaz.consultReceipt('SP', '351000000000999')).toMatchObject({ answer: { cStat: 106 } })
    expect((await verdictOf(notas[1]?.bytes ?? Buffer.alloc(0))).cStat).toBe(204)
  })

  test('of one that asks for a receipt is refused', async () => {
    const lot = enviNFe([signed().bytes], '1').toString().replace('<indSinc>1', '<indSinc>0')
    expect(codeOf(await post(lot))).toBe(452)
  })

  test('with blanks, prefixes or another encoding is refused before it is read', async () => {
    const lot = enviNFe([signed().bytes], '1').toString()
    expect(codeOf(await post(lot.replace('<indSinc>', '\n<indSinc>')))).toBe(588)
    expect(codeOf(await post(lot.replaceAll('<ide>', '<n:ide>').replaceAll('</ide>', '</n:ide>')))).toBe(404)
    expect(codeOf(await post(Buffer.from(lot, 'latin1')))).toBe(402)
    expect(codeOf(await post('<outro/>'))).toBe(516)
    expect(codeOf(await post(lot.replace('<idLote>1</idLote>', '')))).toBe(215)
    expect(codeOf(await post(lot.replace('<natOp>', '<natOps>').replace('</natOp>', '</natOps>')))).toBe(104)
    expect(await post(lot.replace('<natOp>', '<natOps>').replace('</natOp>', '</natOps>'))).toContain('<cStat>225</cStat>')
  })
})

describe('two of the same at once', () => {
  test('are one: the other is in process or a duplicate', async () => {
    const { bytes } = signed()
    simulator.misbehave({ kind: 'latency', ms: 200, service: 'NFeAutorizacao4' })
    const said = await Promise.all([verdictOf(bytes), sleep(50).then(() => verdictOf(bytes))])
    expect(said.map((one) => one.cStat).toSorted((a, b) => a - b)).toEqual([100, 635])
  })

  test('numbers of many at once are each spent once', async () => {
    const many = Array.from({ length: 40 }, () => signed())
    const twice = await Promise.all([...many, ...many].map((one) => verdictOf(one.bytes)))
    const codes = twice.map((one) => one.cStat)
    expect(codes.filter((code) => code === 100)).toHaveLength(40)
    expect(codes.filter((code) => code === 204 || code === 635)).toHaveLength(40)
    expect(simulator.stats().doubledNumbers).toBe(0)
  })
})

describe('misbehaviour', () => {
  const sent = (bytes: Buffer) => factory.sefaz.authorise('SP', [bytes], '1')

  test.each(['timeout_before', 'drop_before', 'closed', 'http'] as const)('%s leaves nothing behind', async (kind) => {
    const one = signed()
    simulator.misbehave({ kind, service: 'NFeAutorizacao4' })
    expect((await sent(one.bytes)).kind).toBe('uncertain')
    simulator.behave()
    expect((await consulted(one.key)).cStat).toBe(217)
    expect((await verdictOf(one.bytes)).cStat).toBe(100)
  })

  test.each(['timeout_after', 'drop_after', 'malformed'] as const)('%s authorises and never says so', async (kind) => {
    const one = signed()
    simulator.misbehave({ kind, authoriser: 'SP', service: 'NFeAutorizacao4' })
    expect((await sent(one.bytes)).kind).toBe('uncertain')
    simulator.behave()
    expect(await consulted(one.key)).toMatchObject({ cStat: 100, protocol: { digest: one.digest } })
    expect((await verdictOf(one.bytes)).cStat).toBe(204)
  })

  test('999 may or may not have done it; 108 and 656 have not', async () => {
    for (const [kind, status, after] of [
      ['999', 999, 217],
      ['999_after', 999, 100],
      ['status', 108, 217],
      ['656', 656, 217],
    ] as const) {
      const one = signed()
      simulator.misbehave({ kind, service: 'NFeAutorizacao4' })
      expect(await sent(one.bytes)).toMatchObject({ kind: 'answered', answer: { cStat: status } })
      simulator.behave()
      expect((await consulted(one.key)).cStat).toBe(after)
    }
    simulator.misbehave({ kind: 'status', status: 109 })
    expect(await factory.sefaz.status('SP', 'SP')).toMatchObject({ answer: { cStat: 109 } })
  })

  test('takes no connection at all when closed', async () => {
    simulator.misbehave({ kind: 'closed' })
    const late = companyAt(simulator, issuer)
    expect((await late.sefaz.status('SP', 'SP')).kind).toBe('not_sent')
    simulator.behave()
    expect(await late.sefaz.status('SP', 'SP')).toMatchObject({ answer: { cStat: 107 } })
  })

  test('can say any code of a nota, or deny it: then its number is spent', async () => {
    simulator.misbehave({ kind: 'verdict', status: 778, times: 1 })
    const one = signed()
    expect((await verdictOf(one.bytes)).cStat).toBe(778)
    simulator.misbehave({ kind: 'verdict', status: 302, times: 1 })
    expect(await verdictOf(one.bytes)).toMatchObject({ cStat: 302, number: expect.stringMatching(/^\d{15}$/) })
    expect((await verdictOf(one.bytes)).cStat).toBe(205)
  })

  test('hits its share, the same ones for the same seed', async () => {
    const run = async () => {
      simulator.misbehave({ kind: 'status', status: 108, share: 0.3, seed: 7, service: 'NFeStatusServico4' })
      const codes: number[] = []
      for (let time = 0; time < 60; time++) {
        const reply = await factory.sefaz.status('SP', 'SP')
        codes.push(reply.kind === 'answered' ? reply.answer.cStat : 0)
      }
      simulator.behave()
      return codes
    }
    const [first, second] = [await run(), await run()]
    expect(first).toEqual(second)
    const hits = first.filter((code) => code === 108).length
    expect(hits).toBeGreaterThan(8)
    expect(hits).toBeLessThan(30)
  })

  test('counts what it did', () => {
    expect(simulator.stats().byMisbehaviour).toMatchObject({ timeout_after: 1, timeout_before: 1, drop_after: 1, malformed: 1 })
  })
})

describe('abuse', () => {
  test('of consults stops the company for an hour', async () => {
    const { key } = await authorised()
    for (let time = 0; time < 10; time++) expect((await consulted(key)).cStat).toBe(100)
    expect((await consulted(key)).cStat).toBe(656)
    const other = await authorised()
    expect((await consulted(other.key)).cStat).toBe(656)
    expect((await consulted(other.key, stranger.sefaz)).cStat).toBe(100)
    expect((await later(hour + 1_000, () => consulted(key))).cStat).toBe(100)
  })

  test('of the same rejection over and over stops the company', async () => {
    const { bytes } = signed({ environment: 'production' })
    for (let time = 0; time < 30; time++) expect((await verdictOf(bytes)).cStat).toBe(252)
    expect((await verdictOf(bytes)).cStat).toBe(656)
    expect((await verdictOf(signed().bytes)).cStat).toBe(656)
  })
})

describe('an event', () => {
  test('cancels a nota within the day, once', async () => {
    const one = await authorised()
    expect(await eventVerdict(cancel(one))).toMatchObject({ cStat: 135, key: one.key, type: '110111', number: expect.stringMatching(/^\d{15}$/) })
    expect(await eventVerdict(cancel(one))).toMatchObject({ cStat: 573 })
    const found = await consulted(one.key)
    expect(found).toMatchObject({ cStat: 101, protocol: { cStat: 100 }, events: [{ cStat: 135, type: '110111' }] })
    expect(readDocument(found.events[0]?.xml ?? '')).toMatchObject({ kind: 'event', type: '110111', answer: { code: '135' } })
    expect(verifySignature(found.events[0]?.xml ?? '')).toMatchObject({ valid: true })
    expect((await verdictOf(one.bytes)).cStat).toBe(218)
    expect((await eventVerdict(correctionEvent({ ...head(one.key), sequence: 1, correction: 'Endereco: leia-se numero 200' }))).cStat).toBe(580)
  })

  test('cancels late where the state allows it, and not later', async () => {
    const [first, second] = [await authorised(), await authorised()]
    const on = (days: number, one: typeof first) => later(days * day, () => eventVerdict(cancel(one, -days * day + 60_000)).then((said) => said.cStat))
    expect(await on(21, second)).toBe(501)
    expect(await on(3, first)).toBe(155)
    expect((await consulted(first.key)).cStat).toBe(151)
  })

  test('is refused for an unknown key, another issuer, another protocol, another office or a false Id', async () => {
    const one = await authorised()
    expect((await eventVerdict(cancel({ ...one, key: signed().key }))).cStat).toBe(494)
    expect((await eventVerdict(cancel({ ...one, protocol: '135260000000000' }))).cStat).toBe(222)
    expect((await eventVerdict({ ...cancel(one), content: cancel(one).content.replace(issuer, '00000000000191') }, stranger)).cStat).toBe(574)
    expect((await eventVerdict(cancel(one), stranger)).cStat).toBe(213)
    expect((await eventVerdict(cancel(one), factory, 'AN')).cStat).toBe(657)
    expect((await eventVerdict({ ...cancel(one), id: cancel(one).id.replace(/01$/, '02') })).cStat).toBe(572)
    expect((await eventVerdict(cancel(one, -1_000_000))).cStat).toBe(578)
    expect((await consulted(one.key)).cStat).toBe(100)
  })

  test('corrects up to 20 times, each in its own sequence', async () => {
    const one = await authorised()
    const correct = (sequence: number) => eventVerdict(correctionEvent({ ...head(one.key), sequence, correction: 'Transportadora: leia-se Veloz Ltda' }))
    expect((await correct(1)).cStat).toBe(135)
    expect((await correct(1)).cStat).toBe(573)
    expect((await correct(2)).cStat).toBe(135)
    expect((await correct(21)).cStat).toBe(594)
  })

  test('EPEC lets a nota be issued that repeats it, and nothing else of that number', async () => {
    const nota = notaOf(draft({ emission: { type: 4, since: instant(), reason: 'SEFAZ de São Paulo fora do ar' } }))
    const one = signNota(nota, factory.signer)
    expect((await verdictOf(one.bytes)).cStat).toBe(468)
    expect(await eventVerdict(epecEvent(nota, instant(0)), factory, 'AN')).toMatchObject({ cStat: 136, number: expect.stringMatching(/^\d{15}$/) })
    expect((await eventVerdict(epecEvent(nota, instant(0)), factory, 'AN')).cStat).toBe(573)
    const plain = signed({ number: nota.number, numericCode: nota.numericCode })
    expect((await verdictOf(plain.bytes)).cStat).toBe(692)
    const dearer = { ...nota, totals: { ...nota.totals, total: nota.totals.total } }
    expect((await verdictOf(resigned({ ...dearer, recipient: { ...consumer, document: '52998224725' } }))).cStat).toBe(467)
    expect((await verdictOf(one.bytes)).cStat).toBe(100)
    const pending = notaOf(draft({ emission: { type: 4, since: instant(), reason: 'SEFAZ de São Paulo fora do ar' } }))
    expect((await eventVerdict(epecEvent(pending, instant(0)), factory, 'AN')).cStat).toBe(136)
    const another = notaOf(draft({ emission: { type: 4, since: instant(), reason: 'SEFAZ de São Paulo fora do ar' } }))
    expect((await later(169 * hour, () => eventVerdict(epecEvent(another, instant(0)), factory, 'AN'))).cStat).toBe(142)
    expect((await verdictOf(resigned(pending))).cStat).toBe(100)
  })
})

describe('inutilização', () => {
  const range = (first: number, last: number, who = factory, over: object = {}) => {
    const unsigned = voidNumbers({
      environment: 'homologation',
      state: 'SP',
      year: '26',
      cnpj: issuer,
      series: 9,
      first,
      last,
      reason: 'Numeros pulados por falha',
      ...over,
    })
    return who.sefaz.invalidate('SP', signElement(unsigned, who.signer).bytes).then((reply) => (reply.kind === 'answered' ? reply.answer.cStat : 0))
  }

  test('voids a range once, and a nota of it is refused', async () => {
    expect(await range(100, 110)).toBe(102)
    expect(await range(100, 110)).toBe(563)
    expect(await range(105, 120)).toBe(256)
    expect((await verdictOf(signed({ series: 9, number: 105, numericCode: randomNumericCode(105) }).bytes)).cStat).toBe(206)
  })

  test('is refused over a used number, backwards, too long, or of another company', async () => {
    await authorised({ series: 9, number: 200, numericCode: randomNumericCode(200) })
    expect(await range(199, 201)).toBe(241)
    expect(await range(300, 299)).toBe(224)
    expect(await range(1_000, 11_000)).toBe(201)
    expect(await range(400, 401, stranger)).toBe(213)
    expect(await range(400, 401, factory, { environment: 'production' })).toBe(252)
  })

  test('is not offered by an SVC', async () => {
    const reply = await fetchOf('/SVC-AN/NFeInutilizacao4')
    expect(reply).toBe(404)
  })
})

/** Without a client certificate, as a browser would come. */
async function fetchOf(path: string): Promise<number> {
  const { request } = await import('node:https')
  return new Promise((done, failed) => {
    request(`${simulator.url}${path}`, { method: 'POST', ca: simulator.ca }, (answer) => {
      answer.resume()
      done(answer.statusCode ?? 0)
    })
      .on('error', failed)
      .end('<x/>')
  })
}

test('without a certificate of the authority nobody is served', async () => {
  expect(await fetchOf('/SP/NFeStatusServico4')).toBe(403)
})

describe('distribution', () => {
  const ask = async (asked: { lastNsu: string } | { nsu: string } | { key: string }, who = shop, cnpj = buyer) => {
    const reply = await who.sefaz.distribute({ cnpj, uf: 'SP', ...asked })
    if (reply.kind !== 'answered') throw new Error(reply.failure.message)
    return reply.answer
  }
  const purchase = {
    supplier: { cnpj: '00000000000191', name: 'Fornecedor de Botões S.A.', uf: 'MG' },
    buyer: { cnpj: buyer, name: 'Armarinho', ie: '110042490114' },
  }
  const items = [{ code: 'B-1', name: 'Botão de coco', quantity: 100, unitPrice: 35, gtin: '7891000315507', ncm: '96062100' }]

  test('tells of a nota by its summary, gives it whole after the ciência, and then of its cancellation', async () => {
    const key = await simulator.push({ ...purchase, items, number: 501, instalments: [{ due: '2026-12-20', amount: 3_500 }], order: 'PC-77' })
    const first = await ask({ lastNsu: '0' })
    expect(first).toMatchObject({ cStat: 138, documents: [{ schema: 'resNFe_v1.01.xsd' }] })
    expect(readDocument(first.documents[0]?.bytes ?? '')).toMatchObject({
      kind: 'summary',
      key,
      total: 3_500,
      situation: 1,
      issuer: { document: '00000000000191' },
    })
    // the hour of rest after the last document
    expect((await ask({ lastNsu: first.lastNsu })).cStat).toBe(656)
    simulator.forgive()
    expect((await ask({ key })).documents[0]?.schema).toBe('resNFe_v1.01.xsd')

    const science = (who: Company, author: string) => eventVerdict(manifestationEvent({ ...head(key, author), type: '210210', reason: null }), who, 'AN')
    expect((await science(stranger, '00000000000191')).cStat).toBe(575)
    expect((await science(shop, buyer)).cStat).toBe(135)
    expect((await science(shop, buyer)).cStat).toBe(573)
    const second = await later(hour + 1_000, () => ask({ lastNsu: first.lastNsu }))
    expect(second).toMatchObject({ cStat: 138, documents: [{ schema: 'procNFe_v4.00.xsd', nsu: '000000000000002' }] })
    const nota = readNota(second.documents[0]?.bytes ?? '')
    expect(nota).toMatchObject({ key, protocol: { code: '100' }, contradictions: [], billing: { instalments: [{ due: '2026-12-20', amount: 3_500 }] } })
    expect(nota.items).toMatchObject([{ code: 'B-1', gtin: '7891000315507', quantity: '100.0000', gross: 3_500, order: 'PC-77' }])
    expect(verifySignature(second.documents[0]?.bytes ?? '')).toMatchObject({ valid: true, certificate: { cnpj: '00000000000191' } })
    expect((await ask({ nsu: '2' })).documents[0]?.schema).toBe('procNFe_v4.00.xsd')
    expect(await later(3 * hour, () => ask({ lastNsu: second.lastNsu }))).toMatchObject({ cStat: 137, documents: [] })
    expect((await ask({ lastNsu: '1' })).cStat).toBe(656)

    const cancelled = cancelEvent({ ...head(key, '00000000000191'), protocol: nota.protocol?.number ?? '', reason: 'Venda desfeita pelo fornecedor' })
    expect((await eventVerdict(cancelled, stranger, 'MG')).cStat).toBe(135)
    simulator.forgive()
    const third = await later(6 * hour, () => ask({ lastNsu: second.lastNsu }))
    expect(third).toMatchObject({ cStat: 138, documents: [{ schema: 'procEventoNFe_v1.00.xsd' }] })
    expect(readDocument(third.documents[0]?.bytes ?? '')).toMatchObject({ kind: 'event', key, type: '110111', answer: { code: '135' } })
    expect((await ask({ key })).cStat).toBe(653)
  })

  test('is of one company, with its own certificate', async () => {
    expect((await ask({ lastNsu: '0' }, factory)).cStat).toBe(593)
    const key = await simulator.push({ ...purchase, items, number: 502 })
    expect((await ask({ key }, stranger, '00000000000191')).cStat).toBe(640)
    expect((await ask({ key: signed().key })).cStat).toBe(217)
  })

  test('tells the buyer of a sale that was authorised here, 50 documents at a time', async () => {
    const cnpj = '12ABC34501DE35'
    const letters = companyAt(simulator, cnpj)
    const recipient = { ...company, document: cnpj }
    const sale = operations['sale to a company of another state, Normal, instalments']
    if (!sale) throw new Error('no such operation')
    for (let count = 0; count < 51; count++) {
      const number = ++lastNumber
      await verdictOf(signNota(notaOf({ ...sale, recipient, number, numericCode: randomNumericCode(number), issuedAt: instant() }), factory.signer).bytes)
    }
    const first = await ask({ lastNsu: '0' }, letters, cnpj)
    expect(first.documents).toHaveLength(50)
    const second = await ask({ lastNsu: first.lastNsu }, letters, cnpj)
    expect(second).toMatchObject({ cStat: 138, lastNsu: '000000000000051', maxNsu: '000000000000051' })
    expect(second.documents).toHaveLength(1)
  })
})

describe('the control', () => {
  const control = async (method: string, path: string, body?: object) => {
    const reply = await fetch(simulator.control + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
    const text = await reply.text()
    return { status: reply.status, text, json: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as Record<string, unknown>) : {} }
  }

  test('adds and takes away rules, and says in Portuguese what is wrong with one', async () => {
    expect((await control('POST', '/rules', { kind: 'status', status: 109, service: 'NFeStatusServico4' })).json).toEqual({ id: expect.any(Number) as number })
    expect(await factory.sefaz.status('SP', 'SP')).toMatchObject({ answer: { cStat: 109 } })
    expect((await control('GET', '/rules')).text).toContain('"hits":1')
    await control('DELETE', '/rules')
    expect(await factory.sefaz.status('SP', 'SP')).toMatchObject({ answer: { cStat: 107 } })
    expect(await control('POST', '/rules', { kind: 'nada' })).toMatchObject({ status: 400, json: { erro: expect.stringContaining('timeout_after') as string } })
    expect((await control('POST', '/rules', { kind: '656', share: 3 })).status).toBe(400)
    expect((await control('GET', '/nada')).status).toBe(404)
  })

  test('lists notas, gives one, moves the clock and issues certificates', async () => {
    const one = await authorised()
    expect((await control('GET', `/notas?issuer=${issuer}`)).text).toContain(one.key)
    expect((await control('GET', `/notas/${one.key}`)).text).toContain('<nfeProc')
    const before = String((await control('GET', '/clock')).json['now'])
    const after = String((await control('POST', '/clock', { hours: 2 })).json['now'])
    expect(Math.round((Date.parse(after) - Date.parse(before)) / 60_000)).toBe(120)
    await control('POST', '/clock', { hours: -2 })
    const issued = await control('POST', '/certificates', { cnpj: '12ABC34501DE35', name: 'Loja de Letras', password: 'x1' })
    expect(readPfx(Buffer.from(String(issued.json['pfx']), 'base64'), 'x1')).toMatchObject({ cnpj: '12ABC34501DE35', holder: 'Loja de Letras' })
    expect((await control('GET', '/stats')).json).toMatchObject({ doubledNumbers: 0, doubledOrders: [`${issuer} PC 4510`] })
  })

  test('issues .pfx files of both ciphers', () => {
    for (const encryption of ['3des', 'aes'] as const)
      expect(readPfx(simulator.issueCertificate({ cnpj: issuer, name: 'Fábrica Única', password: 'ç', encryption }), 'ç')).toMatchObject({
        cnpj: issuer,
        holder: 'Fábrica Única',
      })
  })
})

describe.skipIf(!present)('with schemas', () => {
  test('what the simulator answers is valid by the layouts, and what is not is refused', async () => {
    const schemas = openSchemas(packages)
    const strict = await startSimulator({ dataFolder: join(folder, 'strict'), schemas: packages })
    const one = companyAt(strict, issuer)
    const sent = signed({}, one.signer)
    const raw = async (service: Parameters<Sefaz['call']>[1], message: string | Buffer, root: string, authoriser: 'SP' | 'AN' = 'SP') => {
      const reply = await one.sefaz.call(authoriser, service, Buffer.from(message), root)
      if (reply.kind !== 'answered') throw new Error(reply.failure.message)
      return new RegExp(`<${root}[\\s\\S]*</${root}>`).exec(reply.answer.xml)?.[0] ?? ''
    }
    const answers: [Parameters<typeof schemas.validate>[0], string][] = [
      [
        'retEnviNFe',
        await raw(
          'NFeAutorizacao4',
          enviNFe([sent.bytes], '1')
            .toString()
            .replace(/^<\?xml[^>]*\?>/, ''),
          'retEnviNFe',
        ),
      ],
      ['retEnviNFe', await raw('NFeAutorizacao4', enviNFe([signed({}, one.signer).bytes, signed({}, one.signer).bytes], '1'), 'retEnviNFe')],
      [
        'retConsReciNFe',
        await raw(
          'NFeRetAutorizacao4',
          '<consReciNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><tpAmb>2</tpAmb><nRec>351000000000001</nRec></consReciNFe>',
          'retConsReciNFe',
        ),
      ],
      ['retConsSitNFe', await raw('NFeConsultaProtocolo4', consSitNFe('homologation', sent.key), 'retConsSitNFe')],
      [
        'retConsStatServ',
        await raw(
          'NFeStatusServico4',
          '<consStatServ xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><tpAmb>2</tpAmb><cUF>35</cUF><xServ>STATUS</xServ></consStatServ>',
          'retConsStatServ',
        ),
      ],
      ['retDistDFeInt', await raw('NFeDistribuicaoDFe', distDFeInt('homologation', 'SP', issuer, { lastNsu: 0 }), 'retDistDFeInt', 'AN')],
    ]
    const inut = voidNumbers({
      environment: 'homologation',
      state: 'SP',
      year: '26',
      cnpj: issuer,
      series: 9,
      first: 1,
      last: 2,
      reason: 'Numeros pulados por falha',
    })
    answers.push(['retInutNFe', await raw('NFeInutilizacao4', signElement(inut, one.signer).bytes, 'retInutNFe')])
    const correction = signElement(correctionEvent({ ...head(sent.key), sequence: 1, correction: 'Transportadora: leia-se Veloz Ltda' }), one.signer).bytes
    answers.push([
      'retEnvEvento',
      await raw(
        'NFeRecepcaoEvento4',
        Buffer.concat([
          Buffer.from('<envEvento xmlns="http://www.portalfiscal.inf.br/nfe" versao="1.00"><idLote>1</idLote>'),
          correction,
          Buffer.from('</envEvento>'),
        ]),
        'retEnvEvento',
      ),
    ])
    answers.push(['procNFe', strict.xmlOf(sent.key) ?? ''])
    for (const [kind, xml] of answers) expect([kind, schemas.validate(kind, xml)]).toEqual([kind, []])
    expect(answers.map(([, xml]) => /<cStat>(\d+)/.exec(xml)?.[1])).toEqual(['104', '103', '106', '100', '107', '137', '102', '128', '100'])
    // a consult with an event in it is judged too: its procEventoNFe is of the older layout of the package
    expect(await raw('NFeConsultaProtocolo4', consSitNFe('homologation', sent.key), 'retConsSitNFe')).toContain('<procEventoNFe')

    const pushed = await strict.push({
      supplier: { cnpj: '00000000000191', name: 'Fornecedor' },
      buyer: { cnpj: issuer, ie: '110042490114' },
      items: [{ code: 'A', name: 'Linha', quantity: 2.5, unitPrice: 1_000 }],
      number: 9,
    })
    expect(schemas.validate('procNFe', strict.xmlOf(pushed) ?? '')).toEqual([])
    const notices = await one.sefaz.distribute({ cnpj: issuer, uf: 'SP', key: pushed })
    expect(schemas.validate('resNFe', notices.kind === 'answered' ? (notices.answer.documents[0]?.bytes ?? '') : '')).toEqual([])

    const bad = signed({}, one.signer).bytes.toString().replace('<cMunFG>', '<cMunFGx>').replace('</cMunFG>', '</cMunFGx>')
    const refused = await one.sefaz.authorise('SP', [Buffer.from(bad)], '1')
    expect(refused).toMatchObject({ answer: { protocols: [{ cStat: 225, xMotivo: expect.stringContaining('cMunFG') as string }] } })
    schemas.dispose()
    await strict.close()
  })
})

describe('the program', () => {
  const command = fileURLToPath(new URL('../../bin/retaguarda', import.meta.url))

  async function run(data: string) {
    const child = spawn(process.execPath, [command, 'sefaz-simulator', '--data', data, '--port', '0', '--control-port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('error', () => undefined)
    child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
    await expect.poll(() => said, { timeout: 20_000 }).toContain('Ctrl-C')
    const url = /https:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? ''
    const control = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? ''
    const read = readPfx(readFileSync(join(data, 'certificates', 'teste.pfx')), 'simulador')
    if ('fault' in read) throw new Error(read.fault.message)
    const ca = readFileSync(join(data, 'certificates', 'ca.pem'), 'utf8')
    const sefaz = openSefaz({
      keyPem: read.keyPem,
      certificatePem: read.certificatePem,
      ca: [ca],
      connections: 8,
      answerTimeout: 2_000,
      environment: 'homologation',
      base: url,
    })
    clients.push(sefaz)
    return { child, ended, said, control, sefaz, signer: { key: createPrivateKey(read.keyPem), certificate: read.certificatePem } }
  }

  test('killed between authorising and answering, it remembers; a line cut by the crash is dropped; SIGTERM ends it clean', { timeout: 90_000 }, async () => {
    const data = join(folder, 'killed')
    const first = await run(data)
    expect(first.said).toContain('renegociação')
    await fetch(`${first.control}/rules`, { method: 'POST', body: JSON.stringify({ kind: 'timeout_after', service: 'NFeAutorizacao4' }) })
    const notas = Array.from({ length: 5 }, () => signed({}, first.signer))
    const sending = notas.map((one) => first.sefaz.authorise('SP', [one.bytes], '1'))
    await expect.poll(async () => ((await (await fetch(`${first.control}/stats`)).json()) as { authorised: number }).authorised, { timeout: 10_000 }).toBe(5)
    first.child.kill('SIGKILL')
    for (const reply of await Promise.all(sending)) expect(reply.kind).toBe('uncertain')
    await first.ended
    appendFileSync(join(data, 'log.jsonl'), '{"type":"nota","nota":{"key":"352611')

    const second = await run(data)
    for (const one of notas) {
      expect(await second.sefaz.consult('SP', one.key)).toMatchObject({ answer: { cStat: 100, protocol: { digest: one.digest } } })
      expect(await second.sefaz.authorise('SP', [one.bytes], '2')).toMatchObject({ answer: { protocols: [{ cStat: 204 }] } })
    }
    const fresh = signed({}, second.signer)
    expect(await second.sefaz.authorise('SP', [fresh.bytes], '3')).toMatchObject({ answer: { protocols: [{ cStat: 100 }] } })
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    expect(readFileSync(join(data, 'log.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(6)
  })

  test('a restart keeps notas, events, ranges, lots under way and the clock', async () => {
    const dataFolder = join(folder, 'kept')
    const before = await startSimulator({ dataFolder })
    const one = companyAt(before, issuer)
    const nota = signed({}, one.signer)
    const reply = await one.sefaz.authorise('SP', [nota.bytes], '1')
    const protocol = reply.kind === 'answered' ? (reply.answer.protocols[0]?.number ?? '') : ''
    await one.sefaz.sendEvent('SP', signElement(cancel({ key: nota.key, protocol }), one.signer).bytes, '1')
    const lot = await one.sefaz.authorise('SP', [signed({}, one.signer).bytes, signed({}, one.signer).bytes], '2')
    const receipt = lot.kind === 'answered' ? (lot.answer.receipt?.number ?? '') : ''
    await before.advance(7_200_000)
    await before.close()

    const after = await startSimulator({ dataFolder })
    const again = companyAt(after, issuer)
    expect(await again.sefaz.consult('SP', nota.key)).toMatchObject({ answer: { cStat: 101, protocol: { number: protocol }, events: [{ type: '110111' }] } })
    await expect
      .poll(async () => (await again.sefaz.consultReceipt('SP', receipt)) as unknown, { timeout: 5_000, interval: 200 })
      .toMatchObject({
        answer: { cStat: 104, protocols: [{ cStat: 100 }, { cStat: 100 }] },
      })
    const clock = (await (await fetch(`${after.control}/clock`)).json()) as { now: string }
    expect(Math.round((Date.parse(clock.now) - Date.now()) / 3_600_000)).toBe(2)
    await after.close()
  })
})

test('a nota kept with its protocol is what the simulator kept', async () => {
  const one = await authorised()
  writeFileSync(join(folder, 'nota.xml'), nfeProc(one.bytes, one.answer))
  expect(readNota(readFileSync(join(folder, 'nota.xml')))).toEqual(readNota(simulator.xmlOf(one.key) ?? ''))
})
