import { inMerchant } from '../server/platform/db.ts'
import { tokenFor } from './client.ts'
import { openBothShops, visitEvery } from './every-screen.ts'
import { purchase, sendPurchase } from './purchase.ts'

const shops = await openBothShops({ money: 'none' })
const { db, demo, address } = shops
// a purchase with items that nobody knows, and one that is ready to be received
const { cnpj, gtin } = await inMerchant(db.pool, demo, async (tx) => ({
  ...(await tx.selectFrom('company').select('cnpj').orderBy('id').executeTakeFirstOrThrow()),
  gtin: (await tx.selectFrom('barcode').select('code').where('units', '=', 1).where('code', 'like', '789%').orderBy('code').executeTakeFirstOrThrow()).code,
}))
const token = await tokenFor(db.pool, demo, ['owner'])
const known = { code: 'F-1', name: 'Mercadoria conhecida', gtin, quantity: 10, price: 2500 }
const purchases: string[] = []
for (const [index, items] of [[known], [known, { code: 'F-2', name: 'Mercadoria nova em caixa', unit: 'CX', quantity: 2, price: 9900 }]].entries()) {
  const { proc } = purchase({ supplier: '45723174000110', buyer: cnpj, number: index + 1, items, instalments: [{ due: '2026-12-20', amount: 25_000 }] })
  purchases.push(`/fiscal/recebidas/${await sendPurchase(address, token, proc)}`)
}

const desk = [
  '/',
  '/operacao',
  '/pedidos',
  '/skus',
  '/importar',
  '/separacao',
  '/expedicao',
  '/catalogo',
  '/estoque',
  '/estoque/enderecos',
  '/estoque/movimentos',
  '/estoque/recebimentos',
  '/estoque/contagens',
  '/estoque/devolucoes',
  '/estoque/instante',
  '/fiscal',
  '/fiscal/notas',
  '/fiscal/notas/nova-remessa',
  '/fiscal/numeracao',
  '/fiscal/anexar',
  '/fiscal/preparo',
  '/fiscal/empresas',
  '/fiscal/empresas?company=new',
  '/fiscal/certificado',
  '/fiscal/produtos',
  '/fiscal/regras',
  '/fiscal/aliquotas',
  '/fiscal/aliquotas?tab=reforma',
  '/configuracoes',
  '/configuracoes/pessoas',
  '/configuracoes/estacoes',
  '/configuracoes/transportadoras',
  '/configuracoes/canais',
  '/fiscal/recebidas',
  '/fiscal/recebidas/enviar',
  '/configuracoes/parceiros',
  '/fiscal/entregas',
  '/fiscal/meses',
]
const stations = ['pick', 'pack', 'dispatch', 'receive'].map((kind) => `/estacao?tipo=${kind}`)
const ofTheDemo = ['/pedidos/2400', '/catalogo/10', '/operacao/linhas?metric=phase_time&phase=picking']

visitEvery(shops, { both: [...desk, ...stations], ofTheDemo: [...ofTheDemo, ...purchases] })
