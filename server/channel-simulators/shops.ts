import { serve } from './serve.ts'

/** VTEX's order management: each POST makes a package, also when the number is known already. */
export async function simulateVtex() {
  const orders = new Map<
    string,
    { packages: { invoiceNumber: string; invoiceKey: string; invoiceValue: number; embeddedInvoice: string; items: unknown[] }[] }
  >()
  const simulator = await serve((asked) => {
    if (asked.headers['x-vtex-api-appkey'] !== 'vtexappkey-loja' || asked.headers['x-vtex-api-apptoken'] !== 'segredo')
      return { status: 401, body: { error: { code: '1', message: 'Acesso não autorizado' } } }
    if (asked.path === '/api/oms/pvt/orders') return { status: 200, body: { list: [] } }
    const [, id = '', invoice] = /^\/api\/oms\/pvt\/orders\/([^/]+)(\/invoice)?$/.exec(asked.path) ?? []
    const order = orders.get(decodeURIComponent(id))
    if (!order) return { status: 404, body: { error: { code: 'OMS007', message: 'Order Not Found' } } }
    if (!invoice) return { status: 200, body: { orderId: id, packageAttachment: { packages: order.packages } } }
    const sent = JSON.parse(asked.body.toString()) as Record<string, unknown>
    if (sent['type'] !== 'Output' || !sent['invoiceNumber'] || !sent['invoiceValue'] || !sent['issuanceDate'] || !Array.isArray(sent['items']))
      return { status: 400, body: { error: { code: 'OMS003', message: 'Invalid invoice' } } }
    order.packages.push({ ...sent, invoiceValue: Number(sent['invoiceValue']) } as never)
    return { status: 200, body: { date: new Date().toISOString(), orderId: id, receipt: crypto.randomUUID().replaceAll('-', '') } }
  })
  return { ...simulator, orders, expect: (id: string) => void orders.set(id, { packages: [] }) }
}

/** Nuvemshop's metafields: one of each name for an order. */
export async function simulateNuvemshop() {
  const fields: { id: number; namespace: string; key: string; value: string; owner_resource: string; owner_id: number }[] = []
  const orders = new Map<string, string[]>()
  const simulator = await serve((asked) => {
    if (asked.headers['authentication'] !== 'bearer token-da-loja')
      return { status: 401, body: { code: 401, message: 'Unauthorized', description: 'Invalid access token' } }
    if (!/\(.+@.+\)/.test(asked.headers['user-agent'] ?? ''))
      return { status: 400, body: { code: 400, message: 'Bad Request', description: 'Missing a valid User-Agent header' } }
    const path = asked.path.replace(/^\/2711/, '')
    if (path === '/store') return { status: 200, body: { name: { pt: 'Loja Teste' } } }
    const parts = /^\/orders\/(\d+)\/fulfillment-orders$/.exec(path)?.[1]
    if (parts) return { status: 200, body: (orders.get(parts) ?? []).map((id) => ({ id })) }
    if (path === '/metafields/orders')
      return {
        status: 200,
        body: fields.filter(
          (row) => String(row.owner_id) === asked.query.get('owner_id') && row.namespace === asked.query.get('namespace') && row.key === asked.query.get('key'),
        ),
      }
    const sent = JSON.parse(asked.body.toString()) as (typeof fields)[number]
    const known = fields.find((row) => String(row.id) === /^\/metafields\/(\d+)$/.exec(path)?.[1])
    if (asked.method === 'PUT') {
      if (!known) return { status: 404, body: { message: 'Not Found' } }
      known.value = sent.value
      return { status: 200, body: known }
    }
    if (!orders.has(String(sent.owner_id))) return { status: 404, body: { message: 'Not Found' } }
    if (fields.some((row) => row.owner_id === sent.owner_id && row.key === sent.key))
      return { status: 422, body: { message: 'Unprocessable Entity', description: 'Metafield already exists' } }
    const field = { ...sent, id: 1234 + fields.length }
    fields.push(field)
    return { status: 201, body: field }
  })
  return { ...simulator, fields, orders, expect: (id: string, ...parts: string[]) => void orders.set(id, parts) }
}
