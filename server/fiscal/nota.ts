/**
 * A nota (NF-e, model 55, layout 4.00 with the groups of 2026) as plain values: what `assess` fills, `faultsOf` checks and `notaXml` writes.
 * Codes of the layout keep their numbers, with their meaning beside them; the tag's own name stands in parentheses.
 * Absent is null or an empty list, never undefined: a nota is stored as JSON and read back the same.
 */

/** Money in centavos, a safe integer. */
export type Centavos = number
/** A percentage as plain decimal text with up to 4 decimals: '18', '0.1', '12.00'. */
export type Rate = string
/** Plain decimal text: a quantity has up to 4 decimals, a unit price (in reais) up to 10. */
export type Decimal = string
/** 44 digits and, in the issuer's CNPJ, capital letters. */
export type AccessKey = string

export const states = [
  'AC',
  'AL',
  'AM',
  'AP',
  'BA',
  'CE',
  'DF',
  'ES',
  'GO',
  'MA',
  'MG',
  'MS',
  'MT',
  'PA',
  'PB',
  'PE',
  'PI',
  'PR',
  'RJ',
  'RN',
  'RO',
  'RR',
  'RS',
  'SC',
  'SE',
  'SP',
  'TO',
] as const
export type StateCode = (typeof states)[number]

/** IBGE's two digits of each state (cUF), the first two of each of its municipalities' codes. */
export const ibgeOfState: Record<StateCode, string> = {
  RO: '11',
  AC: '12',
  AM: '13',
  RR: '14',
  PA: '15',
  AP: '16',
  TO: '17',
  MA: '21',
  PI: '22',
  CE: '23',
  RN: '24',
  PB: '25',
  PE: '26',
  AL: '27',
  SE: '28',
  BA: '29',
  MG: '31',
  ES: '32',
  RJ: '33',
  SP: '35',
  PR: '41',
  SC: '42',
  RS: '43',
  MS: '50',
  MT: '51',
  GO: '52',
  DF: '53',
}

export type Address = {
  street: string
  /** 'S/N' where there is none. */
  number: string
  complement: string | null
  district: string
  /** IBGE's seven digits. */
  municipality: { code: string; name: string }
  state: StateCode
  /** Eight digits, no mask. */
  cep: string
  /** 6 to 14 digits with area code, no mask. */
  phone: string | null
}

export type Issuer = {
  /** CNPJ (14, alphanumeric since 2026) or CPF (11, rural producers), no mask. */
  document: string
  name: string
  tradeName: string | null
  /** Digits only, or 'ISENTO'. */
  ie: string
  /** Registration as substitute taxpayer in the recipient's state (IEST). */
  stIe: string | null
  im: string | null
  cnae: string | null
  /** 1 Simples Nacional, 2 Simples above the limit (uses CST and not CSOSN), 3 Normal, 4 MEI. */
  crt: 1 | 2 | 3 | 4
  address: Address
}

export type Recipient = {
  /** CPF or CNPJ, no mask. */
  document: string
  /** In homologation `notaXml` writes the law's literal instead. */
  name: string
  /** 1 contributor (needs `ie`), 2 contributor exempt from registration, 9 not a contributor: consumers, and companies without IE (indIEDest). */
  contributor: 1 | 2 | 9
  ie: string | null
  suframa: string | null
  email: string | null
  address: Address
}

/** Another place of pick-up (retirada) or of delivery (entrega) than the parties' own addresses. */
export type Place = { document: string; name: string | null; ie: string | null; address: Address }

export type Emission =
  /** 1 normal. */
  | { type: 1 }
  /** 4 EPEC, 5 FS-DA, 6 SVC-AN, 7 SVC-RS; `since` ISO 8601 with offset (dhCont), `reason` 15 to 256 letters (xJust). */
  | { type: 4 | 5 | 6 | 7; since: string; reason: string }

export type Transport = {
  /** 0 sender pays (CIF), 1 recipient pays (FOB), 2 third party (the marketplace's freight), 3 own vehicle of the sender, 4 own of the recipient, 9 no transport. */
  freightBy: 0 | 1 | 2 | 3 | 4 | 9
  carrier: { document: string | null; name: string; ie: string | null; address: string | null; city: string | null; state: StateCode | null } | null
  vehicle: { plate: string; state: StateCode | null; rntc: string | null } | null
  volumes: { quantity: number; kind: string | null; brand: string | null; numbering: string | null; netGrams: number | null; grossGrams: number | null }[]
}

export type Billing = {
  number: string
  original: Centavos
  discount: Centavos
  net: Centavos
  /** `due` as YYYY-MM-DD, in order; `number` '001', '002' … */
  instalments: { number: string; due: string; amount: Centavos }[]
}

export type Payment = {
  /** tPag: '01' cash, '03' credit card, '04' debit card, '15' boleto, '16' deposit, '17' dynamic PIX, '18' transfer, '20' static PIX, '90' none, '99' other (needs `description`) … */
  kind: string
  description: string | null
  /** 0 at sight, 1 later (indPag). */
  timing: 0 | 1 | null
  amount: Centavos
  /** YYYY-MM-DD. */
  paidOn: string | null
  /** `integrated`: the payment talks to the issuing program (tpIntegra 1). `brand`: tBand. */
  card: {
    integrated: boolean
    institution: string | null
    brand: string | null
    authorisation: string | null
    receiver: string | null
    terminal: string | null
  } | null
}

/** Who answers for the program (infRespTec); `csrt` where the state asks for it: the hash is computed with the key of each nota. */
export type TechnicalResponsible = { cnpj: string; contact: string; email: string; phone: string; csrt: { id: string; token: string } | null }

export type Nota = {
  environment: 'production' | 'homologation'
  /** 0 entry (entrada), 1 exit (saída) (tpNF). */
  direction: 0 | 1
  /** 1 normal, 2 complementary, 3 adjustment, 4 return, 5 credit nota, 6 debit nota (finNFe). */
  purpose: 1 | 2 | 3 | 4 | 5 | 6
  /** '01' to '08' with purpose 6, else null (tpNFDebito). */
  debitKind: string | null
  /** '01' to '06' with purpose 5, else null (tpNFCredito); '03' is refused or not found. */
  creditKind: string | null
  /** 0 to 889 for a CNPJ, 920 to 969 for a CPF. */
  series: number
  /** 1 to 999999999. */
  number: number
  /** Eight random digits from `randomNumericCode`, kept for the life of the nota's row so that its key never changes (cNF). */
  numericCode: string
  /** ISO 8601 with offset, whole seconds: 2026-11-21T10:00:00-03:00 (dhEmi). */
  issuedAt: string
  /** When the goods leave or enter, same form (dhSaiEnt). */
  movedAt: string | null
  /** What it is, as the law's readers say: 'Venda de mercadoria' (natOp). */
  nature: string
  /** 1 same state, 2 another state, 3 abroad (idDest). */
  reach: 1 | 2 | 3
  finalConsumer: boolean
  /** 0 not applicable, 1 in person, 2 internet, 3 telephone, 4 NFC-e delivered, 5 in person outside, 9 other remote (indPres). */
  presence: 0 | 1 | 2 | 3 | 4 | 5 | 9
  /** 0 none, 1 portrait, 2 landscape, 3 simplified (the label) (tpImp). */
  print: 0 | 1 | 2 | 3
  emission: Emission
  /** Name and version of the program (verProc). */
  program: string
  /** Keys of other notas (NFref/refNFe). Never together with items' `original` (VC02-05). */
  references: AccessKey[]
  issuer: Issuer
  /** In a return or refused entry issued by us, the consumer. */
  recipient: Recipient
  pickup: Place | null
  delivery: Place | null
  /** CPF or CNPJ of others who may download the XML (autXML), at most 10: the accountant, the carrier. */
  mayDownload: string[]
  items: NotaItem[]
  totals: NotaTotals
  transport: Transport
  billing: Billing | null
  /** At least one; kind '90' with amount 0 where nothing is paid. */
  payments: Payment[]
  change: Centavos
  /** The marketplace's CNPJ and our id there; null for our own shop. Decides indIntermed. */
  intermediary: { cnpj: string; sellerId: string } | null
  /** To the tax office (infAdFisco), to everyone (infCpl), and named pairs (obsCont). */
  additional: { fisco: string | null; complementary: string | null; fields: { name: string; text: string }[] }
  /** The buyer's purchase order (compra/xPed) and contract. */
  purchase: { order: string | null; contract: string | null } | null
  technicalResponsible: TechnicalResponsible | null
}

export type NotaItem = {
  code: string
  /** 8, 12, 13 or 14 digits; null writes SEM GTIN. */
  gtin: string | null
  name: string
  ncm: string
  cest: string | null
  /** The state's code of the fiscal benefit, or 'SEM CBENEF'. */
  cBenef: string | null
  exTipi: string | null
  cfop: string
  /** 0 national, 1 imported by us, 2 imported bought here, 3 over 40% imported content, 4 basic process, 5 up to 40%, 6 and 7 imported without peer, 8 over 70%. */
  origin: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
  unit: string
  quantity: Decimal
  unitPrice: Decimal
  /** Where taxes count in another unit (uTrib); null repeats the commercial one. */
  taxed: { gtin: string | null; unit: string; quantity: Decimal; unitPrice: Decimal } | null
  /** quantity x unitPrice, rounded (vProd). */
  gross: Centavos
  freight: Centavos
  insurance: Centavos
  discount: Centavos
  other: Centavos
  /** Whether `gross` counts in the nota's total (indTot). */
  inTotal: boolean
  /** The buyer's order and its line (xPed, nItemPed). */
  order: string | null
  orderItem: number | null
  /** Traceability: `made` and `expires` as YYYY-MM-DD. */
  lots: { number: string; quantity: Decimal; made: string; expires: string }[]
  notes: string | null
  taxes: ItemTaxes
  /** What the item adds to the nota, taxes on top included (vItem). */
  total: Centavos
  /** The item of the nota that this one returns or corrects (DFeReferenciado); `item` counts from 1. */
  original: { key: AccessKey; item: number } | null
}

export type ItemTaxes = {
  /** Approximate taxes shown to the consumer (vTotTrib, Lei 12.741). */
  approximate: Centavos | null
  icms: Icms
  ipi: Ipi | null
  pis: Contribution
  cofins: Contribution
  difal: Difal | null
  /** Null where the group is not yet asked for (Simples in 2026). */
  ibsCbs: IbsCbs | null
  /** IPI given back in a return by who does not pay IPI (impostoDevol); `rate` = share of the goods returned. */
  returnedIpi: { rate: Rate; value: Centavos } | null
}

/** CST of CRT 2 and 3, then CSOSN of CRT 1 and 4. */
export const icmsCodes = [
  '00',
  '10',
  '20',
  '30',
  '40',
  '41',
  '50',
  '51',
  '60',
  '70',
  '90',
  '101',
  '102',
  '103',
  '201',
  '202',
  '203',
  '300',
  '400',
  '500',
  '900',
] as const
export type IcmsCode = (typeof icmsCodes)[number]

/** Which parts each code carries is `icmsParts` of nota-xml.ts; a part that the code does not carry must be null. */
export type Icms = {
  code: IcmsCode
  /** `mode` modBC: 0 margin, 1 list, 2 maximum price, 3 value of the operation. `operation` and `deferral` only in 51 and 90. */
  own: {
    mode: 0 | 1 | 2 | 3
    base: Centavos
    reduction: Rate | null
    rate: Rate
    operation: Centavos | null
    deferral: { rate: Rate; value: Centavos } | null
    value: Centavos
    fcp: Portion | null
  } | null
  /** Substitution charged in this nota. `mode` modBCST: 4 margin (needs `mva`), 5 list, 6 value of the operation, 0 to 3 older lists. */
  st: { mode: 0 | 1 | 2 | 3 | 4 | 5 | 6; mva: Rate | null; reduction: Rate | null; base: Centavos; rate: Rate; value: Centavos; fcp: Portion | null } | null
  /** Substitution paid before (60, 500). */
  retained: { base: Centavos; rate: Rate; substitute: Centavos | null; value: Centavos; fcp: Portion | null } | null
  /** What ICMS would be without substitution (60, 500), where the state asks for it. */
  effective: { reduction: Rate | null; base: Centavos; rate: Rate; value: Centavos } | null
  /** Relieved ICMS (vICMSDeson) with the reason's code (motDesICMS); `deducted` subtracts it from the total. */
  relief: { value: Centavos; reason: string; deducted: boolean } | null
  /** Credit that the buyer of a Simples company may take (pCredSN). */
  credit: { rate: Rate; value: Centavos } | null
}
export type Portion = { base: Centavos; rate: Rate; value: Centavos }

/** `framework` cEnq: '999' where no other. `base`, `rate`, `value` count for CST 00, 49, 50 and 99. */
export type Ipi = { cst: string; framework: string; base: Centavos; rate: Rate; value: Centavos }
/** PIS or COFINS by percentage; CST 04 to 09 carry no value. */
export type Contribution = { cst: string; base: Centavos; rate: Rate; value: Centavos }

/** ICMS of the consumer's state (EC 87/2015). `originShare` is 0 since 2019. */
export type Difal = { base: Centavos; internal: Rate; interstate: '4' | '7' | '12'; value: Centavos; originShare: Centavos; fcp: Portion | null }

export type IbsCbs = {
  cst: string
  cClassTrib: string
  donation: boolean
  /** Null for the CSTs without amounts (400, 410 …). */
  amounts: { base: Centavos; state: IbsCbsPart; municipal: IbsCbsPart; ibs: Centavos; cbs: IbsCbsPart; regular: IbsCbsRegular | null } | null
  /** Credit that the issuer gives back (gEstornoCred). */
  reversal: { ibs: Centavos; cbs: Centavos } | null
}
export type IbsCbsPart = {
  rate: Rate
  deferral: { rate: Rate; value: Centavos } | null
  reduction: { rate: Rate; effective: Rate } | null
  value: Centavos
}
/** How it would be taxed without the suspension (gTribRegular, CST 550). */
export type IbsCbsRegular = {
  cst: string
  cClassTrib: string
  state: { rate: Rate; value: Centavos }
  municipal: { rate: Rate; value: Centavos }
  cbs: { rate: Rate; value: Centavos }
}

/** Sums of the rounded items, never a rate on a total. */
export type NotaTotals = {
  icmsBase: Centavos
  icms: Centavos
  icmsRelief: Centavos
  fcpDestination: Centavos
  icmsDestination: Centavos
  icmsOrigin: Centavos
  fcp: Centavos
  stBase: Centavos
  st: Centavos
  fcpSt: Centavos
  fcpStRetained: Centavos
  products: Centavos
  freight: Centavos
  insurance: Centavos
  discount: Centavos
  ipi: Centavos
  ipiReturned: Centavos
  pis: Centavos
  cofins: Centavos
  other: Centavos
  /** vNF. */
  total: Centavos
  approximate: Centavos | null
  /** Null when no item has the group (IBSCBSTot). */
  ibsCbs: {
    base: Centavos
    state: { deferred: Centavos; value: Centavos }
    municipal: { deferred: Centavos; value: Centavos }
    ibs: Centavos
    cbs: { deferred: Centavos; value: Centavos }
    reversal: { ibs: Centavos; cbs: Centavos } | null
  } | null
  /** vNF plus IBS and CBS where they go on top: not in 2026 (vNFTot). */
  totalWithIbsCbs: Centavos
}

/** What is wrong with a nota before it is sent, with the cure in Portuguese. `item` counts from 1; null is the nota's own. */
export type Fault = { field: string; item: number | null; message: string; code: string }
