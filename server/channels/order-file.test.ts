import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readInstant, readInteger, readReais } from './formats/values.ts'
import { guessMapping, mappingFaults } from './mapping.ts'
import { orderFields, toOrders } from './order-file.ts'
import type { FileDefaults } from './order-file.ts'

const zone = 'America/Sao_Paulo'
const defaults: FileDefaults = { account: 'loja', timeZone: zone, version: 1 }
const columns = ['Número do Pedido', 'Data', 'Cliente', 'CPF/CNPJ', 'CEP', 'Estado', 'SKU', 'Qtd.', 'Valor Unitário', 'Frete']
const mapping = guessMapping(columns, orderFields)
const row = (number: number, changes: Record<string, string> = {}) => ({
  row: number,
  values: {
    'Número do Pedido': '10',
    Data: '21/11/2026 14:30',
    Cliente: 'Zoé 😀',
    'CPF/CNPJ': '111.444.777-35',
    CEP: '30140-071',
    Estado: 'mg',
    SKU: `A${number}`,
    'Qtd.': '2',
    'Valor Unitário': '1.234,56',
    Frete: '',
    ...changes,
  },
})
const faultsOf = (changes: Record<string, string>) => toOrders([row(2, changes)], mapping, defaults).faults

describe('columns', () => {
  it('are recognised by the names people give them', () => {
    expect(mapping).toEqual({
      external_id: 'Número do Pedido',
      placed_at: 'Data',
      'buyer.name': 'Cliente',
      'buyer.document': 'CPF/CNPJ',
      'ship_to.cep': 'CEP',
      'ship_to.state': 'Estado',
      'line.sku': 'SKU',
      'line.quantity': 'Qtd.',
      'line.unit_price': 'Valor Unitário',
      freight: 'Frete',
    })
    expect(guessMapping(['erro', 'pedido'], orderFields)).toEqual({ external_id: 'pedido' })
    expect(mappingFaults({ external_id: 'x', bogus: 'pedido' }, orderFields, ['pedido']).map(({ field }) => field)).toEqual([
      'placed_at',
      'buyer.name',
      'ship_to.cep',
      'line.sku',
      'line.quantity',
      'line.unit_price',
      'external_id',
      'bogus',
    ])
  })
})

describe('values', () => {
  it.each([
    ['1.234,56', 123456],
    ['R$ 12', 1200],
    ['12.34', 1234],
    ['0,5', 50],
    ['1.234', 123400],
    ['1.234.567,8', 123456780],
  ])('reads %s reais', (text, value) => expect(readReais(text)).toEqual({ value }))
  it.each(['1,234.56', '12,345', '-5,00', 'abc', '1e9', '999.999.999.999', '12 reais', '١٢'])('refuses %s reais', (text) =>
    expect(readReais(text)).toHaveProperty('fault'),
  )
  it('reads every amount as a Brazilian spreadsheet writes it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000_000 }),
        (cents) => void expect(readReais((cents / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 }))).toEqual({ value: cents }),
      ),
    )
  })
  it('reads local time, with summer time as it was', () => {
    expect(readInstant('21/11/2026 14:30', zone)).toEqual({ value: '2026-11-21T17:30:00.000Z' })
    expect(readInstant('21/11/2017 14:30', zone)).toEqual({ value: '2017-11-21T16:30:00.000Z' })
    expect(readInstant('2026-11-21T14:30:00-03:00', zone)).toEqual({ value: '2026-11-21T17:30:00.000Z' })
    expect(readInstant('2026-11-21T14:30:00Z', zone)).toEqual({ value: '2026-11-21T14:30:00.000Z' })
    expect(readInstant('21/11/26', zone)).toEqual({ value: '2026-11-21T03:00:00.000Z' })
    expect(readInstant('2026-11-21', zone, true)).toEqual({ value: '2026-11-22T02:59:59.000Z' })
    for (const text of ['31/02/2026', '21/13/2026', '21/11/2026 25:00', 'ontem', '', '2026', '21/11/0026'])
      expect(readInstant(text, zone)).toHaveProperty('fault')
  })
  it('reads whole numbers within bounds', () => {
    const bounds = { min: 1, max: 1_000_000, what: 'A quantidade' }
    expect(readInteger('1.200', bounds)).toEqual({ value: 1200 })
    expect(readInteger('3,0', bounds)).toEqual({ value: 3 })
    for (const text of ['0', '-1', '1,5', '99999999999999999999', 'dois', '1e3']) expect(readInteger(text, bounds)).toHaveProperty('fault')
  })
})

describe('orders', () => {
  it('are made of rows with the same number', () => {
    const { things, faults } = toOrders(
      [row(2, { Frete: '12,90' }), row(3, { 'Número do Pedido': '11' }), row(4, { Cliente: '', CEP: '', Estado: '' })],
      mapping,
      defaults,
    )
    expect(faults).toEqual([])
    expect(things.map(({ rows }) => rows)).toEqual([[2, 4], [3]])
    expect(things[0]?.input).toEqual({
      external_id: '10',
      account: 'loja',
      version: 1,
      placed_at: '2026-11-21T17:30:00.000Z',
      buyer: { name: 'Zoé 😀', document: '11144477735' },
      ship_to: { cep: '30140071', state: 'mg' },
      lines: [
        { external_id: '1', sku: 'A2', quantity: 2, unit_price: 123456 },
        { external_id: '2', sku: 'A4', quantity: 2, unit_price: 123456 },
      ],
      charges: [{ kind: 'freight_buyer', amount: 1290 }],
    })
  })
  it('are bad as a whole, with every row listed', () => {
    const { things, faults } = toOrders([row(2), row(3, { 'Qtd.': '-1' }), row(4, { 'Número do Pedido': '11' })], mapping, defaults)
    expect(things.map(({ rows }) => rows)).toEqual([[4]])
    expect(faults).toEqual([
      { row: 3, field: 'Qtd.', message: expect.stringContaining('o mínimo é 1') },
      { row: 2, field: '(pedido)', message: expect.stringContaining('linha 3') },
    ])
  })
  it.each([
    [{ 'CPF/CNPJ': '111.111.111-11' }, 'CPF/CNPJ', 'todos os números iguais'],
    [{ CEP: '1310100' }, 'CEP', '01310-100'],
    [{ Estado: 'SP' }, 'CEP', 'é de MG'],
    [{ Estado: 'XX' }, 'CEP', 'é de MG'],
    [{ Data: '' }, 'Data', 'Informe a data'],
    [{ 'Valor Unitário': '-1' }, 'Valor Unitário', 'negativo'],
    [{ Cliente: 'x'.repeat(500) }, 'Cliente', '120'],
    [{ 'Número do Pedido': '' }, 'Número do Pedido', 'Informe o número'],
  ])('name the field and the cure: %j', (changes, field, message) => {
    expect(faultsOf(changes as Record<string, string>)).toContainEqual({ row: 2, field, message: expect.stringContaining(message) })
  })
  it('refuse rows that repeat or contradict each other', () => {
    expect(toOrders([row(2), { ...row(2), row: 3 }], mapping, defaults).faults.map(({ row: at, field }) => [at, field])).toEqual([
      [3, '(linha)'],
      [2, '(pedido)'],
    ])
    expect(toOrders([row(2), row(3, { Cliente: 'Outra' })], mapping, defaults).faults[0]).toMatchObject({
      row: 3,
      field: 'Cliente',
      message: expect.stringContaining('linha 2'),
    })
  })
  it('bear the charge by which they were paid, with how and how much', () => {
    const read = (changes: Record<string, string>) => {
      const paid = row(2, { 'Forma de Pagamento': 'credit_card', Parcelas: '3', Total: '2.469,12', 'Charge ID': 'ch_9', ...changes })
      return toOrders([paid], guessMapping(Object.keys(paid.values), orderFields), defaults)
    }
    expect(read({}).things[0]?.input.payments).toEqual([{ method: 'credit_card', installments: 3, amount: 246_912, reference: 'ch_9' }])
    expect(read({ Total: '' })).toMatchObject({ things: [], faults: [{ row: 2, field: 'Charge ID' }] })
    expect(read({ 'Forma de Pagamento': '', Parcelas: '', Total: '', 'Charge ID': '' }).things).toHaveLength(1)
  })
  it('need an account', () => {
    expect(toOrders([row(2)], mapping, { ...defaults, account: null }).faults[0]).toMatchObject({ field: 'Canal' })
    expect(toOrders([row(2)], mapping, { ...defaults, accounts: new Set(['loja']) }).faults).toEqual([])
  })
  it('come whole from JSON', () => {
    const order = {
      external_id: '1',
      placed_at: '2026-11-21T14:30:00-03:00',
      buyer: { name: 'Ana' },
      ship_to: { cep: '30140-071' },
      lines: [{ sku: 'A', quantity: 1, unit_price: 100 }],
    }
    expect(toOrders([{ row: 1, values: {}, order }], {}, defaults).things[0]?.input).toMatchObject({ account: 'loja', ...order })
    expect(
      toOrders([{ row: 1, values: {}, order: { ...order, lines: [{ sku: 'A', quantity: '1', unit_price: -1 }] } }], {}, defaults).faults.map(
        ({ field }) => field,
      ),
    ).toEqual(['lines.0.quantity', 'lines.0.unit_price'])
  })
  it('never throw, whatever the cells hold', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.constantFrom(...columns), fc.string({ unit: 'binary' })), { maxLength: 4 }), (cells) => {
        const rows = cells.map((values, index) => ({ row: index + 2, values }))
        const { things, faults } = toOrders(rows, mapping, defaults)
        const listed = new Set([...things.flatMap((thing) => thing.rows), ...faults.map((fault) => fault.row)])
        expect(listed.size).toBe(rows.length)
      }),
    )
  })
})
