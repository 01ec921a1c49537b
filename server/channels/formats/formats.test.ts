import { Readable } from 'node:stream'
import { zipSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRows } from './reading.ts'
import type { FileFormat, Row } from './reading.ts'
import { writeCsv } from '../../platform/csv.ts'
import { writeXlsx } from './write.ts'

async function read(content: string | Uint8Array, format: FileFormat = 'csv') {
  const reading = readRows(Readable.from([Buffer.from(content as string)]), format)
  const rows: Row[] = []
  for await (const row of reading) rows.push(row)
  return { rows, columns: reading.columns, notices: reading.notices }
}
const refusal = (content: string | Uint8Array, format: FileFormat = 'csv') =>
  read(content, format).then(
    () => ({ code: 'read', reason: '' }),
    (error: { code: string; facts: { reason?: string } }) => ({ code: error.code, reason: error.facts.reason ?? '' }),
  )

describe('CSV', () => {
  it.each([',', ';', '\t', '|'])('finds the separator %j, whatever is inside the quotes', async (separator) => {
    const { rows, columns } = await read(
      ['pedido', '"nome, ou; razão|social"', 'sku'].join(separator) + '\r\n' + ['1', '"Silva; ""Zé"" | Filhos,\n LTDA"', 'A'].join(separator) + '\n',
    )
    expect(columns).toEqual(['pedido', 'nome, ou; razão|social', 'sku'])
    expect(rows).toEqual([{ row: 2, values: { pedido: '1', 'nome, ou; razão|social': 'Silva; "Zé" | Filhos,\n LTDA', sku: 'A' } }])
  })
  it('takes single quotes, a byte order mark and the hint of Excel', async () => {
    expect((await read("'pedido';'nome'\n'1';'a;b'\n")).rows[0]?.values).toEqual({ pedido: '1', nome: 'a;b' })
    expect((await read('\ufeffpedido;nome\n1;😀 Zoé\n')).rows[0]?.values).toEqual({ pedido: '1', nome: '😀 Zoé' })
    expect((await read('sep=;\npedido;valor\n1;2,50\n')).rows).toEqual([{ row: 3, values: { pedido: '1', valor: '2,50' } }])
    expect((await read(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('pedido\tnome\n1\tÁgua\n', 'utf16le')]))).rows[0]?.values).toEqual({
      pedido: '1',
      nome: 'Água',
    })
  })
  it('reads Windows-1252 and says so', async () => {
    const { rows, notices } = await read(Buffer.from('pedido;nome\n1;Conceição\n', 'latin1'))
    expect(rows[0]?.values['nome']).toBe('Conceição')
    expect(notices[0]).toContain('Windows-1252')
  })
  it('names the row of bytes that are broken inside a UTF-8 file', async () => {
    const { rows, notices } = await read(Buffer.concat([Buffer.from('pedido;nome\n1;São\n2;Jo'), Buffer.from([0xe3]), Buffer.from('o\n3;Zé\n')]))
    expect(notices).toEqual([])
    expect(rows.map((row) => [row.row, row.faults?.[0]?.field])).toEqual([
      [2, undefined],
      [3, 'nome'],
      [4, undefined],
    ])
  })
  it('counts rows as a spreadsheet does, over blank lines and cells of several lines', async () => {
    const { rows } = await read('pedido;nota\n\n1;"a\nb"\n;\n2;c\n')
    expect(rows.map(({ row, values }) => [row, values['pedido']])).toEqual([
      [3, '1'],
      [5, '2'],
    ])
  })
  it('reports ragged rows and loses none of their cells', async () => {
    const { rows, columns } = await read('pedido,valor\n1,12,50\n2\n3,4,,\n')
    expect(rows[0]).toMatchObject({ row: 2, values: { pedido: '1', valor: '12', 'excedente 1': '50' }, faults: [{ field: '(linha)' }] })
    expect(rows[1]?.faults).toHaveLength(1)
    expect(rows[2]?.faults).toBeUndefined()
    expect(columns).toContain('excedente 1')
    // a file of refused rows that comes back unchanged is refused again
    expect((await read('pedido,valor,excedente 1\n1,12,50\n')).rows[0]?.faults).toHaveLength(1)
  })
  it('refuses an empty file, accepts one with only a header, tells repeated columns apart', async () => {
    expect((await refusal('')).code).toBe('file_empty')
    expect((await refusal('\n \n')).code).toBe('file_empty')
    expect(await read('pedido;valor;Valor;;x\n')).toEqual({ rows: [], columns: ['pedido', 'valor', 'Valor (2)', 'coluna 4', 'x'], notices: [] })
  })
  it('says near which row a quote opens and never closes', async () => {
    expect(await refusal('pedido;nome\n1;a\n2;"b\n3;c\n')).toMatchObject({ code: 'file_unreadable', reason: expect.stringContaining('linha 3') })
    expect((await refusal(`pedido;nome\n1;"${'x\n'.repeat(900_000)}`)).code).toBe('file_unreadable')
  })
  it('keeps columns with the names of object machinery', async () => {
    const { rows } = await read('__proto__;constructor\n1;2\n')
    expect(Object.entries(rows[0]?.values ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
  })
  it('streams 100 MB in flat memory', { timeout: 120_000 }, async () => {
    const line = `12345;Maria da Silva;11144477735;30140-071;SKU-1;2;1.234,56;${'observação '.repeat(80)}\n`
    const block = Buffer.from(line.repeat(1000))
    const blocks = Math.ceil((100 * 1024 * 1024) / block.length)
    function* content() {
      yield Buffer.from('pedido;nome;cpf;cep;sku;qtd;valor;obs\n')
      for (let index = 0; index < blocks; index++) yield block
    }
    let count = 0
    let peak = 0
    const before = process.memoryUsage().rss
    for await (const row of readRows(Readable.from(content()), 'csv')) {
      if (row.faults) throw new Error(`row ${row.row}`)
      if (++count % 5000 === 0) peak = Math.max(peak, process.memoryUsage().rss)
    }
    expect(count).toBe(blocks * 1000)
    expect((peak - before) / 1024 / 1024).toBeLessThan(120)
  })
  it('never fails on any bytes but with a named refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect(['read', 'file_empty', 'file_unreadable']).toContain((await refusal(bytes)).code)
      }),
      { numRuns: 300 },
    )
  })
})

describe('our own files', () => {
  it('come back as they went out, and no cell is a formula', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'=+-@\';",|\n ab1é😀'.match(/./gsu)!), maxLength: 12 }).map((value) => value.trim())
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), async (cells) => {
        const content = writeCsv(
          ['pedido', 'nome'],
          cells.map(([left, right]) => [`k${left}`, right]),
        )
        const { rows } = await read(content)
        expect(rows.map(({ values }) => [values['pedido'], values['nome']])).toEqual(cells.map(([left, right]) => [`k${left}`, right]))
        for (const [, right] of cells) if (/^[=+\-@]/.test(right)) expect(content).toContain(`'${right.replaceAll('"', '""')}`)
      }),
      { numRuns: 500 },
    )
    expect(writeCsv(['a'], [['\tx'], ['=1+1'], [-5], [1.5]])).toBe('\ufeffa\r\n"\'\tx"\r\n"\'=1+1"\r\n-5\r\n1,5\r\n')
  })
  it('XLSX: texts, numbers and dates as a person sees them', async () => {
    const file = writeXlsx([
      ['pedido', 'nome', 'valor', 'data', 'dia', 'cpf', 'pago'],
      ['001', '=1+1 😀 <b>&', 1234.5, new Date('2026-11-21T14:30:00Z'), new Date('2026-11-21T00:00:00Z'), 11144477735, true],
      [],
      ['002', null, 0.1 + 0.2],
    ])
    const { rows, columns } = await read(file, 'xlsx')
    expect(columns).toEqual(['pedido', 'nome', 'valor', 'data', 'dia', 'cpf', 'pago'])
    expect(rows[0]).toEqual({
      row: 2,
      values: { pedido: '001', nome: '=1+1 😀 <b>&', valor: '1234,5', data: '2026-11-21T14:30:00', dia: '2026-11-21', cpf: '11144477735', pago: 'sim' },
    })
    expect(rows[1]).toMatchObject({ row: 4, values: { pedido: '002', valor: '0,3' } })
  })
})

describe('XLSX', () => {
  const sheet = (content: Uint8Array) => Buffer.from(zipSync({ 'xl/worksheets/sheet1.xml': [content, { level: 9 }] }))
  it('refuses a bomb before parsing', async () => {
    const started = performance.now()
    expect((await refusal(sheet(new Uint8Array(60 * 1024 * 1024)), 'xlsx')).code).toBe('file_expands_too_much')
    expect((await refusal(sheet(new Uint8Array(5 * 1024 * 1024)), 'xlsx')).code).toBe('file_expands_too_much')
    expect(performance.now() - started).toBeLessThan(5_000)
  })
  it('refuses a bomb whose directory lies', async () => {
    const file = sheet(new Uint8Array(30 * 1024 * 1024))
    const directory = file.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    file.writeUInt32LE(1000, directory + 24)
    expect((await refusal(file, 'xlsx')).code).toBe('file_expands_too_much')
  })
  it('refuses what is no spreadsheet, with the cure', async () => {
    expect((await refusal('', 'xlsx')).code).toBe('file_empty')
    expect(await refusal('pedido;valor\n1;2', 'xlsx')).toMatchObject({ code: 'file_unreadable', reason: expect.stringContaining('.xlsx') })
    expect((await refusal(sheet(Buffer.from('<worksheet><')), 'xlsx')).code).toBe('file_unreadable')
    expect((await refusal(writeXlsx([]), 'xlsx')).code).toBe('file_empty')
  })
})

describe('JSON', () => {
  it('takes rows, canonical orders, lists inside an object and NDJSON', async () => {
    expect((await read('[{"pedido": 1, "valor": 12.5, "pago": true}]', 'json')).rows).toEqual([{ row: 1, values: { pedido: '1', valor: '12,5', pago: 'sim' } }])
    expect((await read('{"orders": [{"external_id": "1", "lines": []}]}', 'json')).rows).toEqual([
      { row: 1, values: {}, order: { external_id: '1', lines: [] } },
    ])
    expect((await read('{"pedido": "1"}\n{"pedido": "2", "x": null}\n', 'json')).rows.map(({ values }) => values['pedido'])).toEqual(['1', '2'])
    expect((await read('{\n "pedido": "1"\n}', 'json')).rows).toHaveLength(1)
  })
  it('names what is wrong', async () => {
    expect((await refusal('', 'json')).code).toBe('file_empty')
    expect((await refusal('[]', 'json')).code).toBe('file_empty')
    expect((await refusal('[{"a": 1,}]', 'json')).reason).toContain('vírgulas')
    expect((await refusal('{"a": 1}\n{"a": }\n', 'json')).reason).toContain('linha 2')
    expect((await refusal('42', 'json')).code).toBe('file_unreadable')
    expect((await refusal(`[${'"x",'.repeat(6_000_000)}1]`, 'json')).code).toBe('file_too_large')
    expect((await refusal('['.repeat(200_000), 'json')).code).toBe('file_unreadable')
    const { rows } = await read(`[1, {"a": [1]}, {"lines": ${'['.repeat(50)}${']'.repeat(50)}}, {"nome": "a\\u0000"}]`, 'json')
    expect(rows.map((row) => row.faults?.length)).toEqual([1, 1, 1, 1])
  })
})
