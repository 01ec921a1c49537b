import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { seedShop } from '../../test/seed.ts'
import { buildApp, modules } from '../app.ts'
import { writeXlsx } from '../channels/index.ts'
import type { Server } from '../platform/http.ts'
import { runDueJobs } from '../platform/jobs.ts'
import { policyList } from './policy-list.ts'

const db = await cloneDatabase()
let server: Server
let owner: ReturnType<typeof openClient>
let token = ''
beforeAll(async () => {
  await db.command((tx) => seedShop(tx))
  server = await buildApp(db.url, { checkAnswers: true })
  token = await tokenFor(db.pool, db.merchant, ['owner'])
  owner = openClient(server.http, token)
})
afterAll(() => server.close())

async function send(content: string | Buffer, name: string) {
  const edge = 'xxxxxxxxxx'
  const payload = Buffer.concat([
    Buffer.from(`--${edge}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from(`\r\n--${edge}--\r\n`),
  ])
  const headers = { 'content-type': `multipart/form-data; boundary=${edge}`, authorization: `Bearer ${token}` }
  const { id, mapping } = (await server.http.inject({ method: 'POST', url: '/imports?kind=fee_policies', payload, headers })).json()
  await owner.put(`/imports/${id}/mapping`, { mapping })
  await runDueJobs(server.app, modules)
  await owner.post(`/imports/${id}/run`)
  await runDueJobs(server.app, modules)
  const { counts } = (await owner.get(`/imports/${id}`)).body
  return { counts, bad: counts.bad ? String((await owner.get(`/imports/${id}/bad.csv`)).body) : '' }
}
const versions = async () => (await db.command((tx) => policyList(tx))).accounts.flatMap((account) => account.versions)
const header = 'Canal;Vale desde;Forma de pagamento;Parcelas a partir de;Preço a partir de (R$);Comissão (%);Tarifa fixa (R$);Paga depois da;Dias até pagar'

test('a sheet brings versions with their bands; sent back as it comes out, nothing changes', async () => {
  const { counts } = await send(
    [
      header,
      'loja;01/01/2026;;;;16,5;;entrega;14',
      'loja;01/01/2026;;;79,00;12;6,75;;',
      'LOJA;01/03/2026;;;0;17;0,00;da entrega;14',
      'loja;01/01/2026;cartão de crédito;3;0;0;;aprovação;30',
    ].join('\r\n'),
    'taxas.csv',
  )
  expect(counts).toMatchObject({ imported: 4, bad: 0 })
  expect(await versions()).toMatchObject([
    { valid_from: '2026-03-01', bands: [{ commission_rate: '0.17' }] },
    {
      valid_from: '2026-01-01',
      method: null,
      release_after: 'delivery',
      release_days: 14,
      bands: [
        { from_price: 0, commission_rate: '0.165', fixed_fee: 0 },
        { from_price: 7_900, commission_rate: '0.12', fixed_fee: 675 },
      ],
    },
    { method: 'credit_card', from_instalments: 3, release_after: 'approval' },
  ])
  for (const format of ['csv', 'xlsx']) {
    const sheet = await server.http.inject({ method: 'GET', url: `/fee-policies/sheet?format=${format}`, headers: { authorization: `Bearer ${token}` } })
    const back = await send(sheet.rawPayload, `taxas.${format}`)
    expect(back).toMatchObject({ counts: { imported: 0, unchanged: 4, bad: 0 } })
  }
})

test('bad rows come back with the column and what to do, and take the other bands of their version with them', async () => {
  const { counts, bad } = await send(
    [
      header,
      'lojinha;01/06/2026;;;;10;;entrega;14',
      'loja;31/02/2026;;;;10;;entrega;14',
      'loja;01/06/2026;No fiado;;;10;;entrega;14',
      'loja;01/06/2026;pix;;;110;;despacho;quinze',
      'loja;01/07/2026;pix;;0;10;;entrega;14',
      'loja;01/07/2026;pix;;50;11;;entrega;15',
      'loja;01/08/2026;pix;;50;11;;entrega;15',
      'loja;01/09/2026;pix;;;11;;;',
      'loja;01/03/2026;;;;18;;entrega;14',
      'loja;01/02/2026;;;;18;;entrega;14',
    ].join('\r\n'),
    'taxas.csv',
  )
  expect(counts).toMatchObject({ imported: 0, bad: 10 })
  for (const reason of [
    'Nenhum canal tem o código ""lojinha""; use ',
    'não é uma data',
    '""No fiado"" não é uma forma de pagamento; use cartão de crédito',
    'A comissão passa de 100 %',
    '""despacho"" não é aprovação nem entrega',
    '""quinze"" não é um número inteiro',
    'Difere da linha 6, que é das mesmas taxas',
    'As taxas são gravadas inteiras: corrija a linha 7',
    'A primeira faixa começa em R$ 0,00',
    'Informe aprovação ou entrega',
    'Informe em quantos dias o canal paga',
    'Já há outras taxas que começam em 01/03/2026',
    'Já há taxas que começam depois, em 01/03/2026',
  ])
    expect(bad).toContain(reason)
  expect(bad).toContain('Dias até pagar')
})

test('a workbook without the needed columns asks for them', async () => {
  const edge = 'xxxxxxxxxx'
  const payload = Buffer.concat([
    Buffer.from(`--${edge}\r\ncontent-disposition: form-data; name="file"; filename="t.xlsx"\r\ncontent-type: application/octet-stream\r\n\r\n`),
    writeXlsx(
      [
        ['Loja', 'Valor'],
        ['loja', '3'],
      ],
      't',
    ),
    Buffer.from(`\r\n--${edge}--\r\n`),
  ])
  const headers = { 'content-type': `multipart/form-data; boundary=${edge}`, authorization: `Bearer ${token}` }
  const { id, mapping } = (await server.http.inject({ method: 'POST', url: '/imports?kind=fee_policies', payload, headers })).json()
  const { status, body } = await owner.put(`/imports/${id}/mapping`, { mapping })
  expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('Escolha a coluna de \\"Comissão (%)\\"')])
})
