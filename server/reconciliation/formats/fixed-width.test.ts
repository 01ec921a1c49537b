import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeBarcode, typedLine } from './boleto.ts'
import { collectionLine, makeCollection } from './collection-bill.ts'
import { cieloLayout, readCielo } from './cielo.ts'
import { payment240, statement240 } from './cnab-layouts.ts'
import { readCollection240, readCollection400 } from './cnab-return.ts'
import { readStatement240 } from './cnab-statement.ts'
import { detect } from './detect.ts'
import type { Layout } from './fixed.ts'
import { readPayments240 } from './payment-return.ts'
import { readRedeEefi, readRedeEevc, readRedeEevd } from './rede.ts'
import { eefi, eevc } from './rede-layout.ts'
import { writeRemittance } from './remittance.ts'
import type { Payer, Payment } from './remittance.ts'

const bytesOf = (...lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')

/** A line with fields put where a layout says; the rest is `start` and blanks. */
function line<L extends Layout>(width: number, layout: L, start: string, fields: Partial<Record<keyof L, string>>): string {
  const letters = start.padEnd(width).split('')
  for (const [name, text] of Object.entries(fields) as [string, string][]) {
    const [first, last] = layout[name]!
    expect(text.length, name).toBeLessThanOrEqual(last - first + 1)
    for (let at = 0; at < text.length; at++) letters[first - 1 + at] = text.charAt(at)
  }
  return letters.join('')
}

const payer: Payer = {
  bank: '341',
  bankName: 'Banco Fictício',
  taxId: '11222333000181',
  name: 'Loja Exemplo Ltda',
  agreement: 'CONV01',
  branch: '1234',
  account: '56789',
  accountDigit: '0',
}
const transfer: Payment = {
  id: 'PAG1',
  amount: 123456,
  payOn: '2026-11-23',
  payee: { name: 'João & Irmãos', taxId: '52998224725' },
  how: { kind: 'transfer', bank: '237', branch: '77', account: '8899', accountDigit: 'X' },
}

describe('a payment remittance', () => {
  const barcode = makeBarcode('237', '1100', 50_000, '1234567890123456789012345')
  const boleto: Payment = {
    id: 'PAG2',
    amount: 50_250,
    payOn: '2026-11-24',
    payee: { name: 'Fornecedor', taxId: '12ABC34501DE35' },
    how: { kind: 'boleto', code: typedLine(barcode), dueOn: '2026-11-20', nominal: 50_000, discount: 0, surcharge: 250 },
  }
  const pix: Payment = {
    id: 'PAG3',
    amount: 1,
    payOn: '2026-11-23',
    payee: { name: 'Maria', taxId: '52998224725' },
    how: { kind: 'pix', key: 'maria@exemplo.com.br', keyKind: 'email' },
  }
  const write = (payments: Payment[], own: Partial<Payer> = {}) =>
    writeRemittance({ sequence: 7, at: '2026-11-21T09:30:00', payer: { ...payer, ...own }, payments })

  test('has lines of 240, one lot for each form, and the sums of the trailers', () => {
    const { bytes } = write([transfer, boleto, pix])
    const lines = bytes?.toString('latin1').slice(0, -2).split('\r\n') ?? []
    expect(lines.every((one) => one.length === 240)).toBe(true)
    expect(lines.map((one) => one.slice(3, 8) + (one.charAt(7) === '3' ? one.charAt(13) : ''))).toEqual([
      '00000',
      '00011',
      '00013A',
      '00013B',
      '00015',
      '00021',
      '00023J',
      '00023J',
      '00025',
      '00031',
      '00033A',
      '00033B',
      '00035',
      '99999',
    ])
    expect(lines.filter((one) => one.charAt(7) === '1').map((one) => one.slice(11, 13))).toEqual(['41', '31', '45'])
    expect(lines[4]?.slice(17, 41)).toBe('000004000000000000123456')
    expect(lines.at(-1)?.slice(17, 29)).toBe('000003000014')
    expect(detect(bytes ?? new Uint8Array())).toEqual({ format: 'cnab240', kind: 'payments' })
  })

  test('has a digit in every numeric position, whatever is paid', () => {
    const own = makeBarcode('341', '1100', 50_000, '1234567890123456789012345')
    const light = makeCollection('3', '6', 31_877, '00481001809756573100158963608')
    const salary = { ...transfer, salary: true }
    const ways: Omit<Payment, 'id'>[] = [
      transfer,
      salary,
      { ...transfer, how: { kind: 'transfer', bank: '341', branch: '1', account: '2', accountDigit: '3' } },
      { ...transfer, how: { kind: 'transfer', bank: '341', branch: '1', account: '2', accountDigit: '3', savings: true } },
      pix,
      { ...pix, salary: true },
      { ...boleto, payee: transfer.payee },
      { ...boleto, payee: transfer.payee, how: { kind: 'boleto', code: own, dueOn: '2026-11-20', nominal: 50_000, discount: 0, surcharge: 250 } },
      { ...transfer, amount: 31_877, how: { kind: 'bill', code: light, dueOn: '2026-11-25' } },
    ]
    const { bytes, faults } = write(ways.map((one, at) => ({ ...one, id: `P${at}` })))
    expect(faults).toEqual([])
    const lines = bytes?.toString('latin1').slice(0, -2).split('\r\n') ?? []
    // FEBRABAN's columns "Num", record by record; a Pix has free text where a transfer has the payee's street and the document
    const numeric: Record<string, string> = {
      '0': '1-8 18-32 53-57 59-70 143-171',
      '1': '1-8 10-16 18-32 53-57 59-70 173-177 213-220 223-224',
      A: '1-13 15-28 30-41 94-101 105-134 155-177 230-230',
      Btransfer: '1-13 18-32 63-67 118-122 128-210 226-240',
      Bpix: '1-13 18-32 227-240',
      J: '1-13 15-61 92-182 223-224',
      J52: '1-13 16-35 76-91 132-147',
      O: '1-13 15-17 92-122',
      '5': '1-8 18-65',
      '9': '1-8 18-35',
    }
    const seen = new Set<string>()
    let form = ''
    const wrong = lines.flatMap((one, row) => {
      const type = one.charAt(7)
      if (type === '1') form = one.slice(11, 13)
      const segment = one.charAt(13)
      const name = type !== '3' ? type : segment === 'B' ? (form === '45' ? 'Bpix' : 'Btransfer') : segment === 'J' && one.charAt(14) === ' ' ? 'J52' : segment
      seen.add(name)
      return numeric[name]!.split(' ')
        .filter((range) => {
          const [first = 0, last = 0] = range.split('-').map(Number)
          return !/^\d+$/.test(one.slice(first - 1, last))
        })
        .map((range) => `line ${row + 1} ${name} ${range}`)
    })
    expect(wrong).toEqual([])
    expect([...seen].toSorted()).toEqual(Object.keys(numeric).toSorted())
    // salaries are a service of their own; what is text stays blank
    const heads = lines.filter((one) => one.charAt(7) === '1').map((one) => one.slice(9, 13))
    expect(heads).toEqual(['2041', '3041', '2001', '2005', '2045', '3045', '2031', '2030', '2211'])
    expect(lines.find((one) => one.slice(13, 14) === 'B' && one.charAt(7) === '3')?.slice(210, 225)).toBe(' '.repeat(15))
    expect(
      lines
        .filter((one) => one.charAt(7) === '3' && one.charAt(13) === 'A')
        .slice(0, 2)
        .map((one) => one.slice(219, 224)),
    ).toEqual(['00005', '00004'])
  })

  test('says what is wrong instead of writing half a file', () => {
    const messages = (payments: Payment[], own: Partial<Payer> = {}) =>
      write(payments, own)
        .faults.map(({ message }) => message)
        .join('\n')
    expect(messages([])).toContain('Não há pagamentos')
    expect(messages([transfer, transfer])).toContain('se repete')
    expect(messages([{ ...transfer, amount: 0 }])).toContain('não pode ser pago')
    expect(messages([{ ...transfer, payOn: '2026-02-30' }])).toContain('data de pagamento não existe')
    expect(messages([{ ...transfer, payee: { name: 'x', taxId: '123' } }])).toContain('CPF ou CNPJ')
    expect(messages([{ ...boleto, amount: 50_000 }])).toContain('valor do título menos desconto mais juros')
    expect(
      messages([
        { ...boleto, how: { kind: 'boleto', code: typedLine(barcode).replace(/^./, '9'), dueOn: '2026-11-20', nominal: 50_000, discount: 0, surcharge: 250 } },
      ]),
    ).toContain('linha digitável está errado')
    expect(
      messages([{ ...boleto, amount: 40_250, how: { kind: 'boleto', code: barcode, dueOn: '2026-11-20', nominal: 40_000, discount: 0, surcharge: 250 } }]),
    ).toContain('o boleto é de R$ 500,00')
    expect(messages([{ ...pix, how: { kind: 'pix', key: '11999990000', keyKind: 'phone' } }])).toContain('chave Pix')
    expect(messages([transfer], { agreement: '' })).toContain('convênio')
  })

  test('is read back whole, whatever is paid', () => {
    const payee = fc.record({
      name: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((name) => name.trim() !== ''),
      taxId: fc.constantFrom('52998224725', '11222333000181', '12ABC34501DE35'),
    })
    const day = fc.integer({ min: 1, max: 28 }).map((number) => `2026-12-${String(number).padStart(2, '0')}`)
    const amount = fc.integer({ min: 1, max: 9_999_999_999 })
    const how = fc.oneof(
      fc.record({
        kind: fc.constant('transfer' as const),
        bank: fc.constantFrom('341', '001', '260'),
        branch: fc.stringMatching(/^\d{1,5}$/),
        account: fc.stringMatching(/^\d{1,12}$/),
        accountDigit: fc.constantFrom('0', 'X', '9'),
        savings: fc.boolean(),
      }),
      fc.constantFrom(
        { kind: 'pix' as const, key: '+5511999990000', keyKind: 'phone' as const },
        { kind: 'pix' as const, key: '529.982.247-25', keyKind: 'tax_id' as const },
        { kind: 'pix' as const, key: '123e4567-e12b-12d1-a456-426655440000', keyKind: 'random' as const },
      ),
      fc.record({
        kind: fc.constant('boleto' as const),
        bank: fc.constantFrom('341', '237', '521'),
        free: fc.stringMatching(/^\d{25}$/),
        surcharge: fc.nat({ max: 500 }),
        typed: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('bill' as const),
        segment: fc.constantFrom('1', '2', '3', '4', '5', '7'),
        rule: fc.constantFrom('6', '8', '7', '9'),
        free: fc.stringMatching(/^\d{29}$/),
        typed: fc.boolean(),
      }),
    )
    const payment = fc.record({ payee, payOn: day, amount, how }).map(({ how: way, ...rest }): Omit<Payment, 'id'> => {
      if (way.kind === 'bill') {
        const code = makeCollection(way.segment, way.rule, '68'.includes(way.rule) ? rest.amount : 0, way.free)
        return { ...rest, how: { kind: 'bill', code: way.typed ? collectionLine(code) : code, dueOn: rest.payOn } }
      }
      if (way.kind !== 'boleto') return { ...rest, how: way }
      const code = makeBarcode(way.bank, '1200', rest.amount, way.free)
      return {
        ...rest,
        amount: rest.amount + way.surcharge,
        how: { kind: 'boleto', code: way.typed ? typedLine(code) : code, dueOn: rest.payOn, nominal: rest.amount, discount: 0, surcharge: way.surcharge },
      }
    })
    fc.assert(
      fc.property(fc.array(payment, { minLength: 1, maxLength: 9 }), (given) => {
        const payments = given.map((one, index) => ({ ...one, id: `P${index}` }))
        const { bytes, faults } = write(payments)
        expect(faults).toEqual([])
        const read = readPayments240(bytes ?? new Uint8Array())
        expect(read.faults).toEqual([])
        expect(read).toMatchObject({ bank: '341', direction: 'remittance', sequence: 7 })
        const back = read.payments.toSorted((one, other) => Number(one.id.slice(1)) - Number(other.id.slice(1)))
        expect(back.map((one) => [one.id, one.how, one.amount, one.payOn, one.payee.taxId, one.state])).toEqual(
          // whom a bill pays its barcode says
          payments.map((one) => [one.id, one.how.kind, one.amount, one.payOn, one.how.kind === 'bill' ? '' : one.payee.taxId, 'sent']),
        )
        expect(read.totals.amount).toBe(payments.reduce((sum, one) => sum + one.amount, 0))
      }),
      { numRuns: 300 },
    )
  })

  test('pays a bill of a utility and a guide of a tax by their barcode, in a lot of their own', () => {
    const light = makeCollection('3', '6', 31_877, '00481001809756573100158963608')
    const bill: Payment = {
      id: 'PAG9',
      amount: 31_877,
      payOn: '2026-11-24',
      payee: { name: 'Companhia de Luz', taxId: '' },
      how: { kind: 'bill', code: collectionLine(light), dueOn: '2026-11-25' },
    }
    const lines = write([transfer, bill]).bytes?.toString('latin1').split('\r\n') ?? []
    const [head, detail] = [lines.find((one) => one.slice(3, 8) === '00021')!, lines.find((one) => one.charAt(13) === 'O' && one.charAt(7) === '3')!]
    expect(head.slice(8, 16)).toBe('C2211012')
    expect(detail.slice(0, 142)).toBe(
      `34100023` + `00001O000${light}` + 'COMPANHIA DE LUZ'.padEnd(30) + '2511202624112026' + '000000000031877' + 'PAG9'.padEnd(20),
    )
    const back = lines.map((one, index) =>
      index === 0 ? `${one.slice(0, 142)}2${one.slice(143)}` : one === detail ? `${one.slice(0, 142)}${'BANCO77'.padEnd(88)}00        ` : one,
    )
    expect(readPayments240(bytesOf(...back.slice(0, -1))).payments.at(-1)).toMatchObject({
      id: 'PAG9',
      how: 'bill',
      state: 'paid',
      paidOn: '2026-11-24',
      paidAmount: 31_877,
      bankId: 'BANCO77',
      barcode: light,
    })
    const messages = (how: Partial<{ code: string; dueOn: string }>, amount = 31_877) =>
      write([{ ...bill, amount, how: { kind: 'bill', code: light, dueOn: '2026-11-25', ...how } }])
        .faults.map(({ message }) => message)
        .join()
    expect(messages({}, 31_878)).toContain('a conta é de R$ 318,77')
    expect(messages({ code: light.replace(/.$/, '7') })).toContain('dígito do código de barras não confere')
    expect(messages({ code: barcode })).toContain('deve começar com 8')
    expect(messages({ dueOn: '2026-02-30' })).toContain('vencimento não existe')
  })

  test('comes back from the bank with what was paid, scheduled and refused', () => {
    const answers: Record<string, string> = { PAG1: '00', PAG2: 'BD', PAG3: 'ANPD' }
    const back = (write([transfer, boleto, pix]).bytes?.toString('latin1').slice(0, -2).split('\r\n') ?? []).map((one, index) => {
      if (index === 0) return `${one.slice(0, 142)}2${one.slice(143)}`
      const id = Object.keys(answers).find((key) => one.charAt(7) === '3' && one.includes(` ${key} `.trimStart()) && 'AJ'.includes(one.charAt(13)))
      if (!id) return one
      const answered = one.slice(0, 230) + (answers[id] ?? '').padEnd(10)
      return one.charAt(13) === 'A' && answers[id] === '00' ? `${answered.slice(0, 154)}23112026${'123456'.padStart(15, '0')}${answered.slice(177)}` : answered
    })
    const read = readPayments240(bytesOf(...back), { bank: '341' })
    expect(read.faults).toEqual([])
    expect(read.payments.map(({ id, state, paidOn, paidAmount, reason }) => [id, state, paidOn, paidAmount, reason])).toEqual([
      ['PAG1', 'paid', '2026-11-23', 123456, null],
      ['PAG2', 'scheduled', null, null, null],
      ['PAG3', 'refused', null, null, 'Conta ou dígito do favorecido inválido; Chave Pix inválida ou de outro CPF ou CNPJ'],
    ])
    expect(read.totals).toEqual({ payments: 3, amount: 173707, paid: 123456 })
    expect(readPayments240(bytesOf(...back), { bank: '001' }).faults[0]?.message).toContain('O arquivo é do banco 341')
    expect(readPayments240(bytesOf(...back.slice(0, -1))).faults[0]?.message).toContain('termina antes do fim')
    expect(readPayments240(bytesOf(...back.filter((_, index) => index !== 2 && index !== 3))).faults.length).toBeGreaterThan(0)
  })

  test('the layouts of the segments do not overlap', () => {
    for (const layout of Object.values(payment240)) {
      const fields = (Object.values(layout) as [number, number][]).toSorted((left, right) => left[0] - right[0])
      for (const [index, field] of fields.entries()) expect(field[0]).toBeGreaterThan(fields[index - 1]?.[1] ?? 0)
    }
  })
})

describe('CNAB returns', () => {
  const header = (bank: string) => `${bank}00000`.padEnd(240)
  const trailer = (bank: string, count: number) => `${bank}99999${' '.repeat(9)}000001${String(count).padStart(6, '0')}`.padEnd(240)

  test('Santander has its own positions, and says that no real file was seen', () => {
    const t = line(240, { occurrence: [16, 17], nosso: [41, 53], document: [55, 69], due: [70, 77], value: [78, 92], tariff: [194, 208] }, '0330001300001T', {
      occurrence: '06',
      nosso: '0000000000123',
      document: 'PED-9',
      due: '15102026',
      value: '000000000010000',
      tariff: '000000000000250',
    })
    const u = line(240, { paid: [78, 92], net: [93, 107], date: [138, 145], credit: [146, 153] }, '0330001300002U', {
      paid: '000000000010000',
      net: '000000000009750',
      date: '15102026',
      credit: '16102026',
    })
    const read = readCollection240(bytesOf(header('033'), t, u, trailer('033', 4)))
    expect(read.faults).toEqual([])
    expect(read.lines.map(({ kind, paymentRef, gross, fees, net }) => [kind, paymentRef, gross, fees, net])).toEqual([
      ['payment', '0000000000123', 10000, { tariff: -250 }, 9750],
    ])
    expect(read.notices[0]).toContain('ainda sem um arquivo real')
  })

  test('a T without its U, lines that are missing and another bank are told', () => {
    const t = `9990001300001T 06`.padEnd(240)
    expect(readCollection240(bytesOf(header('999'), t, trailer('999', 3))).faults[0]?.message).toContain('não tem o segmento U')
    expect(readCollection240(bytesOf(header('999'), trailer('999', 5))).faults[0]?.message).toContain('diz ter 5 linhas e tem 2')
    expect(readCollection240(bytesOf(header('999'), trailer('999', 2)), { bank: '341' }).faults[0]?.message).toContain('banco 999')
    expect(readCollection240(bytesOf('nada')).faults[0]?.message).toContain('não é um retorno')
    const four = (text: string, sequence: number) => text.padEnd(394) + String(sequence).padStart(6, '0')
    const gap = readCollection400(bytesOf(four('02RETORNO01COBRANCA', 1), four('1', 2), four('9', 4)))
    expect(gap.faults[0]).toMatchObject({ row: 3 })
  })

  test('an account statement: opening + entries = closing', () => {
    const head = line(240, statement240.header, '99900011E0440', {
      branch: '01234',
      account: '000000056789',
      digit: '0',
      day: '01102026',
      balance: '000000000000100000',
      side: 'C',
      currency: 'BRL',
    })
    const entry = (value: string, side: string, memo: string) =>
      line(240, statement240.entry, '9990001300001E', { posted: '02102026', value: value.padStart(18, '0'), side, memo, document: '77' })
    const end = (closing: string) => line(240, statement240.trailer, '99900015', { day: '02102026', balance: closing.padStart(18, '0'), side: 'C' })
    const whole = (closing: string) =>
      bytesOf(header('999'), head, entry('5000', 'C', 'PIX RECEBIDO'), entry('1250', 'D', 'TARIFA'), end(closing), trailer('999', 6))
    const read = readStatement240(whole('103750'))
    expect(read.faults).toEqual([])
    expect(read.statements[0]).toMatchObject({ account: '999/01234/0000000567890', totals: { credit: 5000, debit: -1250, opening: 100000, closing: 103750 } })
    expect(detect(whole('103750'))).toEqual({ format: 'cnab240', kind: 'bank' })
    expect(readStatement240(whole('103751')).faults[0]?.message).toContain('mas o saldo final do arquivo é')
  })
})

describe('acquirers by documentation', () => {
  test('Cielo: what was paid joins its agenda by unit key and entry type, and the trailer is checked', () => {
    const head = line(250, cieloLayout.header, '01234567890', { date: '20261101', company: 'CIELO', option: '04', version: '151' })
    const agenda = line(400, cieloLayout.agenda, 'D', { entry: '02', key: 'CHAVE1', paid: '03112026', originalDue: '03112026' })
    const detail = (entry: string, gross: string, net: string) =>
      line(750, cieloLayout.detail, 'E', {
        instalment: '01',
        instalments: '03',
        entry,
        key: 'CHAVE1',
        nsu: '654321',
        order: 'PED-1',
        grossSign: '+',
        gross: gross.padStart(13, '0'),
        netSign: '+',
        net: net.padStart(13, '0'),
        authorised: '01102026',
      })
    const end = (net: string, details: string) =>
      line(250, cieloLayout.trailer, '9', { netSign: '+', net: net.padStart(17, '0'), details: details.padStart(11, '0') })
    const read = readCielo(bytesOf(head, agenda, detail('02', '10000', '9750'), end('9750', '1')))
    expect(read.faults).toEqual([])
    expect(read.lines[0]).toMatchObject({
      kind: 'payment',
      paymentRef: '654321',
      reference: 'PED-1',
      batch: 'CHAVE1',
      instalment: 1,
      instalments: 3,
      gross: 10000,
      fees: { payment: -250 },
      net: 9750,
      paidOn: '2026-11-03',
    })
    expect(read.notices[0]).toContain('ainda sem um arquivo real')
    expect(readCielo(bytesOf(head, agenda, detail('02', '10000', '9750'), end('9751', '1'))).faults[0]?.message).toContain('declara')
    expect(readCielo(bytesOf(head, agenda, detail('02', '10000', '9750'), end('9750', '2'))).faults[0]?.message).toContain('2 lançamentos')
    expect(readCielo(bytesOf(head.replace('151', '141'), end('0', '0'))).faults[0]?.message).toContain('versão 141')
    expect(detect(bytesOf(head, end('0', '0')))).toEqual({ format: 'cielo', kind: 'settlement' })
  })

  test('Rede: each instalment of a sale with its day, and sales of a single credit; an RV of these that does not add up is left out', () => {
    const record = (type: keyof typeof eevc, fields: Record<string, string>) =>
      line(
        262,
        eevc[type].fields as Layout,
        type,
        Object.fromEntries(
          Object.entries(fields).map(([name, text]) => {
            const [first, last] = (eevc[type].fields as Layout)[name]!
            return [name, text.padStart(last - first + 1, '0')]
          }),
        ),
      )
    const amounts = (gross: number, discount: number) => ({ gross: String(gross), discount: String(discount), net: String(gross - discount) })
    const file = (single: number) =>
      bytesOf(
        '002',
        record('010', { rv: '11', date: '01102026', ...amounts(10_001, 301) }),
        record('012', { rv: '11', nsu: '7', instalments: '3', date: '01102026', ...amounts(10_001, 301), first: '3234', other: '3233' }),
        ...['31102026', '30112026', '30122026'].map((credit, index) =>
          record('014', { rv: '11', instalment: String(index + 1), credit, ...amounts(index ? 3_333 : 3_335, index ? 100 : 101) }),
        ),
        record('006', { rv: '12', date: '01102026', credit: '31102026', ...amounts(5_000, 150) }),
        record('008', { rv: '12', nsu: '8', date: '01102026', ...amounts(single, 150) }),
        '028',
      )
    const read = readRedeEevc(file(5_000))
    expect(read.faults).toEqual([])
    expect(
      read.lines
        .filter(({ paymentRef, instalment }) => paymentRef !== null && instalment !== null)
        .map(({ kind, paymentRef, batch, instalment, gross, net, releaseOn }) => [kind, paymentRef, batch, instalment, gross, net, releaseOn]),
    ).toEqual([
      ['instalment', '7', '11', 1, 3_335, 3_234, '2026-10-31'],
      ['instalment', '7', '11', 2, 3_333, 3_233, '2026-11-30'],
      ['instalment', '7', '11', 3, 3_333, 3_233, '2026-12-30'],
      ['sale', '8', '12', 1, 5_000, 4_850, '2026-10-31'],
    ])
    expect(read.notices).toHaveLength(1)
    const wrong = readRedeEevc(file(6_000))
    expect(wrong.faults).toEqual([])
    expect(wrong.notices[1]).toContain('ficaram de fora')
    expect(wrong.lines.some(({ batch }) => batch === '12')).toBe(false)
  })

  test('Rede: debit sales and adjustments', () => {
    const eevd = readRedeEevd(
      bytesOf(
        '00,012345678,01102026,30092026,REDE,EEVD,LOJA,1,DIARIO,V1',
        '05,012345678,900000777,30092026,10000,150,9850,400000XXXXXX0001,D,100000000009,01102026,0,101500,T1,3,0,10000,0,V',
        '04,012345678,1,1,10000,150,9850,0,0,0,3',
      ),
    )
    expect(eevd.faults).toEqual([])
    expect(eevd.lines[0]).toMatchObject({
      kind: 'sale',
      paymentRef: '100000000009',
      batch: '900000777',
      gross: 10000,
      net: 9850,
      releaseOn: '2026-10-01',
      approvedAt: '2026-09-30T13:15:00.000Z',
    })
    const debit = line(303, eefi['038'].fields, '038012345678', {
      document: '00000000055',
      date: '05102026',
      value: '000000000001234',
      rv: '900000101',
      reason: 'CHARGEBACK',
      nsu: '100000000001',
      debit: '06102026',
    })
    const read = readRedeEefi(bytesOf('030X', debit, '052X'))
    expect(read.faults).toEqual([])
    expect(read.lines[0]).toMatchObject({ kind: 'adjustment', net: -1234, paidOn: '2026-10-06', batch: '900000101', paymentRef: '100000000001' })
    expect(read.notices[0]).toContain('ainda sem um arquivo real')
  })
})
