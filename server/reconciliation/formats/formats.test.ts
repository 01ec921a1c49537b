import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultsOfFiles, hasMoneyFiles, moneyFolder, ofxOf } from '../../../test/money-files.ts'
import { readAmazonSettlement } from './amazon.ts'
import { readBankCsv } from './bank-csv.ts'
import { barcodeOf, makeBarcode, typedLine } from './boleto.ts'
import { readCamt053 } from './camt053.ts'
import { centavosOf, instantOf, occurrences, saoPauloDay } from './cells.ts'
import { csvBatches, csvRecords, csvScanner } from './csv-stream.ts'
import { detect } from './detect.ts'
import { effectOf } from './lines.ts'
import type { SettlementFile, SettlementLine } from './lines.ts'
import type { BankMapping, SettlementMapping } from './mapping.ts'
import { guessDateFormat } from './mapping.ts'
import { readMercadoPagoRelease, readMercadoPagoSettlement, streamMercadoPagoSettlement } from './mercado-pago.ts'
import { readOfx } from './ofx.ts'
import { readPagarmePayables } from './pagarme.ts'
import { readPix } from './pix.ts'
import { readMoneyFile } from './read.ts'
import { readSettlementCsv } from './settlement-csv.ts'
import { readShopeeEscrow } from './shopee.ts'

const bytesOf = (text: string) => Buffer.from(text, 'utf8')
const told = (faults: { message: string; cure: string }[]) => faults.map(({ message, cure }) => `${message} | ${cure}`).join('\n')
const file = (name: string) => readFileSync(`${moneyFolder}${name}`)

if (!hasMoneyFiles) console.warn(`Skipped: the comparison with the files of ${moneyFolder}, which is not here`)

describe.skipIf(!hasMoneyFiles)('the files of shared/money', () => {
  const results = hasMoneyFiles ? faultsOfFiles(file) : []

  test.each(results)('$name says what its manifest says', ({ faults }) => {
    expect(faults).toEqual([])
  })

  test('there are 22 of them', () => {
    expect(results).toHaveLength(22)
  })

  test('every file cut short, anywhere after its header, is refused as a whole', () => {
    const names = [
      'ofx/04-bb-saldo-fitid-vazio.ofx',
      'settlements/amazon-settlement-v2.txt',
      'settlements/mercadopago-release.csv',
      'settlements/rede-eevc.txt',
    ]
    for (const name of [
      ...names,
      'settlements/rede-eefi.txt',
      'settlements/cnab240-retorno.ret',
      'settlements/cnab400-retorno.ret',
      'settlements/shopee-escrow.json',
    ]) {
      const bytes = file(name)
      const found = detect(bytes, name)
      for (const share of [0.5, 0.6, 0.7, 0.8, 0.9]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * share))
        const read = readMoneyFile(cut, found)
        const complaints = read?.file.faults.length ?? 0
        // liberações without their total row can only be warned of when they end at a line's end
        const warned = name.includes('release') && read?.file.notices.some((words) => words.includes('linha de total'))
        expect(complaints > 0 || warned, `${name} cut at ${share}`).toBe(true)
      }
    }
  })

  test('one centavo changed in a settlement is told', () => {
    const release = file('settlements/mercadopago-release.csv').toString().replace('109.12,0.00,0.00,129.90', '109.13,0.00,0.00,129.90')
    expect(told(readMercadoPagoRelease(bytesOf(release)).faults)).toContain('mas as linhas somam')
    const amazon = file('settlements/amazon-settlement-v2.txt').toString().replace('-12.12', '-12.13')
    expect(told(readAmazonSettlement(bytesOf(amazon)).faults)).toContain('total-amount é R$ 45,71, mas as 12 linhas da liquidação somam R$ 45,70')
    const shopee = file('settlements/shopee-escrow.json').toString().replace('"commission_fee": 16.8', '"commission_fee": 16.9')
    expect(told(readShopeeEscrow(bytesOf(shopee)).faults)).toContain('escrow_amount é R$ 83,20')
  })

  test('a key that a spreadsheet damaged is told with its row; PACK_ID is never looked at', () => {
    const text = file('settlements/mercadopago-settlement.csv').toString()
    expect(readMercadoPagoSettlement(bytesOf(text)).faults).toEqual([])
    const damaged = readMercadoPagoSettlement(bytesOf(text.replaceAll('9000000003', '9,00E+09')))
    expect(damaged.faults[0]).toMatchObject({ row: 7, column: 'SOURCE_ID' })
    expect(damaged.faults[0]?.cure).toContain('sem abrir no Excel')
  })

  test('columns in another order, with the other separator, in quotes and without most of them say the same', () => {
    const text = file('settlements/mercadopago-settlement.csv').toString()
    const rows = text
      .trim()
      .split('\r\n')
      .map((row) => row.split(';'))
    const header = rows[0] ?? []
    const kept = [
      'SOURCE_ID',
      'ORDER_ID',
      'SETTLEMENT_NET_AMOUNT',
      'TRANSACTION_TYPE',
      'TRANSACTION_DATE',
      'TRANSACTION_AMOUNT',
      'MKP_FEE_AMOUNT',
      'FINANCING_FEE_AMOUNT',
      'SHIPPING_FEE_AMOUNT',
      'TAXES_AMOUNT',
      'MONEY_RELEASE_DATE',
      'EXTERNAL_REFERENCE',
      'INSTALLMENTS',
      'INSTALLMENT_NUMBER',
      'INSTALLMENT_NET_AMOUNT',
    ]
    const turned = rows.map((row) => kept.map((name) => `"${row[header.indexOf(name)] ?? ''}"`).join(',')).join('\n')
    const facts = ({ lines }: SettlementFile) => lines.map(({ raw: _raw, ...line }) => line)
    expect(facts(readMercadoPagoSettlement(bytesOf(turned)))).toEqual(facts(readMercadoPagoSettlement(bytesOf(text))))
  })

  test('a file of another bank or account is refused', () => {
    const bytes = file('ofx/01-bradesco-virgula-dtserver-zero.ofx')
    expect(readOfx(bytes, { bank: '237', account: '1234-5' }).faults).toEqual([])
    expect(readOfx(bytes, { bank: '0237', account: '12345' }).faults).toEqual([])
    expect(told(readOfx(bytes, { bank: '341' }).faults)).toContain('O arquivo é do banco 237')
    expect(told(readOfx(bytes, { account: '99999-0' }).faults)).toContain('a conta escolhida é 99999-0')
  })
})

describe('amounts', () => {
  test.each([
    ['1.234,56', 123456],
    ['-530,86', -53086],
    ['000150.25', 15025],
    ['            -11,76', -1176],
    ['R$ 1.234.567,8', 123456780],
    ['(5,00)', -500],
    ['10,00 D', -1000],
    ['10,00 C', 1000],
    ['5-', -500],
    ['1.234', 123400],
    ['1,234.56', 123456],
    ['12.3400', 1234],
    ['0.600', 60],
    ['-0.00', 0],
    ['83.2', 8320],
  ])('%s is %i centavos', (text, centavos) => {
    expect(centavosOf(text)).toBe(centavos)
  })

  test.each(['', '            .  ', 'abc', '2E+15', '1.2345', '0.605', '1,23,45', '12.34.56', '--', '99999999999999999', '1.234,567'])(
    '%s is refused, never guessed',
    (text) => {
      expect(centavosOf(text)).toBeNull()
    },
  )

  test('any centavos written in any Brazilian or English way come back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_999_999_999_999, max: 9_999_999_999_999 }), fc.constantFrom('pt-BR', 'en-US', 'plain', 'comma'), (centavos, style) => {
        const reais = Math.floor(Math.abs(centavos) / 100)
        const grouped = String(reais).replaceAll(/\B(?=(\d{3})+$)/g, style === 'pt-BR' ? '.' : ',')
        const rest = String(Math.abs(centavos) % 100).padStart(2, '0')
        const text = { 'pt-BR': `${grouped},${rest}`, 'en-US': `${grouped}.${rest}`, plain: `${reais}.${rest}`, comma: `${reais},${rest}` }[style] ?? ''
        expect(centavosOf(`${centavos < 0 ? '-' : ''}${text}`)).toBe(centavos)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('instants', () => {
  test('a sale at 23:40 in Manaus time is of the next day in São Paulo', () => {
    const instant = instantOf('2026-10-01T23:40:00.000-04:00')
    expect(instant).toBe('2026-10-02T03:40:00.000Z')
    expect(saoPauloDay(instant ?? '')).toBe('2026-10-02')
  })

  test('summer time of the past is known', () => {
    expect(saoPauloDay('2019-01-15T02:30:00.000Z')).toBe('2019-01-15')
    expect(saoPauloDay('2026-01-15T02:30:00.000Z')).toBe('2026-01-14')
  })

  test.each(['2026-13-01T00:00:00Z', '2026-02-30', 'ontem', '2026-10-01T25:00:00.000-04:00', '2026-10-01T10:75:00.000-04:00'])('%s does not exist', (text) => {
    expect(instantOf(text)).toBeNull()
  })

  test('the quick way and the slow way agree', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1971-01-01'), max: new Date('2190-01-01'), noInvalidDate: true }),
        fc.integer({ min: -12, max: 12 }),
        (date, zone) => {
          const local = new Date(date.getTime() + zone * 3_600_000).toISOString().slice(0, 23)
          const text = `${local}${zone < 0 ? '-' : '+'}${String(Math.abs(zone)).padStart(2, '0')}:00`
          expect(instantOf(text)).toBe(date.toISOString())
          expect(instantOf(` ${text}`)).toBe(date.toISOString())
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('CSV', () => {
  const cell = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', 'a;b', 'x"y', '"', 'dois\nandares', 'ção – à', ' 1,50 ', '\r\n'))
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

  test('what is written by RFC 4180 is read back, cut into any chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        (table, sizes, end) => {
          // a separator must be told from the header alone
          const rows = [['coluna a', 'coluna b', 'coluna c'], ...table]
          const bytes = bytesOf(rows.map((cells) => cells.map(quoted).join(';')).join(end))
          expect(inChunks(bytes, sizes)).toEqual(rows)
          expect(csvRecords(bytes).records).toEqual(rows)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('any bytes give the same records however they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (bytes, sizes) => {
        expect(inChunks(bytes, sizes)).toEqual(csvRecords(bytes).records)
      }),
      { numRuns: 3000 },
    )
    const letters = fc.array(fc.constantFrom(...[...'a,;"\n\r'].map((letter) => letter.charCodeAt(0)), 0xe7, 0xc3, 0xa7, 0xe2, 0x80, 0x93), { maxLength: 60 })
    fc.assert(
      fc.property(letters, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1 }), (codes, sizes) => {
        const bytes = Uint8Array.from(codes)
        expect(inChunks(bytes, sizes)).toEqual(csvRecords(bytes).records)
      }),
      { numRuns: 3000 },
    )
  })

  test('rows are those of the file, with lines inside quotes and blank lines counted', () => {
    const { records, rows, raw } = csvRecords(bytesOf('a;b\r\n\r\n"x\ny";2\r\nz;3'))
    expect(records).toEqual([
      ['a', 'b'],
      ['x\ny', '2'],
      ['z', '3'],
    ])
    expect(rows).toEqual([1, 3, 5])
    expect(raw(1)).toBe('"x\ny";2')
  })

  test('a quote that never closes stops the reading with its line, not the memory', async () => {
    const scanner = csvScanner()
    function* source() {
      yield bytesOf('a;b\n1;2\n3;"aberta\n')
      for (let chunk = 0; chunk < 40; chunk++) yield Buffer.alloc(65_536, 'x')
    }
    const records: string[][] = []
    for await (const batch of csvBatches(source(), scanner)) records.push(...batch.records)
    expect(records).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
    expect(scanner.broken).toBe(3)
  })

  test('Windows-1252 and UTF-8 are told by the bytes', () => {
    expect(csvRecords(Buffer.from('descri\xe7\xe3o;valor\n\x96;1', 'latin1')).records).toEqual([
      ['descrição', 'valor'],
      ['–', '1'],
    ])
    expect(csvRecords(bytesOf('\ufeffdescrição;valor')).records).toEqual([['descrição', 'valor']])
  })

  function inChunks(bytes: Uint8Array, sizes: number[]): string[][] {
    const scanner = csvScanner()
    const records: string[][] = []
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1
      records.push(...scanner.push(bytes.subarray(at, at + size)).records)
      at += size
    }
    records.push(...scanner.end().records)
    return records
  }
})

describe('every reader', () => {
  const bank: BankMapping = { kind: 'bank', date: 'Data', dateFormat: 'dd/mm/yyyy', memo: ['Histórico'], amount: 'Valor', balance: 'Saldo' }
  const settlement: SettlementMapping = {
    kind: 'settlement',
    channel: 'magalu',
    dateFormat: 'dd/mm/yyyy',
    defaultKind: 'payment',
    order: 'Pedido',
    gross: 'Valor',
    fees: [],
  }
  const formats = [
    'ofx',
    'camt053',
    'pix',
    'cnab400',
    'mercado_pago_settlement',
    'mercado_pago_release',
    'shopee_escrow',
    'amazon_settlement',
    'rede_eevc',
    'rede_eevd',
    'rede_eefi',
    'cielo',
    'pagarme',
  ] as const
  const ways = [
    ...formats.map((format) => ({ name: format, read: (bytes: Uint8Array) => readMoneyFile(bytes, { format, kind: 'bank' }) })),
    ...(['settlement', 'bank', 'payments'] as const).map((kind) => ({
      name: `cnab240 ${kind}`,
      read: (bytes: Uint8Array) => readMoneyFile(bytes, { format: 'cnab240', kind }),
    })),
    { name: 'bank csv', read: (bytes: Uint8Array) => readMoneyFile(bytes, detect(bytes), { mapping: bank }) },
    { name: 'settlement csv', read: (bytes: Uint8Array) => readMoneyFile(bytes, detect(bytes), { mapping: settlement }) },
  ]

  test.each(ways)('$name refuses any bytes with a fault in Portuguese and never crashes', ({ read }) => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string({ maxLength: 400, unit: 'grapheme' }).map(bytesOf), fc.json().map(bytesOf)),
        (bytes) => {
          const result = read(bytes)
          expect(result).not.toBeNull()
          expect(result?.file.faults.length).toBeGreaterThan(0)
          for (const { message, cure } of result?.file.faults ?? []) expect(message.length && cure.length).toBeGreaterThan(0)
          detect(bytes, 'arquivo.txt')
        },
      ),
      { numRuns: 150 },
    )
  })

  const seeds = hasMoneyFiles
    ? [
        'ofx/04-bb-saldo-fitid-vazio.ofx',
        'ofx/14-memo-com-e-comercial.ofx',
        'settlements/mercadopago-release.csv',
        'settlements/mercadopago-settlement.csv',
        'settlements/amazon-settlement-v2.txt',
        'settlements/shopee-escrow.json',
        'settlements/rede-eevc.txt',
        'settlements/rede-eefi.txt',
        'settlements/cnab240-retorno.ret',
        'settlements/cnab400-retorno.ret',
      ]
    : []
  test.skipIf(!hasMoneyFiles)('a real file with any bytes broken is read or refused, and its lines stay whole', () => {
    const originals = seeds.map((name) => ({ bytes: file(name), found: detect(file(name)) }))
    fc.assert(
      fc.property(
        fc.nat({ max: Math.max(0, seeds.length - 1) }),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }),
        (which, changes) => {
          const { bytes, found } = originals[which] ?? originals[0]!
          const broken = Buffer.from(bytes)
          for (const [at, value] of changes) broken[at % broken.length] = value
          const read = readMoneyFile(broken, found)
          if (read?.kind === 'settlement') for (const line of read.file.lines) expectWhole(line)
          if (read?.kind === 'bank')
            for (const { lines } of read.file.statements)
              for (const line of lines) {
                expect(Number.isSafeInteger(line.amount) && line.amount !== 0).toBe(true)
                expect(line.date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
              }
          detect(broken)
        },
      ),
      { numRuns: 1500 },
    )
  })

  function expectWhole(line: SettlementLine) {
    let sum = line.gross
    for (const fee of Object.values(line.fees)) sum += fee
    expect(sum).toBe(line.net)
    expect(line.kind in effectOf).toBe(true)
    expect(line.hash).toMatch(/^[0-9a-f]{32}$/)
    for (const day of [line.paidOn, line.releaseOn, line.originalDue]) expect(day === null || /^\d{4}-\d{2}-\d{2}$/.test(day)).toBe(true)
  }
})

describe('OFX', () => {
  test('any transactions written are read back, tags closed or not, in one line or many', () => {
    const memo = fc.string({ maxLength: 30, unit: fc.constantFrom(...'abcXYZ 019&"\'/.-çÃ$\\') }).map((text) => text.replaceAll(/\s+/g, ' ').trim())
    const line = fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      amount: fc.integer({ min: -10_000_000, max: 10_000_000 }).filter((amount) => amount !== 0),
      fitid: fc.constantFrom('A1', 'A2', '0', '', 'x/9:1'),
      memo: memo.filter((text) => !/^s\s?a\s?l\s?d\s?o|^s[dl]d?o?\b/i.test(text) && !/&(#|amp|lt|gt|quot|apos|nbsp)/i.test(text)),
    })
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.boolean(),
        fc.constantFrom('', '\r\n', '\n'),
        fc.constantFrom(',', '.'),
        (lines, closed, end, decimal) => {
          const leaf = (name: string, value: string) => `<${name}>${value}${closed ? `</${name}>` : ''}${end}`
          const amount = (centavos: number) =>
            `${centavos < 0 ? '-' : ''}${Math.floor(Math.abs(centavos) / 100)}${decimal}${String(Math.abs(centavos) % 100).padStart(2, '0')}`
          const body = lines
            .map(
              (one) =>
                `<STMTTRN>${end}${leaf('DTPOSTED', `202610${String(one.day).padStart(2, '0')}233000[-03:EST]`)}${leaf('TRNAMT', amount(one.amount))}${leaf('FITID', one.fitid)}${leaf('MEMO', one.memo)}</STMTTRN>${end}`,
            )
            .join('')
          const total = lines.reduce((sum, one) => sum + one.amount, 0)
          const text = `<OFX>${end}<STMTRS><BANKACCTFROM>${leaf('BANKID', '341')}${leaf('ACCTID', '12345')}</BANKACCTFROM><BANKTRANLIST>${body}</BANKTRANLIST><LEDGERBAL>${leaf('BALAMT', amount(total))}</LEDGERBAL></STMTRS></OFX>`
          const read = readOfx(bytesOf(text))
          expect(read.faults).toEqual([])
          expect(read.statements[0]?.lines.map((one) => [Number(one.date.slice(8)), one.amount, one.fitid, one.memo])).toEqual(
            lines.map((one) => [one.day, one.amount, one.fitid, one.memo]),
          )
          const keys = read.statements[0]?.lines.map((one) => `${one.hash}/${one.occurrence}`) ?? []
          expect(new Set(keys).size).toBe(lines.length)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('twins of overlapping exports are neither dropped nor doubled, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 10 }), fc.nat({ max: 10 }), fc.nat({ max: 10 }), (days, left, right) => {
        const [from, to] = [Math.min(left, days.length), Math.max(right, 0) % (days.length + 1)]
        const text = (own: number[]) =>
          `<OFX><BANKTRANLIST>${own.map((day) => `<STMTTRN><DTPOSTED>2026100${day + 1}<TRNAMT>-42.50<FITID>A<MEMO>TARIFA</STMTTRN>`).join('')}</OFX>`
        const ordered = days.toSorted((one, other) => one - other)
        // an export covers whole days
        const [first, second] = [ordered.filter((day) => day <= (ordered[from - 1] ?? -1)), ordered.filter((day) => day >= (ordered[to] ?? 9))]
        const keys = new Set(
          [first, second, first].flatMap((own) =>
            readOfx(bytesOf(text(own))).statements.flatMap(({ lines }) => lines.map((line) => `${line.hash}/${line.occurrence}`)),
          ),
        )
        const expected = ordered.filter((day) => first.includes(day) || second.includes(day)).length
        expect(keys.size).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('what does not add up, is cut short or is no OFX has a fault with its cure', () => {
    const whole = ofxOf(20)
    expect(readOfx(whole).faults).toEqual([])
    expect(
      told(
        readOfx(
          Buffer.from(
            whole
              .toString('latin1')
              .replace('<FITID>N3', '<X>')
              .replace(/<TRNAMT>-?\d+,/, '<TRNAMT>7,'),
            'latin1',
          ),
        ).faults,
      ),
    ).toContain('mas o saldo final do arquivo é')
    expect(told(readOfx(whole.subarray(0, -40)).faults)).toContain('termina antes do fim')
    expect(told(readOfx(bytesOf('nada disso')).faults)).toContain('não é um OFX')
    expect(told(readOfx(Buffer.from(whole.toString('latin1').replace('<CURDEF>BRL', '<CURDEF>USD'))).faults)).toContain('não em reais')
    expect(told(readOfx(Buffer.from(whole.toString('latin1').replace('<DTPOSTED>20261002', '<DTPOSTED>20261399'))).faults)).toContain('não existe')
  })

  test('two accounts in one file stay two, and a card has no bank', () => {
    const one = (tag: string, account: string) =>
      `<${tag}><BANKACCTFROM><BANKID>001<ACCTID>${account}</BANKACCTFROM><BANKTRANLIST><STMTTRN><DTPOSTED>20261001<TRNAMT>1.00<FITID>1<MEMO>PIX</STMTTRN></BANKTRANLIST></${tag}>`
    const { statements } = readOfx(
      bytesOf(`<OFX>${one('STMTRS', '111')}${one('STMTRS', '222')}<CCSTMTRS><CCACCTFROM><ACCTID>cafe</CCACCTFROM></CCSTMTRS></OFX>`),
    )
    expect(statements.map(({ account, card, lines }) => [account, card, lines.length])).toEqual([
      ['1/111', false, 1],
      ['1/222', false, 1],
      ['cafe', true, 0],
    ])
  })

  test('a memo tells the end-to-end id and the tax id', () => {
    const text = '<OFX><STMTTRN><DTPOSTED>20261001<TRNAMT>1.00<FITID>1<MEMO>PIX RECEBIDO E1234567820261001103000000000001 12.345.678/0001-95</STMTTRN></OFX>'
    const [line] = readOfx(bytesOf(text.replace('E1234567820261001103000000000001', 'E12345678202610011030abcdefghijk'))).statements[0]?.lines ?? []
    expect([line?.kind, line?.endToEndId, line?.counterpart?.taxId]).toEqual(['pix', 'E12345678202610011030abcdefghijk', '12345678000195'])
  })
})

describe('CAMT.053', () => {
  const entry = (amount: string, side: string, more = '') =>
    `<Ntry><Amt Ccy="BRL">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-05</Dt></BookgDt><AcctSvcrRef>R${amount}</AcctSvcrRef>${more}</Ntry>`
  const balance = (code: string, amount: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="BRL">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-05</Dt></Dt></Bal>`
  const document = (entries: string, closing: string) =>
    `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><Othr><Id>12345-6</Id></Othr></Id><Ccy>BRL</Ccy></Acct>${balance('OPBD', '100.00')}${balance('CLBD', closing)}${entries}</Stmt></BkToCstmrStmt></Document>`
  const details =
    '<NtryDtls><TxDtls><Refs><EndToEndId>E12345678202610051030abcdefghijk</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Cliente &amp; Filhos</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>PEDIDO 77</Ustrd></RmtInf></TxDtls></NtryDtls>'

  test('entries, who paid, and opening + lines = closing', () => {
    const bytes = bytesOf(document(entry('50.10', 'CRDT', details) + entry('20.00', 'DBIT'), '130.10'))
    expect(detect(bytes)).toEqual({ format: 'camt053', kind: 'bank' })
    const read = readCamt053(bytes)
    expect(read.faults).toEqual([])
    expect(read.statements[0]?.totals).toEqual({ lines: 2, credit: 5010, debit: -2000, opening: 10000, closing: 13010 })
    expect(read.statements[0]?.lines[0]).toMatchObject({
      amount: 5010,
      date: '2026-10-05',
      kind: 'pix',
      memo: 'PEDIDO 77',
      counterpart: { name: 'Cliente & Filhos' },
    })
    expect(told(readCamt053(bytesOf(document(entry('50.10', 'CRDT'), '130.10'))).faults)).toContain('mas o saldo final do arquivo é')
  })

  test('a bomb of entities is refused', () => {
    const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;&b;">]><Document>&c;</Document>'
    expect(told(readCamt053(bytesOf(bomb)).faults)).toContain('DOCTYPE')
  })
})

describe('Pix', () => {
  const pix = (more: object = {}) => ({
    endToEndId: 'E12345678202610051030abcdefghijk',
    txid: 'pedido77',
    valor: '110.00',
    horario: '2026-10-06T02:30:00.000Z',
    infoPagador: 'pedido 77',
    ...more,
  })

  test('a Pix is a credit of its São Paulo day, a devolution done is a debit', () => {
    const devolucoes = [
      {
        id: 'a',
        rtrId: 'D12345678202610061030abcdefghijk',
        valor: '10.00',
        horario: { solicitacao: '2026-10-06T12:00:00Z', liquidacao: '2026-10-06T12:00:01Z' },
        status: 'DEVOLVIDO',
      },
      { id: 'b', valor: '5.00', horario: { solicitacao: '2026-10-06T12:00:00Z' }, status: 'EM_PROCESSAMENTO' },
    ]
    const componentesValor = { original: { valor: '100.00' }, multa: { valor: '12.00' }, desconto: { valor: '2.00' } }
    const read = readPix(bytesOf(JSON.stringify({ parametros: {}, pix: [pix({ devolucoes, componentesValor })] })))
    expect(read.faults).toEqual([])
    expect(read.statements[0]?.lines.map(({ date, amount, kind }) => [date, amount, kind])).toEqual([
      ['2026-10-05', 11000, 'pix'],
      ['2026-10-06', -1000, 'refund'],
    ])
    expect(read.notices).toHaveLength(1)
  })

  test('components that do not give the value are told', () => {
    expect(told(readPix(bytesOf(JSON.stringify({ pix: [pix({ componentesValor: { original: { valor: '100.00' } } })] }))).faults)).toContain(
      'os componentes dão R$ 100,00',
    )
  })
})

describe('Pagar.me', () => {
  const payable = (more: object) => ({
    id: 'pay_1',
    status: 'paid',
    amount: 10000,
    fee: 350,
    anticipation_fee: 0,
    fraud_coverage_fee: 0,
    installment: 2,
    charge_id: 'ch_9',
    type: 'credit',
    payment_date: '2026-11-03T00:00:00.000Z',
    original_payment_date: null,
    accrual_date: '2026-10-01T15:00:00.000Z',
    ...more,
  })

  test('paid, waiting and anticipated payables', () => {
    const read = readPagarmePayables(
      bytesOf(
        JSON.stringify({
          data: [
            payable({}),
            payable({ id: 'pay_2', status: 'waiting_funds' }),
            payable({ id: 'pay_3', status: 'prepaid', anticipation_fee: 199, original_payment_date: '2026-12-03T00:00:00.000Z' }),
          ],
        }),
      ),
    )
    expect(read.faults).toEqual([])
    expect(read.lines.map(({ lineId, kind, net, paidOn, releaseOn, originalDue }) => [lineId, kind, net, paidOn, releaseOn, originalDue])).toEqual([
      ['pay_1', 'payment', 9650, '2026-11-03', null, null],
      ['pay_2', 'instalment', 9650, null, '2026-11-03', null],
      ['pay_3', 'anticipation', 9451, '2026-11-03', null, '2026-12-03'],
    ])
  })

  test('an id longer than a float keeps every digit of the file', () => {
    const [line] = readPagarmePayables(bytesOf('[{"id":90071992547409931234,"amount":100,"fee":0,"status":"paid","type":"credit"}]')).lines
    expect(line?.lineId).toBe('90071992547409931234')
  })
})

describe('a table by its saved mapping', () => {
  const bank: BankMapping = {
    kind: 'bank',
    date: 'Data',
    dateFormat: 'dd/mm/yyyy',
    memo: ['Histórico', 'Complemento'],
    credit: 'Crédito',
    debit: 'Débito',
    balance: 'Saldo',
    document: 'Docto',
  }
  const statement =
    'Extrato da conta 1234\r\n;;\r\nData;HISTORICO;Complemento;Docto;Crédito;Débito;Saldo\r\n01/10/2026;SALDO ANTERIOR;;;;;1.000,00\r\n02/10/2026;PIX RECEBIDO;LOJA;77;250,00;;1.250,00\r\n03/10/2026;TARIFA;;78;;-12,90;1.237,10\r\n'

  test('a bank: rows before the header, two columns of amounts, the running balance', () => {
    const read = readBankCsv(bytesOf(statement), bank, '1/1234')
    expect(read.faults).toEqual([])
    expect(read.statements[0]?.lines.map(({ row, date, amount, memo }) => [row, date, amount, memo])).toEqual([
      [5, '2026-10-02', 25000, 'PIX RECEBIDO LOJA'],
      [6, '2026-10-03', -1290, 'TARIFA'],
    ])
    expect(read.statements[0]?.totals.opening).toBe(100000)
  })

  test('a missing row, a changed header, two ways of dates and a damaged number are told', () => {
    const longer = `${statement}04/10/2026;PIX RECEBIDO;;79;10,00;;1.247,10\r\n05/10/2026;PIX RECEBIDO;;80;10,00;;1.257,10\r\n`
    expect(readBankCsv(bytesOf(longer), bank).faults).toEqual([])
    expect(told(readBankCsv(bytesOf(longer.replace(/04\/10.*\r\n/, '')), bank).faults)).toContain('faltam linhas no arquivo')
    expect(told(readBankCsv(bytesOf(statement.replace('HISTORICO', 'Descrição')), bank).faults)).toContain('Faltam as colunas "Histórico"')
    const mixed = readBankCsv(bytesOf(statement.replace('03/10/2026', '2026-10-03')), bank)
    expect(mixed.faults[0]).toMatchObject({ row: 6 })
    expect(told(mixed.faults)).toContain('mistura duas formas de data')
    expect(told(readBankCsv(bytesOf(statement.replace(';77;', ';2E+15;')), bank).faults)).toContain('Uma planilha estragou')
  })

  test('a channel: words become kinds, fees get their sign, totals are skipped', () => {
    const mapping: SettlementMapping = {
      kind: 'settlement',
      channel: 'magalu',
      dateFormat: 'dd/mm/yyyy',
      kindColumn: 'Tipo',
      kinds: { Venda: 'payment', 'Estorno de venda': 'refund' },
      defaultKind: 'other',
      order: 'Pedido',
      instalment: 'Parcela',
      gross: 'Valor bruto',
      net: 'Líquido',
      fees: [{ column: 'Comissão', kind: 'commission', positive: true }],
      paidOn: 'Pago em',
      skip: ['Total'],
    }
    const text =
      'Tipo;Pedido;Parcela;Valor bruto;Comissão;Líquido;Pago em\nVenda;LU-1;1/3;100,00;16,00;84,00;05/10/2026\nESTORNO DE VENDA;LU-1;;-50,00;-8,00;-42,00;06/10/2026\nTotal;;;50,00;8,00;42,00;\n'
    const read = readSettlementCsv(bytesOf(text), mapping)
    expect(read.faults).toEqual([])
    expect(
      read.lines.map(({ kind, gross, fees, net, instalment, instalments, paidOn }) => [kind, gross, fees.commission, net, instalment, instalments, paidOn]),
    ).toEqual([
      ['payment', 10000, -1600, 8400, 1, 3, '2026-10-05'],
      ['refund', -5000, 800, -4200, null, null, '2026-10-06'],
    ])
    expect(told(readSettlementCsv(bytesOf(text.replace('84,00', '83,00')), mapping).faults)).toContain('não dá o líquido')
  })

  test('the form of dates is guessed only when every sample fits', () => {
    expect(guessDateFormat(['01/10/2026', '25/10/2026'])).toBe('dd/mm/yyyy')
    expect(guessDateFormat(['10/25/2026', '01/02/2026'])).toBe('mm/dd/yyyy')
    expect(guessDateFormat(['2026-10-01'])).toBe('yyyy-mm-dd')
    expect(guessDateFormat(['25/10/2026', '10/25/2026'])).toBeNull()
  })
})

describe('what a file is', () => {
  test.each([
    ['PK\x03\x04', 'extrato.xlsx', 'Excel'],
    ['PK\x03\x04', 'extrato.zip', 'zip'],
    ['%PDF-1.4', 'extrato.pdf', 'PDF'],
    ['<nfeProc/>', 'nota.xml', 'não é extrato'],
    ['{"a":1}', 'a.json', 'não reconhecemos'],
    ['', 'vazio.csv', 'vazio'],
    ['uma frase', 'a.txt', 'Não reconhecemos'],
  ])('%j (%s) is refused with its cure', (text, name, words) => {
    const found = detect(Buffer.from(text, 'latin1'), name)
    expect(found.format).toBeNull()
    expect(JSON.stringify(found)).toContain(words)
  })

  test('an unknown table gives its columns and a sample, for a person to link', () => {
    const found = detect(bytesOf('Extrato\nData;Valor;Texto\n01/10/2026;1,00;a\n02/10/2026;2,00;b\n'))
    expect(found).toMatchObject({ format: 'csv', separator: ';', columns: ['Data', 'Valor', 'Texto'] })
  })
})

describe('a stream', () => {
  test.skipIf(!hasMoneyFiles)('gives the lines of the file in memory, however it is cut', async () => {
    const bytes = file('settlements/mercadopago-settlement.csv')
    const whole = readMercadoPagoSettlement(bytes)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), async (size) => {
        function* source() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        }
        const stream = streamMercadoPagoSettlement(source())
        const lines: SettlementLine[] = []
        for await (const batch of stream) lines.push(...batch)
        expect(lines).toEqual(whole.lines)
        expect([stream.totals, stream.faults]).toEqual([whole.totals, whole.faults])
      }),
      { numRuns: 60 },
    )
  })

  test('occurrences are counted right through the growth of the table', () => {
    const count = occurrences()
    const text = (number: number) => number.toString(16).padStart(8, '0').repeat(2)
    for (let number = 0; number < 5000; number++) expect(count(text(number * 7919))).toBe(1)
    for (let number = 0; number < 5000; number++) expect(count(text(number * 7919))).toBe(2)
  })
})

describe('boletos', () => {
  test('the typed line and the barcode say the same, and one wrong digit is told', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999_999_999 }),
        fc.stringMatching(/^\d{25}$/),
        fc.constantFrom('001', '237', '341', '033', '521'),
        fc.nat({ max: 46 }),
        (centavos, free, bank, at) => {
          const barcode = makeBarcode(bank, '1234', centavos, free)
          const typed = typedLine(barcode)
          expect(barcodeOf(barcode)).toEqual({ barcode })
          expect(barcodeOf(typed)).toEqual({ barcode })
          const wrong = typed.slice(0, at) + ((Number(typed.charAt(at)) + 1) % 10) + typed.slice(at + 1)
          if (!(at >= 33 && 'barcode' in barcodeOf(wrong))) expect('fault' in barcodeOf(wrong)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
    // published example of Banco do Brasil
    expect(barcodeOf('00190.50095 40144.816069 06809.350314 3 37370000000100')).toEqual({ barcode: '00193373700000001000500940144816060680935031' })
  })
})
