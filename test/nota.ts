/** Notas of every covered operation, as drafts with their rules: what the tests, the simulator's tests and the bench build from. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import forge from 'node-forge'
import { assess, isAccessKey } from '../server/fiscal/index.ts'
import type { Address, IbsCbsRates, Issuer, ItemDraft, ItemTaxRule, Nota, NotaDraft, Recipient, SigningKey } from '../server/fiscal/index.ts'

/** The test year and nothing after it. */
export const rates2026: IbsCbsRates[] = [
  { from: '2026-01-01', until: '2026-12-31', ibsState: '0.1', ibsMunicipal: '0', cbs: '0.9', onTop: false },
  { from: '2027-01-01', until: '2028-12-31', ibsState: '0.05', ibsMunicipal: '0.05', cbs: null, onTop: true },
]
export const issuedAt = '2026-11-21T10:00:00-03:00'
/** A little after `issuedAt`. */
export const now = new Date('2026-11-21T13:01:00Z')

export const saoPaulo: Address = {
  street: 'Rua Vergueiro',
  number: '1000',
  complement: null,
  district: 'Paraíso',
  municipality: { code: '3550308', name: 'São Paulo' },
  state: 'SP',
  cep: '01504000',
  phone: '1133334444',
}
export const rio: Address = {
  street: 'Avenida Atlântica',
  number: '1702',
  complement: 'Apto 501 & fundos',
  district: 'Copacabana',
  municipality: { code: '3304557', name: 'Rio de Janeiro' },
  state: 'RJ',
  cep: '22021001',
  phone: '21999998888',
}
export const normal: Issuer = {
  document: '11222333000181',
  name: 'Fábrica de Botões Ltda',
  tradeName: 'Botões',
  ie: '110042490114',
  stIe: null,
  im: null,
  cnae: null,
  crt: 3,
  address: saoPaulo,
}
export const simples: Issuer = { ...normal, document: '12ABC34501DE35', name: 'Loja do Bairro ME', tradeName: null, crt: 1 }
export const consumer: Recipient = {
  document: '11144477735',
  name: 'João d’Ávila – “Zé” 😀',
  contributor: 9,
  ie: null,
  suframa: null,
  email: 'joao@example.com',
  address: rio,
}
export const company: Recipient = {
  document: '44332211000105',
  name: 'Armarinho Carioca Ltda',
  contributor: 1,
  ie: '77812345',
  suframa: null,
  email: null,
  address: rio,
}

/** CRT 3, SP to a consumer of RJ: 12 % of ICMS, DIFAL with 2 % of FCP. */
export const difalRule: ItemTaxRule = {
  cfop: '6101',
  cBenef: null,
  icms: { code: '00', rate: '12', baseReduction: null, deferral: null, fcp: null, st: null, retained: null, relief: null, credit: null },
  difal: { internal: '20', interstate: '12', fcp: '2', base: 'single' },
  ipi: { cst: '53', framework: '999', rate: '0' },
  pis: { cst: '01', rate: '1.65' },
  cofins: { cst: '01', rate: '7.6' },
  contributionsWithout: { icms: true, difal: false },
  ibsCbs: { cst: '000', cClassTrib: '000001', donation: false, reduction: null, deferral: null, regular: null },
  approximate: '31.45',
}
export const simplesRule: ItemTaxRule = {
  ...difalRule,
  cfop: '6108',
  icms: { ...difalRule.icms, code: '102', rate: null },
  difal: null,
  ipi: null,
  pis: { cst: '49', rate: '0' },
  cofins: { cst: '49', rate: '0' },
  contributionsWithout: { icms: false, difal: false },
  ibsCbs: null,
}
/** Goods that go and come back, or are given: no ICMS, IBS and CBS of the non-onerous. */
export const remittanceRule: ItemTaxRule = {
  ...difalRule,
  cfop: '5915',
  icms: { ...difalRule.icms, code: '50', rate: null },
  difal: null,
  ipi: { cst: '55', framework: '999', rate: '0' },
  pis: { cst: '08', rate: '0' },
  cofins: { cst: '08', rate: '0' },
  ibsCbs: { cst: '410', cClassTrib: '410999', donation: false, reduction: null, deferral: null, regular: null },
  approximate: null,
}

export const itemDraft = (rule: ItemTaxRule, over: Partial<ItemDraft> = {}): ItemDraft => ({
  code: 'BOT-22',
  gtin: '7891000315507',
  name: 'Botão de madrepérola 22 mm <cartela>',
  ncm: '96062100',
  cest: null,
  exTipi: null,
  origin: 0,
  unit: 'UN',
  quantity: '4',
  unitPrice: '25.00',
  taxed: null,
  gross: null,
  freight: 0,
  insurance: 0,
  discount: 0,
  other: 0,
  inTotal: true,
  order: null,
  orderItem: null,
  lots: [],
  notes: null,
  original: null,
  returnedIpi: null,
  rule,
  ...over,
})

/** A sale over the internet, paid by PIX; `payment` null pays the whole nota once it is known. */
export const draftOf = (items: ItemDraft[], over: Partial<NotaDraft> = {}): NotaDraft => ({
  environment: 'homologation',
  direction: 1,
  purpose: 1,
  debitKind: null,
  creditKind: null,
  series: 1,
  number: 1001,
  numericCode: '06807429',
  issuedAt,
  movedAt: null,
  nature: 'Venda de produção',
  reach: 2,
  finalConsumer: true,
  presence: 2,
  print: 3,
  emission: { type: 1 },
  program: 'Retaguarda 0.1',
  references: [],
  issuer: normal,
  recipient: consumer,
  pickup: null,
  delivery: null,
  mayDownload: ['44332211000105'],
  items,
  charges: { freight: 0, insurance: 0, discount: 0, other: 0 },
  transport: {
    freightBy: 2,
    carrier: { document: '44332211000105', name: 'Transportadora Veloz', ie: null, address: null, city: 'São Paulo', state: 'SP' },
    vehicle: null,
    volumes: [{ quantity: 1, kind: 'CAIXA', brand: null, numbering: null, netGrams: 900, grossGrams: 1050 }],
  },
  billing: null,
  payments: [],
  change: 0,
  intermediary: { cnpj: '03007331000141', sellerId: 'BOTOES_OFICIAL' },
  additional: { fisco: null, complementary: 'Pedido ML 2000003508419530', fields: [{ name: 'Pedido "ML"', text: '2000003508419530' }] },
  purchase: null,
  technicalResponsible: {
    cnpj: '11222333000181',
    contact: 'Suporte',
    email: 'suporte@example.com',
    phone: '1133334444',
    csrt: { id: '01', token: 'G8063VRTNDMO886SFNK5LDUDEI24XJ22YIPO' },
  },
  ...over,
})

/** The nota of a draft, paid in full where the draft names no payment; throws what `assess` found. */
export function notaOf(draft: NotaDraft, rates: IbsCbsRates[] = rates2026): Nota {
  const assessed = assess(draft, rates)
  if ('faults' in assessed) throw new Error(assessed.faults.map((fault) => fault.message).join('; '))
  const { nota } = assessed
  if (nota.payments.length > 0) return nota
  const kind = nota.purpose === 4 || nota.purpose === 3 || nota.items.every((item) => item.taxes.icms.code === '50') ? '90' : '17'
  return {
    ...nota,
    payments: [{ kind, description: null, timing: kind === '90' ? null : 0, amount: kind === '90' ? 0 : nota.totals.total, paidOn: null, card: null }],
  }
}

/** The nota of the bench: 3 items to a consumer of another state, DIFAL with FCP, IBS and CBS, marketplace. */
export const consumerDraft = (number = 1001): NotaDraft =>
  draftOf(
    [
      itemDraft(difalRule),
      itemDraft(difalRule, { code: 'BOT-18', name: 'Botão de coco 18 mm', gtin: null }),
      itemDraft(difalRule, { code: 'LIN-01', name: 'Linha & agulha', quantity: '2.5', unitPrice: '40.00' }),
    ],
    { number, charges: { freight: 3000, insurance: 0, discount: 0, other: 0 } },
  )

const saleKey = '35261111222333000181550010000010011068074298'
if (!isAccessKey(saleKey)) throw new Error('the sample key is wrong')
const returned = { key: saleKey, item: 1 }
const inState = { recipient: { ...consumer, address: saoPaulo }, reach: 1 as const }
const unsold = { presence: 0 as const, intermediary: null, billing: null }

/** Each covered operation by its name. */
export const operations: Record<string, NotaDraft> = {
  'sale to a consumer of another state, Normal, DIFAL with FCP': consumerDraft(),
  'the same, DIFAL of double base and no FCP': draftOf([itemDraft({ ...difalRule, difal: { internal: '20.5', interstate: '12', fcp: null, base: 'double' } })]),
  'sale to a consumer of another state, Simples': draftOf([itemDraft(simplesRule)], { issuer: simples, nature: 'Venda de mercadoria' }),
  'sale to a consumer of the same state, Normal': draftOf(
    [itemDraft({ ...difalRule, cfop: '5101', icms: { ...difalRule.icms, rate: '18', fcp: '2' } })],
    inState,
  ),
  'sale in the same state from the own site, reduced base and reduced IBS and CBS': draftOf(
    [
      itemDraft({
        ...difalRule,
        cfop: '5101',
        cBenef: 'SP123456',
        icms: { ...difalRule.icms, code: '20', rate: '18', baseReduction: '33.33', relief: { reason: '9', rate: '18', inside: false, deducted: false } },
        ibsCbs: { cst: '200', cClassTrib: '200003', donation: false, reduction: { ibs: '60', cbs: '60' }, deferral: null, regular: null },
      }),
    ],
    { ...inState, intermediary: null },
  ),
  'resale with substitution paid before, Normal': draftOf(
    [
      itemDraft(
        {
          ...difalRule,
          cfop: '5405',
          icms: { ...difalRule.icms, code: '60', rate: null, retained: { unitBase: '32.5', rate: '18', unitSubstitute: '2.1', unitValue: '3.75' } },
          difal: null,
        },
        { cest: '2806300' },
      ),
    ],
    inState,
  ),
  'resale with substitution paid before, Simples': draftOf(
    [itemDraft({ ...simplesRule, cfop: '5405', icms: { ...simplesRule.icms, code: '500' } }, { cest: '2806300' })],
    { ...inState, issuer: simples },
  ),
  'sale to a company of another state, Normal, instalments': draftOf(
    [itemDraft({ ...difalRule, ipi: { cst: '50', framework: '999', rate: '5' } }, { order: 'PC 4510', orderItem: 1 })],
    {
      recipient: company,
      finalConsumer: false,
      presence: 9,
      intermediary: null,
      print: 1,
      billing: {
        number: '1001',
        original: 10_500,
        discount: 0,
        net: 10_500,
        instalments: [
          { number: '001', due: '2026-12-21', amount: 5250 },
          { number: '002', due: '2027-01-21', amount: 5250 },
        ],
      },
      payments: [{ kind: '15', description: null, timing: 1, amount: 10_500, paidOn: null, card: null }],
      purchase: { order: 'PC 4510', contract: null },
    },
  ),
  'sale to a company that resells, substitution charged, Normal': draftOf(
    [
      itemDraft({
        ...difalRule,
        cfop: '6401',
        icms: { ...difalRule.icms, code: '10', st: { mode: 4, mva: '45.5', baseReduction: null, rate: '20', fcp: '2' } },
        ipi: { cst: '50', framework: '999', rate: '5' },
      }),
    ],
    { recipient: company, finalConsumer: false, intermediary: null, presence: 9, print: 1 },
  ),
  'sale to a company with credit, Simples': draftOf([itemDraft({ ...simplesRule, cfop: '6101', icms: { ...simplesRule.icms, code: '101', credit: '2.56' } })], {
    issuer: simples,
    recipient: company,
    finalConsumer: false,
    intermediary: null,
    presence: 9,
  }),
  'sale to a company that resells, substitution charged, Simples': draftOf(
    [
      itemDraft({
        ...simplesRule,
        cfop: '6401',
        icms: { ...simplesRule.icms, code: '201', rate: '12', credit: '2.56', st: { mode: 4, mva: '45.5', baseReduction: '10', rate: '20', fcp: null } },
      }),
    ],
    { issuer: simples, recipient: company, finalConsumer: false, intermediary: null, presence: 9 },
  ),
  'the same without credit, Simples': draftOf(
    [
      itemDraft({
        ...simplesRule,
        cfop: '6401',
        icms: { ...simplesRule.icms, code: '202', rate: '12', st: { mode: 4, mva: '45.5', baseReduction: null, rate: '20', fcp: '2' } },
      }),
    ],
    { issuer: simples, recipient: company, finalConsumer: false, intermediary: null, presence: 9 },
  ),
  'sale to a company with deferred ICMS, IBS and CBS': draftOf(
    [
      itemDraft({
        ...difalRule,
        cfop: '5101',
        icms: { ...difalRule.icms, code: '51', rate: '18', deferral: '100' },
        difal: null,
        ibsCbs: { cst: '515', cClassTrib: '515001', donation: false, reduction: { ibs: '60', cbs: '60' }, deferral: { ibs: '100', cbs: '100' }, regular: null },
      }),
    ],
    {
      recipient: { ...company, document: '00000000000191', ie: '110042490114', address: saoPaulo },
      reach: 1,
      finalConsumer: false,
      presence: 9,
      intermediary: null,
    },
  ),
  'sale under suspension of IBS and CBS': draftOf(
    [
      itemDraft({
        ...difalRule,
        icms: { ...difalRule.icms, code: '41', rate: null },
        difal: null,
        ibsCbs: {
          cst: '550',
          cClassTrib: '550013',
          donation: false,
          reduction: null,
          deferral: null,
          regular: { cst: '000', cClassTrib: '000001', reduction: null },
        },
      }),
    ],
    { recipient: company, finalConsumer: false, presence: 9, intermediary: null },
  ),
  "own entry of a consumer's return, Normal, item by item": draftOf([itemDraft({ ...difalRule, cfop: '2201' }, { original: returned })], {
    ...unsold,
    direction: 0,
    purpose: 4,
    nature: 'Devolução de venda',
  }),
  "own entry of a consumer's return, Simples": draftOf([itemDraft({ ...simplesRule, cfop: '1202' }, { original: { key: saleKey, item: 2 } })], {
    ...unsold,
    ...inState,
    direction: 0,
    purpose: 4,
    issuer: simples,
    nature: 'Devolução de venda',
  }),
  'return to the supplier with IPI given back': draftOf(
    [itemDraft({ ...difalRule, cfop: '6202', ipi: null, difal: null, approximate: null }, { original: returned, returnedIpi: { rate: '100', value: 500 } })],
    { ...unsold, purpose: 4, recipient: company, finalConsumer: false, nature: 'Devolução de compra' },
  ),
  'own entry of goods refused or not found (credit nota 03)': draftOf([itemDraft({ ...difalRule, cfop: '2201' }, { original: returned })], {
    ...unsold,
    direction: 0,
    purpose: 5,
    creditKind: '03',
    nature: 'Retorno de mercadoria não entregue',
  }),
  'exchange sent to another state': draftOf([itemDraft({ ...remittanceRule, cfop: '6949' })], { ...unsold, nature: 'Remessa em troca', references: [saleKey] }),
  'exchange sent in the same state, Simples': draftOf([itemDraft({ ...simplesRule, cfop: '5949', icms: { ...simplesRule.icms, code: '400' } })], {
    ...unsold,
    ...inState,
    issuer: simples,
    nature: 'Remessa em troca',
    references: [saleKey],
  }),
  'repair: entry from the consumer': draftOf([itemDraft({ ...remittanceRule, cfop: '2915' })], { ...unsold, direction: 0, nature: 'Entrada para conserto' }),
  'repair: back to the consumer': draftOf([itemDraft({ ...remittanceRule, cfop: '6916' })], {
    ...unsold,
    nature: 'Retorno de conserto',
    references: [saleKey],
  }),
  'repair: sent to a workshop of the same state': draftOf([itemDraft(remittanceRule)], {
    ...unsold,
    reach: 1,
    recipient: { ...company, document: '00000000000191', ie: '110042490114', address: saoPaulo },
    finalConsumer: false,
    nature: 'Remessa para conserto',
  }),
  'repair: sent to a workshop of another state': draftOf([itemDraft({ ...remittanceRule, cfop: '6915' })], {
    ...unsold,
    recipient: company,
    finalConsumer: false,
    nature: 'Remessa para conserto',
  }),
  'repair: back from the workshop': draftOf([itemDraft({ ...remittanceRule, cfop: '2916' })], {
    ...unsold,
    direction: 0,
    recipient: company,
    finalConsumer: false,
    nature: 'Retorno de conserto',
  }),
  'transfer between companies of two states': draftOf(
    [
      itemDraft({
        ...difalRule,
        cfop: '6152',
        icms: { ...difalRule.icms, code: '90' },
        difal: null,
        pis: { cst: '08', rate: '0' },
        cofins: { cst: '08', rate: '0' },
        ibsCbs: { ...remittanceRule.ibsCbs!, cClassTrib: '410002' },
      }),
    ],
    { ...unsold, recipient: { ...company, document: '11222333000262' }, finalConsumer: false, nature: 'Transferência' },
  ),
  'transfer in the same state, Simples': draftOf([itemDraft({ ...simplesRule, cfop: '5152', icms: { ...simplesRule.icms, code: '900' } })], {
    ...unsold,
    reach: 1,
    issuer: simples,
    recipient: { ...company, document: '00000000000191', ie: '110042490114', address: saoPaulo },
    finalConsumer: false,
    nature: 'Transferência',
  }),
  'sale in contingency, SVC-AN': { ...consumerDraft(), emission: { type: 6, since: issuedAt, reason: 'SEFAZ de São Paulo fora do ar' } },
  'sale in contingency, EPEC, production': {
    ...consumerDraft(),
    environment: 'production',
    emission: { type: 4, since: issuedAt, reason: 'SEFAZ de São Paulo fora do ar' },
  },
  'bonus without charge, medicine lot, other delivery address, taxed in kilos': draftOf(
    [
      itemDraft(
        { ...remittanceRule, cfop: '6910', ibsCbs: { ...remittanceRule.ibsCbs!, cClassTrib: '410001' } },
        {
          lots: [{ number: 'L-1', quantity: '4', made: '2026-10-01', expires: '2028-10-01' }],
          taxed: { gtin: null, unit: 'KG', quantity: '0.4', unitPrice: '250' },
          notes: 'Brinde da campanha de Natal',
          freight: 100,
          insurance: 50,
          discount: 30,
          other: 20,
        },
      ),
    ],
    {
      ...unsold,
      nature: 'Remessa em bonificação',
      delivery: { document: '11144477735', name: 'Portaria', ie: null, address: rio },
      pickup: { document: '11222333000181', name: null, ie: null, address: saoPaulo },
    },
  ),
}

/** A key of 2048 bits and its self-signed certificate of a company, as an A1 would give them. */
export function testSigner(cnpj = '11222333000181'): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = forge.pki.createCertificate()
  const key = forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = `01${randomBytes(8).toString('hex')}`
  certificate.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2027-01-01T00:00:00Z')
  certificate.setSubject([{ name: 'commonName', value: `FABRICA DE BOTOES LTDA:${cnpj}` }])
  certificate.setIssuer([{ name: 'commonName', value: 'AC TESTE' }])
  certificate.sign(key, forge.md.sha256.create())
  return { key: privateKey, certificate: forge.pki.certificateToPem(certificate) }
}
