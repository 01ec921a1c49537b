import { describe, expect, it } from 'vitest'
import {
  company,
  consumer,
  consumerDraft,
  difalRule,
  draftOf,
  itemDraft,
  normal,
  notaOf,
  now,
  operations,
  rio,
  saoPaulo,
  simples,
  simplesRule,
} from '../../test/nota.ts'
import { faultsOf } from './faults.ts'
import { isGtin } from './item-faults.ts'
import { interstateRate } from './tax-faults.ts'
import type { Nota } from './nota.ts'

const good = notaOf(consumerDraft())
const faultsWith = (over: Partial<Nota>, at: Date = now) => faultsOf({ ...good, ...over }, at)
const codes = (over: Partial<Nota>, at?: Date) => faultsWith(over, at).map((fault) => fault.code)
const withItem = (over: Partial<Nota['items'][0]>): Partial<Nota> => ({ items: [{ ...good.items[0]!, ...over }, ...good.items.slice(1)] })
const at = (address: Partial<typeof rio>): Partial<Nota> => ({ recipient: { ...good.recipient, address: { ...rio, ...address } } })

describe('a nota with everything wrong', () => {
  it('is told all at once, each with the field, the item and the cure in Portuguese', () => {
    const faults = faultsOf(
      {
        ...good,
        issuer: { ...good.issuer, document: '11222333000180', address: { ...saoPaulo, municipality: { code: '3304557', name: 'Rio de Janeiro' } } },
        recipient: { ...good.recipient, document: '11144477736', name: '😀', address: { ...rio, street: 'Rua '.repeat(75), cep: '30140071' } },
        items: [{ ...good.items[0]!, ncm: '', gtin: '7891000315508', cfop: '5102' }, ...good.items.slice(1)],
        payments: [{ ...good.payments[0]!, amount: 1 }],
      },
      now,
    )
    expect(Object.fromEntries(faults.map((fault) => [fault.field, fault.message]))).toEqual({
      'issuer.document': 'Os dígitos verificadores do CNPJ 11.222.333/0001-80 não conferem; há um caractere trocado: confira com a empresa (empresa)',
      'issuer.address.state': 'Rio de Janeiro da empresa é de RJ, e o endereço diz SP; corrija a cidade ou o estado',
      'recipient.document': 'Os dígitos verificadores do CPF 111.444.777-36 não conferem; há um número trocado: confira com o comprador (destinatário)',
      'recipient.name': 'O nome do destinatário está vazio ou não tem letras que a nota aceite; preencha de novo',
      'recipient.address.street': 'A rua do destinatário tem 299 letras e a nota aceita 60; abrevie',
      'recipient.address.cep': 'O CEP 30140-071 é de MG, e o endereço diz RJ; corrija um dos dois (endereço do destinatário)',
      'items.ncm': 'Item 1 (BOT-22): o produto está sem NCM; preencha os 8 números no cadastro fiscal do produto',
      'items.gtin': 'Item 1 (BOT-22): o GTIN 7891000315508 não existe (tamanho ou dígito verificador); corrija o código de barras ou deixe sem GTIN',
      'items.cfop': 'Item 1 (BOT-22): o CFOP 5102 não serve para saída interestadual: ele começa com 6; corrija na regra fiscal',
      payments: 'Os pagamentos somam R$ 0,01 e a nota vale R$ 330,00; corrija o pagamento do pedido',
    })
    expect(faults.filter((fault) => fault.item === 1)).toHaveLength(3)
  })
})

describe('the date of issue', () => {
  it('is neither in the future nor a month old', () => {
    expect(codes({})).toEqual([])
    expect(codes({}, new Date('2026-11-21T12:00:00Z'))).toEqual(['issued_in_future'])
    expect(codes({}, new Date('2026-12-30T12:00:00Z'))).toEqual(['issued_too_long_ago'])
    expect(codes({ issuedAt: '2026-11-21 10:00' })).toContain('issued_at')
    expect(codes({ issuedAt: '2026-02-30T10:00:00-03:00' })).toContain('issued_at')
    expect(codes({ movedAt: '2026-11-21T09:00:00-03:00' })).toEqual(['moved_before_issue'])
  })
})

describe('DIFAL', () => {
  it('is missed in an interstate sale to a consumer by a Normal company', () => {
    const without = notaOf(draftOf([itemDraft({ ...difalRule, difal: null })]))
    expect(faultsOf(without, now).map((fault) => fault.code)).toEqual(['difal_missing'])
  })
  it('is not missed by Simples, by a contributor, inside the state, in substitution nor in a return', () => {
    for (const draft of [
      draftOf([itemDraft(simplesRule)], { issuer: simples }),
      operations['sale to a company of another state, Normal, instalments']!,
      operations['sale to a consumer of the same state, Normal']!,
      draftOf([itemDraft({ ...difalRule, cfop: '6404', icms: { ...difalRule.icms, code: '60', rate: null }, difal: null })]),
      draftOf([itemDraft({ ...difalRule, cfop: '2201', difal: null }, { original: { key: '35261111222333000181550010000010011068074298', item: 1 } })], {
        direction: 0,
        purpose: 4,
        presence: 0,
        intermediary: null,
      }),
    ])
      expect(faultsOf(notaOf(draft), now)).toEqual([])
  })
  it('is undue for Simples, and where the rate between the states is another', () => {
    const bySimples = notaOf(draftOf([itemDraft({ ...simplesRule, difal: difalRule.difal })], { issuer: simples }))
    expect(faultsOf(bySimples, now).map((fault) => fault.code)).toEqual(['difal_simples'])
    const wrongRate = notaOf(draftOf([itemDraft({ ...difalRule, difal: { ...difalRule.difal!, interstate: '7' } })]))
    expect(faultsOf(wrongRate, now).map((fault) => fault.code)).toEqual(['difal_interstate'])
    const item = { ...good.items[0]! }
    expect(codes({ ...withItem(item), finalConsumer: false, recipient: { ...good.recipient, contributor: 1, ie: '77812345' } })).toContain('difal_undue')
  })
  it('knows the rate between two states and of imported goods', () => {
    expect([
      interstateRate('SP', 'RJ', 0),
      interstateRate('SP', 'BA', 0),
      interstateRate('SP', 'ES', 0),
      interstateRate('BA', 'SP', 0),
      interstateRate('SP', 'RJ', 1),
      interstateRate('SP', 'RJ', 6),
    ]).toEqual(['12', '7', '7', '12', '4', '12'])
    expect(codes(withItem({ origin: 1 }))).toEqual(expect.arrayContaining(['interstate_rate', 'difal_interstate']))
  })
})

describe('regime, place and people', () => {
  it('CSOSN is of Simples and CST of the others', () => {
    expect(codes({ issuer: { ...normal, crt: 1 } }).filter((code) => code === 'icms_regime')).toHaveLength(3)
    expect(codes({ issuer: { ...normal, crt: 2 } })).toEqual([])
    const bySimples = notaOf(draftOf([itemDraft(simplesRule)], { issuer: simples }))
    expect(faultsOf({ ...bySimples, issuer: normal }, now).map((fault) => fault.code)).toContain('icms_regime')
  })
  it('interstate means two states', () => {
    expect(codes({ reach: 1 })).toEqual(expect.arrayContaining(['reach', 'cfop_direction']))
    expect(codes({ recipient: { ...consumer, address: saoPaulo } })).toContain('reach')
  })
  it('a contributor has an IE, an exempt none, and who is neither is the final consumer', () => {
    expect(codes({ recipient: { ...company, ie: null } })).toContain('recipient_ie')
    expect(codes({ recipient: { ...company, contributor: 2 } })).toContain('recipient_ie_undue')
    expect(codes({ finalConsumer: false })).toContain('final_consumer')
  })
  it('addresses agree among city, state and CEP, and are not cut', () => {
    expect(codes(at({ municipality: { code: '3304550', name: 'Rio de Janeiro' } }))).toEqual(['municipality'])
    expect(codes(at({ municipality: { code: '3106200', name: 'Belo Horizonte' } }))).toEqual(['municipality_state'])
    expect(codes(at({ cep: '22021-001' }))).toEqual(['cep'])
    expect(codes(at({ complement: 'x'.repeat(61) }))).toEqual(['address_too_long'])
    expect(codes(at({ district: '\u200b' }))).toEqual(['address_missing'])
    expect(codes(at({ phone: '+55 21' }))).toEqual(['phone'])
  })
  it('the marketplace is named whole', () => {
    expect(codes({ intermediary: { cnpj: '03007331000142', sellerId: 'X' } })).toEqual(['intermediary_cnpj', 'intermediary_seller'])
    expect(codes({ presence: 1 })).toEqual(['intermediary_undue'])
  })
})

describe('sums', () => {
  it('of items, totals and payments close', () => {
    expect(codes(withItem({ unitPrice: '24.00' }))).toEqual(['unit_value'])
    expect(codes(withItem({ taxed: { gtin: null, unit: 'KG', quantity: '1', unitPrice: '99' } }))).toEqual(['taxed_unit_value'])
    expect(codes({ totals: { ...good.totals, icms: good.totals.icms + 1 } })).toEqual(['total_sum'])
    expect(codes({ totals: { ...good.totals, ibsCbs: null } })).toEqual(['total_sum'])
    expect(codes({ change: 100 })).toEqual(['payment_sum'])
    const [item] = good.items
    expect(codes(withItem({ taxes: { ...item!.taxes, cofins: { ...item!.taxes.cofins, value: item!.taxes.cofins.value + 2 } } }))).toEqual([
      'tax_value',
      'total_sum',
    ])
    expect(codes(withItem({ total: 1 }))).toEqual(expect.arrayContaining(['item_total']))
  })
  it('do not mind how the database orders the fields', () => {
    const { ibsCbs } = good.totals
    expect(
      codes({
        totals: {
          ...good.totals,
          ibsCbs: { cbs: ibsCbs!.cbs, reversal: null, ibs: ibsCbs!.ibs, municipal: ibsCbs!.municipal, state: ibsCbs!.state, base: ibsCbs!.base },
        },
      }),
    ).toEqual([])
  })
  it('a return is not paid, and says what it returns', () => {
    const back = notaOf(operations["own entry of a consumer's return, Normal, item by item"]!)
    expect(faultsOf({ ...back, payments: good.payments }, now).map((fault) => fault.code)).toContain('payment_undue')
    const unsaid = { ...back, items: back.items.map((item) => ({ ...item, original: null })) }
    expect(faultsOf(unsaid, now).map((fault) => fault.code)).toEqual(['reference_missing', 'original_missing'])
    expect(faultsOf({ ...back, references: ['35261111222333000181550010000010011068074298'] }, now).map((fault) => fault.code)).toEqual(['two_references'])
  })
  it('instalments sum to the bill', () => {
    const sold = notaOf(operations['sale to a company of another state, Normal, instalments']!)
    const [first] = sold.billing!.instalments
    expect(faultsOf({ ...sold, billing: { ...sold.billing!, instalments: [first!] } }, now).map((fault) => fault.code)).toEqual(['billing_sum'])
    expect(
      faultsOf({ ...sold, billing: { ...sold.billing!, instalments: [...sold.billing!.instalments].toReversed() } }, now).map((fault) => fault.code),
    ).toEqual(['billing_due'])
  })
  it('IBS and CBS are in all items or in none', () => {
    expect(codes(withItem({ taxes: { ...good.items[0]!.taxes, ibsCbs: null } }))).toContain('ibs_cbs_partly')
    const ibsCbs = { ...good.items[0]!.taxes.ibsCbs!, cClassTrib: '200003' }
    expect(codes(withItem({ taxes: { ...good.items[0]!.taxes, ibsCbs } }))).toEqual(['cclasstrib'])
  })
})

it('GTIN: length and check digit', () => {
  for (const gtin of ['7891000315507', '96385074', '036000291452', '17891000315504']) expect(isGtin(gtin), gtin).toBe(true)
  for (const gtin of ['7891000315508', '789100031550', '', 'SEM GTIN', '00000']) expect(isGtin(gtin), gtin).toBe(false)
})
