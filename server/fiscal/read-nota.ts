import { isAccessKey, partsOfKey } from './access-key.ts'
import { all, child, readXml, textOf, unreadable } from './xml.ts'
import type { Element } from './xml.ts'

/**
 * Documents of anybody as plain facts: what a DANFE prints, what a purchase receives, what is compared when somebody else's
 * nota is attached. Money in centavos, quantities, unit prices and rates as the decimal text of the XML, instants as written
 * (ISO 8601 with offset). What the XML does not hold is null. The original bytes stay with the caller: only they are the document.
 */
export type ReadDocument = ReadNota | ReadEvent | ReadSummary

export interface ReadNota {
  kind: 'nota'
  key: string
  environment: 'production' | 'homologation'
  model: string
  series: number
  number: number
  /** 0 entry, 1 exit. */
  direction: 0 | 1
  /** finNFe: 1 normal, 2 complementary, 3 adjustment, 4 return, 5 credit, 6 debit. */
  purpose: number
  nature: string
  issuedAt: string
  movedAt: string | null
  /** tpEmis: 1 normal, 4 EPEC, 5 FS-DA, 6 SVC-AN, 7 SVC-RS. */
  emissionType: number
  contingency: { since: string; reason: string } | null
  finalConsumer: boolean
  presence: number | null
  print: number | null
  /** `stIe`: IEST, the registration as substitute taxpayer in the recipient's state. */
  issuer: ReadParty & { tradeName: string | null; crt: number | null; stIe: string | null; im: string | null }
  recipient: ReadParty | null
  pickup: ReadParty | null
  delivery: ReadParty | null
  items: ReadItem[]
  totals: ReadTotals
  payments: { kind: string; description: string | null; amount: number; timing: number | null; cardBrand: string | null; authorisation: string | null }[]
  change: number
  billing: { number: string | null; original: number | null; discount: number | null; net: number | null; instalments: ReadInstalment[] }
  transport: ReadTransport
  intermediary: { cnpj: string; sellerId: string } | null
  additional: { fisco: string | null; complementary: string | null; fields: { name: string; text: string }[] }
  purchase: { order: string | null; contract: string | null } | null
  /** Keys of other notas that this one names as a whole. */
  references: string[]
  /** SEFAZ's answer, when the nota came inside an nfeProc. */
  protocol: ReadProtocol | null
  /** Digest of the signed content as the signature states it; `verifySignature` says whether it is true. */
  digest: string | null
  /** What in it does not agree with its own key, in Portuguese; empty in a sound nota. */
  contradictions: string[]
}

export interface ReadParty {
  /** CNPJ (14), CPF (11) or a foreigner's document; null when the nota names none. */
  document: string | null
  name: string | null
  ie: string | null
  /** indIEDest: 1 contributor, 2 exempt, 9 not a contributor. */
  contributor: number | null
  email: string | null
  phone: string | null
  address: ReadAddress | null
}

export interface ReadAddress {
  street: string | null
  number: string | null
  complement: string | null
  district: string | null
  municipality: { code: string | null; name: string | null }
  state: string | null
  cep: string | null
}

export interface ReadItem {
  /** nItem, from 1. */
  item: number
  code: string
  /** Null for SEM GTIN. */
  gtin: string | null
  /** GTIN of the unit that is taxed, where it differs in kind. */
  taxedGtin: string | null
  name: string
  ncm: string | null
  cest: string | null
  cfop: string | null
  unit: string
  quantity: string
  unitPrice: string
  taxedUnit: string | null
  taxedQuantity: string | null
  taxedUnitPrice: string | null
  gross: number
  freight: number
  insurance: number
  discount: number
  other: number
  /** Whether it counts in the nota's total. */
  inTotal: boolean
  order: string | null
  orderItem: number | null
  lots: { number: string; quantity: string; made: string | null; expires: string | null }[]
  notes: string | null
  /** vItem of 2026; null where the issuer left it out. */
  total: number | null
  original: { key: string; item: number | null } | null
  approximateTaxes: number | null
  icms: {
    origin: string | null
    code: string | null
    base: number
    rate: string | null
    value: number
    stBase: number
    stRate: string | null
    st: number
    mva: string | null
  }
  ipi: ReadTax | null
  pis: ReadTax | null
  cofins: ReadTax | null
  /** Import tax. */
  ii: number | null
  difal: { base: number; internal: string; interstate: string; value: number; originShare: number; fcp: number } | null
  ibsCbs: ReadIbsCbs | null
  /** Selective tax. */
  is: ReadTax | null
}

export interface ReadTax {
  code: string | null
  base: number
  rate: string | null
  value: number
}

export interface ReadIbsCbs {
  cst: string
  cClassTrib: string
  base: number | null
  /** `effective` when reduced (gRed) or sold to the government. */
  state: { rate: string; effective: string | null; value: number } | null
  municipal: { rate: string; effective: string | null; value: number } | null
  ibs: number | null
  cbs: { rate: string; effective: string | null; value: number } | null
}

export interface ReadTotals {
  icmsBase: number
  icms: number
  icmsRelief: number
  fcpDestination: number
  icmsDestination: number
  icmsOrigin: number
  fcp: number
  stBase: number
  st: number
  fcpSt: number
  products: number
  freight: number
  insurance: number
  discount: number
  ii: number
  ipi: number
  ipiReturned: number
  pis: number
  cofins: number
  other: number
  total: number
  approximate: number | null
  ibsCbs: {
    base: number
    stateIbs: number
    municipalIbs: number
    ibs: number
    cbs: number
    monophase: { ibs: number; cbs: number; ibsRetained: number; cbsRetained: number } | null
  } | null
  /** Services of a mixed nota (ISSQNtot). */
  issqn: { services: number; base: number; value: number } | null
  is: number | null
  /** vNFTot. */
  grandTotal: number | null
}

export interface ReadInstalment {
  number: string | null
  /** YYYY-MM-DD. */
  due: string | null
  amount: number
}

export interface ReadTransport {
  /** modFrete. */
  freightBy: number
  carrier: { document: string | null; name: string | null; ie: string | null; address: string | null; city: string | null; state: string | null } | null
  vehicle: { plate: string; state: string | null; rntc: string | null } | null
  volumes: { quantity: string | null; kind: string | null; brand: string | null; numbering: string | null; netKg: string | null; grossKg: string | null }[]
}

export interface ReadProtocol {
  key: string
  /** Null when it was refused. */
  number: string | null
  receivedAt: string
  code: string
  reason: string
  digest: string | null
}

export interface ReadEvent {
  kind: 'event'
  key: string
  /** Null in a notice (resEvento): it is of the environment that was asked. */
  environment: 'production' | 'homologation' | null
  /** tpEvento. */
  type: string
  description: string | null
  sequence: number
  at: string
  /** Who did it. */
  document: string | null
  /** xJust or xCorrecao. */
  text: string | null
  /** The authorisation that a cancellation names. */
  cancelled: string | null
  answer: { code: string; reason: string; protocol: string | null; registeredAt: string | null } | null
}

/** resNFe: SEFAZ's notice of a nota whose XML it gives only after a manifestation. */
export interface ReadSummary {
  kind: 'summary'
  key: string
  issuer: { document: string | null; name: string | null; ie: string | null }
  issuedAt: string
  direction: 0 | 1
  total: number
  digest: string | null
  protocol: string | null
  receivedAt: string | null
  /** 1 authorised, 2 denied, 3 cancelled. */
  situation: number
}

/** Reads an NFe or nfeProc of anybody. Refuses with `unreadable_xml` what is not one, or lacks what every nota has. */
export function readNota(xml: Buffer | string): ReadNota {
  const document = readDocument(xml)
  if (document.kind !== 'nota') throw unreadable('O XML não é de uma nota: é de um evento ou resumo')
  return document
}

/** Reads an NFe, nfeProc, evento, procEventoNFe, resNFe or resEvento; refuses everything else with `unreadable_xml`. */
export function readDocument(xml: Buffer | string): ReadDocument {
  const root = readXml(xml)
  const known = readers[root.name]
  if (!known || root.namespace !== 'http://www.portalfiscal.inf.br/nfe') throw unreadable(`O XML não é de uma NF-e: começa por ${root.name.slice(0, 40)}`)
  return known(root)
}

const readers: Record<string, (root: Element) => ReadDocument> = {
  NFe: (root) => notaOf(root, null),
  nfeProc: (root) => notaOf(need(root, 'NFe'), child(root, 'protNFe')),
  evento: (root) => eventOf(root, null),
  procEventoNFe: (root) => eventOf(need(root, 'evento'), child(root, 'retEvento')),
  resNFe: (root) => summaryOf(root),
  resEvento: (root) => lightEventOf(root),
}

function notaOf(nfe: Element, answer: Element | null): ReadNota {
  const body = need(nfe, 'infNFe')
  const ide = need(body, 'ide')
  const model = text(ide, 'mod')
  if (model !== '55') throw unreadable(`A nota é do modelo ${model}; só o 55 (NF-e) é aceito`)
  const issuer = need(body, 'emit')
  const since = textOf(ide, 'dhCont')
  const nota: ReadNota = {
    kind: 'nota',
    key: keyIn(body.attributes['Id'], 'NFe'),
    environment: environmentOf(ide),
    model,
    series: whole(ide, 'serie'),
    number: whole(ide, 'nNF'),
    direction: textOf(ide, 'tpNF') === '0' ? 0 : 1,
    purpose: whole(ide, 'finNFe'),
    nature: text(ide, 'natOp'),
    issuedAt: text(ide, 'dhEmi'),
    movedAt: textOf(ide, 'dhSaiEnt'),
    emissionType: whole(ide, 'tpEmis'),
    contingency: since ? { since, reason: textOf(ide, 'xJust') ?? '' } : null,
    finalConsumer: textOf(ide, 'indFinal') === '1',
    presence: numberOf(ide, 'indPres'),
    print: numberOf(ide, 'tpImp'),
    issuer: {
      ...partyOf(issuer, 'enderEmit'),
      tradeName: textOf(issuer, 'xFant'),
      crt: numberOf(issuer, 'CRT'),
      stIe: textOf(issuer, 'IEST'),
      im: textOf(issuer, 'IM'),
    },
    recipient: optional(child(body, 'dest'), (dest) => partyOf(dest, 'enderDest')),
    pickup: optional(child(body, 'retirada'), (place) => partyOf(place, null)),
    delivery: optional(child(body, 'entrega'), (place) => partyOf(place, null)),
    items: all(body, 'det').map(itemOf),
    totals: totalsOf(need(body, 'total')),
    payments: all(child(body, 'pag'), 'detPag').map((payment) => ({
      kind: text(payment, 'tPag'),
      description: textOf(payment, 'xPag'),
      amount: money(payment, 'vPag'),
      timing: numberOf(payment, 'indPag'),
      cardBrand: textOf(payment, 'card/tBand'),
      authorisation: textOf(payment, 'card/cAut'),
    })),
    change: money(child(body, 'pag'), 'vTroco'),
    billing: billingOf(child(body, 'cobr')),
    transport: transportOf(child(body, 'transp')),
    intermediary: optional(child(body, 'infIntermed'), (one) => ({ cnpj: text(one, 'CNPJ'), sellerId: text(one, 'idCadIntTran') })),
    additional: {
      fisco: textOf(body, 'infAdic/infAdFisco'),
      complementary: textOf(body, 'infAdic/infCpl'),
      fields: all(child(body, 'infAdic'), 'obsCont').map((one) => ({ name: one.attributes['xCampo'] ?? '', text: textOf(one, 'xTexto') ?? '' })),
    },
    purchase: optional(child(body, 'compra'), (one) => ({ order: textOf(one, 'xPed'), contract: textOf(one, 'xCont') })),
    references: all(ide, 'NFref').flatMap((one) => textOf(one, 'refNFe') ?? []),
    protocol: optional(child(answer, 'infProt'), protocolOf),
    digest: textOf(nfe, 'Signature/SignedInfo/Reference/DigestValue'),
    contradictions: [],
  }
  if (nota.items.length === 0) throw unreadable('A nota não tem itens')
  nota.contradictions = contradictionsOf(nota, ide)
  return nota
}

function contradictionsOf(nota: ReadNota, ide: Element): string[] {
  const parts = partsOfKey(nota.key)
  if (!parts) return ['O dígito verificador da chave não confere']
  const agree: [string, unknown, unknown][] = [
    ['a UF', parts.ufCode, textOf(ide, 'cUF')],
    ['o mês de emissão', parts.yearMonth, nota.issuedAt.slice(2, 4) + nota.issuedAt.slice(5, 7)],
    ['o emitente', parts.document, nota.issuer.document],
    ['o modelo', parts.model, nota.model],
    ['a série', parts.series, nota.series],
    ['o número', parts.number, nota.number],
    ['o tipo de emissão', parts.emissionType, nota.emissionType],
    ['o código numérico', parts.numericCode, textOf(ide, 'cNF')],
  ]
  const found = agree.filter(([, inKey, inside]) => inKey !== inside).map(([what, inKey, inside]) => `Na chave, ${what} é ${inKey}; na nota, ${inside}`)
  if (textOf(ide, 'cDV') !== nota.key[43]) found.push('O dígito verificador (cDV) da nota não é o da chave')
  if (nota.protocol && nota.protocol.key !== nota.key) found.push('O protocolo é de outra chave')
  if (nota.protocol?.digest && nota.digest && nota.protocol.digest !== nota.digest)
    found.push('O protocolo é de outro conteúdo: o resumo (digVal) não é o da assinatura')
  return found
}

const protocolOf = (info: Element): ReadProtocol => ({
  key: text(info, 'chNFe'),
  number: textOf(info, 'nProt'),
  receivedAt: text(info, 'dhRecbto'),
  code: text(info, 'cStat'),
  reason: text(info, 'xMotivo'),
  digest: textOf(info, 'digVal'),
})

function partyOf(party: Element, addressName: string | null): ReadParty {
  const place = addressName ? child(party, addressName) : party
  return {
    document: documentOf(party),
    name: textOf(party, 'xNome'),
    ie: textOf(party, 'IE'),
    contributor: numberOf(party, 'indIEDest'),
    email: textOf(party, 'email'),
    phone: textOf(place, 'fone'),
    address: place && {
      street: textOf(place, 'xLgr'),
      number: textOf(place, 'nro'),
      complement: textOf(place, 'xCpl'),
      district: textOf(place, 'xBairro'),
      municipality: { code: textOf(place, 'cMun'), name: textOf(place, 'xMun') },
      state: textOf(place, 'UF'),
      cep: textOf(place, 'CEP'),
    },
  }
}

function itemOf(det: Element): ReadItem {
  const prod = need(det, 'prod')
  const taxes = need(det, 'imposto')
  const icms = child(taxes, 'ICMS')?.children[0] ?? null
  const original = child(det, 'DFeReferenciado')
  return {
    item: Number(det.attributes['nItem'] ?? 0),
    code: text(prod, 'cProd'),
    gtin: gtinOf(prod, 'cEAN'),
    taxedGtin: gtinOf(prod, 'cEANTrib'),
    name: text(prod, 'xProd'),
    ncm: textOf(prod, 'NCM'),
    cest: textOf(prod, 'CEST'),
    cfop: textOf(prod, 'CFOP'),
    unit: text(prod, 'uCom'),
    quantity: decimal(prod, 'qCom'),
    unitPrice: decimal(prod, 'vUnCom'),
    taxedUnit: textOf(prod, 'uTrib'),
    taxedQuantity: textOf(prod, 'qTrib'),
    taxedUnitPrice: textOf(prod, 'vUnTrib'),
    gross: money(prod, 'vProd'),
    freight: money(prod, 'vFrete'),
    insurance: money(prod, 'vSeg'),
    discount: money(prod, 'vDesc'),
    other: money(prod, 'vOutro'),
    inTotal: textOf(prod, 'indTot') !== '0',
    order: textOf(prod, 'xPed'),
    orderItem: numberOf(prod, 'nItemPed'),
    lots: all(prod, 'rastro').map((lot) => ({
      number: text(lot, 'nLote'),
      quantity: decimal(lot, 'qLote'),
      made: textOf(lot, 'dFab'),
      expires: textOf(lot, 'dVal'),
    })),
    notes: textOf(det, 'infAdProd'),
    total: moneyOrNull(det, 'vItem'),
    original: optional(original, (one) => ({ key: text(one, 'chaveAcesso'), item: numberOf(one, 'nItem') })),
    approximateTaxes: moneyOrNull(taxes, 'vTotTrib'),
    icms: {
      origin: textOf(icms, 'orig'),
      code: textOf(icms, 'CST') ?? textOf(icms, 'CSOSN'),
      base: money(icms, 'vBC'),
      rate: textOf(icms, 'pICMS'),
      value: money(icms, 'vICMS'),
      stBase: money(icms, 'vBCST'),
      stRate: textOf(icms, 'pICMSST'),
      st: money(icms, 'vICMSST'),
      mva: textOf(icms, 'pMVAST'),
    },
    ipi: taxOf(child(taxes, 'IPI'), 'CST', 'vBC', 'pIPI', 'vIPI'),
    pis: taxOf(child(taxes, 'PIS'), 'CST', 'vBC', 'pPIS', 'vPIS'),
    cofins: taxOf(child(taxes, 'COFINS'), 'CST', 'vBC', 'pCOFINS', 'vCOFINS'),
    ii: moneyOrNull(taxes, 'II/vII'),
    difal: optional(child(taxes, 'ICMSUFDest'), (one) => ({
      base: money(one, 'vBCUFDest'),
      internal: text(one, 'pICMSUFDest'),
      interstate: text(one, 'pICMSInter'),
      value: money(one, 'vICMSUFDest'),
      originShare: money(one, 'vICMSUFRemet'),
      fcp: money(one, 'vFCPUFDest'),
    })),
    ibsCbs: optional(child(taxes, 'IBSCBS'), ibsCbsOf),
    is: taxOf(child(taxes, 'IS'), 'CSTIS', 'vBCIS', 'pIS', 'vIS'),
  }
}

/** A tax whose fields stand one group below, under a name that depends on its code. */
function taxOf(group: Element | null, code: string, base: string, rate: string, value: string): ReadTax | null {
  const inside = [group, ...(group?.children ?? [])].find((element) => element && child(element, code))
  return inside ? { code: textOf(inside, code), base: money(inside, base), rate: textOf(inside, rate), value: money(inside, value) } : null
}

function ibsCbsOf(group: Element): ReadIbsCbs {
  const amounts = child(group, 'gIBSCBS')
  const part = (name: string, tax: string) =>
    optional(child(amounts, name), (one) => ({
      rate: text(one, `p${tax}`),
      effective: textOf(one, 'gRed/pAliqEfet'),
      value: money(one, `v${tax}`),
    }))
  return {
    cst: text(group, 'CST'),
    cClassTrib: text(group, 'cClassTrib'),
    base: moneyOrNull(amounts, 'vBC'),
    state: part('gIBSUF', 'IBSUF'),
    municipal: part('gIBSMun', 'IBSMun'),
    ibs: moneyOrNull(amounts, 'vIBS'),
    cbs: part('gCBS', 'CBS'),
  }
}

function totalsOf(total: Element): ReadTotals {
  const icms = need(total, 'ICMSTot')
  const reform = child(total, 'IBSCBSTot')
  return {
    icmsBase: money(icms, 'vBC'),
    icms: money(icms, 'vICMS'),
    icmsRelief: money(icms, 'vICMSDeson'),
    fcpDestination: money(icms, 'vFCPUFDest'),
    icmsDestination: money(icms, 'vICMSUFDest'),
    icmsOrigin: money(icms, 'vICMSUFRemet'),
    fcp: money(icms, 'vFCP'),
    stBase: money(icms, 'vBCST'),
    st: money(icms, 'vST'),
    fcpSt: money(icms, 'vFCPST'),
    products: money(icms, 'vProd'),
    freight: money(icms, 'vFrete'),
    insurance: money(icms, 'vSeg'),
    discount: money(icms, 'vDesc'),
    ii: money(icms, 'vII'),
    ipi: money(icms, 'vIPI'),
    ipiReturned: money(icms, 'vIPIDevol'),
    pis: money(icms, 'vPIS'),
    cofins: money(icms, 'vCOFINS'),
    other: money(icms, 'vOutro'),
    total: centavos(text(icms, 'vNF'), 'vNF'),
    approximate: moneyOrNull(icms, 'vTotTrib'),
    ibsCbs: reform && {
      base: money(reform, 'vBCIBSCBS'),
      stateIbs: money(reform, 'gIBS/gIBSUF/vIBSUF'),
      municipalIbs: money(reform, 'gIBS/gIBSMun/vIBSMun'),
      ibs: money(reform, 'gIBS/vIBS'),
      cbs: money(reform, 'gCBS/vCBS'),
      monophase: optional(child(reform, 'gMono'), (one) => ({
        ibs: money(one, 'vIBSMono'),
        cbs: money(one, 'vCBSMono'),
        ibsRetained: money(one, 'vIBSMonoReten'),
        cbsRetained: money(one, 'vCBSMonoReten'),
      })),
    },
    issqn: optional(child(total, 'ISSQNtot'), (one) => ({ services: money(one, 'vServ'), base: money(one, 'vBC'), value: money(one, 'vISS') })),
    is: moneyOrNull(total, 'ISTot/vIS'),
    grandTotal: moneyOrNull(total, 'vNFTot'),
  }
}

const billingOf = (group: Element | null): ReadNota['billing'] => ({
  number: textOf(group, 'fat/nFat'),
  original: moneyOrNull(group, 'fat/vOrig'),
  discount: moneyOrNull(group, 'fat/vDesc'),
  net: moneyOrNull(group, 'fat/vLiq'),
  instalments: all(group, 'dup').map((one) => ({ number: textOf(one, 'nDup'), due: textOf(one, 'dVenc'), amount: money(one, 'vDup') })),
})

const transportOf = (group: Element | null): ReadTransport => ({
  freightBy: numberOf(group, 'modFrete') ?? 9,
  carrier: optional(child(group, 'transporta'), (one) => ({
    document: documentOf(one),
    name: textOf(one, 'xNome'),
    ie: textOf(one, 'IE'),
    address: textOf(one, 'xEnder'),
    city: textOf(one, 'xMun'),
    state: textOf(one, 'UF'),
  })),
  vehicle: optional(child(group, 'veicTransp'), (one) => ({ plate: text(one, 'placa'), state: textOf(one, 'UF'), rntc: textOf(one, 'RNTC') })),
  volumes: all(group, 'vol').map((one) => ({
    quantity: textOf(one, 'qVol'),
    kind: textOf(one, 'esp'),
    brand: textOf(one, 'marca'),
    numbering: textOf(one, 'nVol'),
    netKg: textOf(one, 'pesoL'),
    grossKg: textOf(one, 'pesoB'),
  })),
})

function eventOf(event: Element, answer: Element | null): ReadEvent {
  const info = need(event, 'infEvento')
  const detail = need(info, 'detEvento')
  const said = child(answer, 'infEvento')
  return {
    kind: 'event',
    key: keyIn(text(info, 'chNFe'), ''),
    environment: environmentOf(info),
    type: text(info, 'tpEvento'),
    description: textOf(detail, 'descEvento'),
    sequence: whole(info, 'nSeqEvento'),
    at: text(info, 'dhEvento'),
    document: documentOf(info),
    text: textOf(detail, 'xJust') ?? textOf(detail, 'xCorrecao'),
    cancelled: textOf(detail, 'nProt'),
    answer: said && {
      code: text(said, 'cStat'),
      reason: text(said, 'xMotivo'),
      protocol: textOf(said, 'nProt'),
      registeredAt: textOf(said, 'dhRegEvento'),
    },
  }
}

/** resEvento: the notice of an event, without its content. */
function lightEventOf(root: Element): ReadEvent {
  return {
    kind: 'event',
    key: keyIn(text(root, 'chNFe'), ''),
    environment: null,
    type: text(root, 'tpEvento'),
    description: textOf(root, 'xEvento'),
    sequence: whole(root, 'nSeqEvento'),
    at: text(root, 'dhEvento'),
    document: documentOf(root),
    text: null,
    cancelled: null,
    answer: { code: '135', reason: textOf(root, 'xEvento') ?? '', protocol: textOf(root, 'nProt'), registeredAt: textOf(root, 'dhRecbto') },
  }
}

const summaryOf = (root: Element): ReadSummary => ({
  kind: 'summary',
  key: keyIn(text(root, 'chNFe'), ''),
  issuer: { document: documentOf(root), name: textOf(root, 'xNome'), ie: textOf(root, 'IE') },
  issuedAt: text(root, 'dhEmi'),
  direction: textOf(root, 'tpNF') === '0' ? 0 : 1,
  total: centavos(text(root, 'vNF'), 'vNF'),
  digest: textOf(root, 'digVal'),
  protocol: textOf(root, 'nProt'),
  receivedAt: textOf(root, 'dhRecbto'),
  situation: whole(root, 'cSitNFe'),
})

function need(element: Element, path: string): Element {
  const found = child(element, path)
  if (!found) throw unreadable(`O XML não é de uma nota inteira: falta ${path} em ${element.name}`)
  return found
}

function text(element: Element, path: string): string {
  const found = textOf(element, path)
  if (!found) throw unreadable(`O XML não é de uma nota inteira: falta ${path} em ${element.name}`)
  return found
}

function keyIn(id: string | undefined, before: string): string {
  const key = id?.startsWith(before) ? id.slice(before.length) : ''
  if (!/^\d{6}[0-9A-Z]{12}\d{26}$/.test(key)) throw unreadable(`A chave de acesso é inválida: ${(id ?? 'ausente').slice(0, 60)}`)
  if (before === '' && !isAccessKey(key)) throw unreadable(`O dígito verificador da chave ${key} não confere`)
  return key
}

const optional = <T>(element: Element | null, read: (element: Element) => T): T | null => (element ? read(element) : null)
const documentOf = (party: Element) => textOf(party, 'CNPJ') ?? textOf(party, 'CPF') ?? textOf(party, 'idEstrangeiro') ?? null
const environmentOf = (element: Element) => (textOf(element, 'tpAmb') === '2' ? 'homologation' : 'production')
const gtinOf = (prod: Element, name: string) => optionalGtin(textOf(prod, name))
const optionalGtin = (gtin: string | null) => (gtin && /^\d{8,14}$/.test(gtin) ? gtin : null)

function whole(element: Element, path: string): number {
  const found = text(element, path)
  if (!/^\d{1,9}$/.test(found)) throw unreadable(`${path} não é um número inteiro: ${found.slice(0, 40)}`)
  return Number(found)
}

const numberOf = (element: Element | null, path: string) => (textOf(element, path) ? whole(element as Element, path) : null)

function decimal(element: Element, path: string): string {
  const found = text(element, path)
  if (!/^\d{1,15}(\.\d{1,10})?$/.test(found)) throw unreadable(`${path} não é um número: ${found.slice(0, 40)}`)
  return found
}

const money = (element: Element | null, path: string) => moneyOrNull(element, path) ?? 0

function moneyOrNull(element: Element | null, path: string): number | null {
  const found = textOf(element, path)
  return found ? centavos(found, path) : null
}

function centavos(amount: string, path: string): number {
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(amount)
  if (!match) throw unreadable(`${path} não é um valor em reais: ${amount.slice(0, 40)}`)
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}
