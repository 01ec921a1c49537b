import type { Layout, Proof } from './fixed.ts'

interface BankLayout {
  proof: Proof
  fields: Layout
}

/** CNAB 240 collection return. Positions of FEBRABAN; banks that differ are named by code, and only what differs is there. */
const segmentT = {
  occurrence: [16, 17],
  nossoNumero: [38, 57],
  document: [59, 73],
  due: [74, 81],
  value: [82, 96],
  tariff: [199, 213],
  reasons: [214, 223],
} as const satisfies Layout

export const segmentU = {
  interest: [18, 32],
  discount: [33, 47],
  rebate: [48, 62],
  iof: [63, 77],
  paid: [78, 92],
  net: [93, 107],
  date: [138, 145],
  credit: [146, 153],
} as const satisfies Layout

const segmentTOf: Record<string, BankLayout> = {
  '033': {
    proof: 'documentation',
    fields: { nossoNumero: [41, 53], document: [55, 69], due: [70, 77], value: [78, 92], tariff: [194, 208], reasons: [209, 218] },
  },
}

/** CNAB 400 collection return. */
const detail400 = {
  nossoNumero: [63, 70],
  occurrence: [109, 110],
  date: [111, 116],
  document: [117, 126],
  due: [147, 152],
  value: [153, 165],
  tariff: [176, 188],
  rebate: [228, 240],
  discount: [241, 253],
  paid: [254, 266],
  interest: [267, 279],
  credit: [296, 301],
  sequence: [395, 400],
} as const satisfies Layout

const detail400Of: Record<string, BankLayout> = {
  // the credit day stands where others have the tariff, which is shorter
  '001': { proof: 'documentation', fields: { nossoNumero: [64, 80], credit: [176, 181], tariff: [182, 188] } },
  '136': { proof: 'documentation', fields: { nossoNumero: [46, 62], credit: [176, 181], tariff: [182, 188] } },
  '237': { proof: 'documentation', fields: { nossoNumero: [71, 82] } },
  '748': { proof: 'documentation', fields: { nossoNumero: [48, 62], credit: [329, 336] } },
}

export const segmentTFor = (bank: string): typeof segmentT => ({ ...segmentT, ...segmentTOf[bank]?.fields })
export const detail400For = (bank: string): typeof detail400 => ({ ...detail400, ...detail400Of[bank]?.fields })

/** Whether a file of this bank was ever read right with its layout. */
export const proofOf = (format: 'cnab240' | 'cnab400', bank: string): Proof => (format === 'cnab240' ? segmentTOf : detail400Of)[bank]?.proof ?? 'files'

/** Occurrences of a collection return, the same numbers in FEBRABAN's 240 and in the 400 of most banks. */
export const occurrenceWords: Record<string, string> = {
  '02': 'Entrada confirmada',
  '03': 'Entrada rejeitada',
  '05': 'Liquidação sem registro',
  '06': 'Liquidação',
  '07': 'Liquidação parcial',
  '08': 'Liquidação por saldo',
  '09': 'Baixa',
  '10': 'Baixa a pedido',
  '11': 'Título em carteira',
  '12': 'Abatimento concedido',
  '13': 'Abatimento cancelado',
  '14': 'Vencimento alterado',
  '15': 'Liquidação em cartório',
  '17': 'Liquidação após baixa',
  '19': 'Protesto recebido',
  '23': 'Remessa a cartório',
  '25': 'Protestado e baixado',
  '28': 'Débito de tarifas',
}
export const paidOccurrences = ['05', '06', '07', '08', '15', '17']
export const writtenOff = ['03', '09', '10', '25']

/** CNAB 240 account statement (extrato para conciliação, segment E). By FEBRABAN's documentation only. */
export const statement240 = {
  header: { bank: [1, 3], branch: [53, 57], account: [59, 70], digit: [71, 71], day: [143, 150], balance: [151, 168], side: [169, 169], currency: [171, 173] },
  entry: {
    nature: [109, 111],
    complement: [114, 133],
    posted: [143, 150],
    value: [151, 168],
    side: [169, 169],
    category: [170, 172],
    code: [173, 176],
    memo: [177, 201],
    document: [202, 240],
  },
  trailer: { day: [143, 150], balance: [151, 168], side: [169, 169], count: [171, 176], debits: [177, 194], credits: [195, 212] },
} as const

/**
 * CNAB 240 payments, FEBRABAN: what our remittance writes and the bank returns. By documentation only. Every numeric field is here, also those that we
 * never fill: they go out as zeros.
 */
export const payment240 = {
  fileHeader: {
    bank: [1, 3, 'num'],
    lot: [4, 7, 'num'],
    type: [8, 8, 'num'],
    taxKind: [18, 18, 'num'],
    taxId: [19, 32, 'num'],
    agreement: [33, 52],
    branch: [53, 57, 'num'],
    branchDigit: [58, 58],
    account: [59, 70, 'num'],
    accountDigit: [71, 71],
    checkDigit: [72, 72],
    company: [73, 102],
    bankName: [103, 132],
    direction: [143, 143, 'num'],
    day: [144, 151, 'num'],
    time: [152, 157, 'num'],
    sequence: [158, 163, 'num'],
    version: [164, 166, 'num'],
    density: [167, 171, 'num'],
  },
  lotHeader: {
    bank: [1, 3, 'num'],
    lot: [4, 7, 'num'],
    type: [8, 8, 'num'],
    operation: [9, 9],
    service: [10, 11, 'num'],
    form: [12, 13, 'num'],
    version: [14, 16, 'num'],
    taxKind: [18, 18, 'num'],
    taxId: [19, 32, 'num'],
    agreement: [33, 52],
    branch: [53, 57, 'num'],
    branchDigit: [58, 58],
    account: [59, 70, 'num'],
    accountDigit: [71, 71],
    checkDigit: [72, 72],
    company: [73, 102],
    street: [143, 172],
    number: [173, 177, 'num'],
    city: [193, 212],
    zip: [213, 220, 'num'],
    state: [221, 222],
    debitFrom: [223, 224, 'num'],
  },
  A: {
    segment: [14, 14],
    movement: [15, 15, 'num'],
    instruction: [16, 17, 'num'],
    clearing: [18, 20, 'num'],
    payeeBank: [21, 23, 'num'],
    branch: [24, 28, 'num'],
    branchDigit: [29, 29],
    account: [30, 41, 'num'],
    accountDigit: [42, 42],
    name: [44, 73],
    id: [74, 93],
    day: [94, 101, 'num'],
    currency: [102, 104],
    currencyAmount: [105, 119, 'num'],
    value: [120, 134, 'num'],
    bankId: [135, 154],
    paidDay: [155, 162, 'num'],
    paidValue: [163, 177, 'num'],
    purpose: [220, 224],
    accountKind: [225, 226],
    notice: [230, 230, 'num'],
    occurrences: [231, 240],
  },
  /** Of a Pix: positions 33 to 226 are free text, the last of it the key. */
  B: {
    segment: [14, 14],
    pixKind: [15, 17],
    taxKind: [18, 18, 'num'],
    taxId: [19, 32, 'num'],
    pixTxid: [33, 67],
    pixKey: [128, 226],
    unit: [227, 232, 'num'],
    ispb: [233, 240, 'num'],
  },
  /** Of a transfer: where the payee lives, and the document that is paid. */
  BofTransfer: {
    segment: [14, 14],
    taxKind: [18, 18, 'num'],
    taxId: [19, 32, 'num'],
    street: [33, 62],
    number: [63, 67, 'num'],
    zip: [118, 122, 'num'],
    due: [128, 135, 'num'],
    nominal: [136, 150, 'num'],
    rebate: [151, 165, 'num'],
    discount: [166, 180, 'num'],
    interest: [181, 195, 'num'],
    fine: [196, 210, 'num'],
    document: [211, 225],
    notice: [226, 226, 'num'],
    unit: [227, 232, 'num'],
    ispb: [233, 240, 'num'],
  },
  J: {
    segment: [14, 14],
    movement: [15, 15, 'num'],
    instruction: [16, 17, 'num'],
    barcode: [18, 61, 'num'],
    name: [62, 91],
    due: [92, 99, 'num'],
    nominal: [100, 114, 'num'],
    discount: [115, 129, 'num'],
    surcharge: [130, 144, 'num'],
    day: [145, 152, 'num'],
    value: [153, 167, 'num'],
    currencyAmount: [168, 182, 'num'],
    id: [183, 202],
    bankId: [203, 222],
    currency: [223, 224, 'num'],
    occurrences: [231, 240],
  },
  J52: {
    segment: [14, 14],
    instruction: [16, 17, 'num'],
    kind: [18, 19, 'num'],
    payerKind: [20, 20, 'num'],
    payerTaxId: [21, 35, 'num'],
    payer: [36, 75],
    payeeKind: [76, 76, 'num'],
    payeeTaxId: [77, 91, 'num'],
    payee: [92, 131],
    drawerKind: [132, 132, 'num'],
    drawerTaxId: [133, 147, 'num'],
    drawer: [148, 187],
  },
  O: {
    segment: [14, 14],
    movement: [15, 15, 'num'],
    instruction: [16, 17, 'num'],
    barcode: [18, 61],
    name: [62, 91],
    due: [92, 99, 'num'],
    day: [100, 107, 'num'],
    value: [108, 122, 'num'],
    id: [123, 142],
    bankId: [143, 162],
    occurrences: [231, 240],
  },
  lotTrailer: {
    bank: [1, 3, 'num'],
    lot: [4, 7, 'num'],
    type: [8, 8, 'num'],
    records: [18, 23, 'num'],
    sum: [24, 41, 'num'],
    currencyAmount: [42, 59, 'num'],
    debitNotice: [60, 65, 'num'],
  },
  fileTrailer: {
    bank: [1, 3, 'num'],
    lot: [4, 7, 'num'],
    type: [8, 8, 'num'],
    lots: [18, 23, 'num'],
    records: [24, 29, 'num'],
    accounts: [30, 35, 'num'],
  },
} as const satisfies Record<string, Layout>
