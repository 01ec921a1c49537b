import { readNfe, serve, tokens } from './serve.ts'

/** Invoices of a delivery as Magalu documents them: validated a while after they were sent. */
export async function simulateMagalu() {
  const grants = tokens()
  const deliveries = new Map<string, { key: string; issued_at: string; xml: string; status: 'validating' | 'approved' | 'invalid' }[]>()
  const simulator = await serve((asked) => {
    if (asked.path === '/oauth/token') return grants.trade(new URLSearchParams(asked.body.toString()).get('refresh_token') ?? '')
    if (!grants.valid((asked.headers['authorization'] ?? '').replace('Bearer ', ''))) return { status: 401, body: { message: 'Unauthorized' } }
    if (asked.path === '/seller/v1/deliveries') return { status: 200, body: { results: [] } }
    const [, id = '', key] = /^\/seller\/v1\/deliveries\/([\w-]+)\/invoices(?:\/(\w{44}))?$/.exec(asked.path) ?? []
    const held = deliveries.get(id)
    if (!held) return { status: 404, body: { message: 'Delivery not found' } }
    if (asked.method === 'GET') return { status: 200, body: { meta: {}, results: held } }
    const sent = JSON.parse(asked.body.toString()) as { key?: string; issued_at?: string; amount?: number; channel?: { id?: string }; xml?: string }
    const nota = readNfe(sent.xml ?? '')
    if (!nota || !sent.issued_at) return { status: 400, body: { message: 'invalid xml' } }
    if (key) {
      const old = held.find((row) => row.key === key)
      if (old?.status !== 'invalid') return { status: 400, body: { message: 'invoice is not invalid' } }
      old.status = 'validating'
      return { status: 204 }
    }
    if (sent.key !== nota.key || !sent.channel?.id || typeof sent.amount !== 'number')
      return { status: 400, body: { message: 'key, amount and channel are required' } }
    if (held.some((row) => row.key === nota.key)) return { status: 409, body: { message: 'invoice already exists' } }
    held.push({ key: nota.key, issued_at: sent.issued_at, xml: sent.xml ?? '', status: 'validating' })
    return { status: 201, body: { issued_at: sent.issued_at, key: nota.key, status: 'awaiting_validation' } }
  })
  return {
    ...simulator,
    grants,
    deliveries,
    expect: (id: string) => void deliveries.set(id, []),
    /** What its validation says of everything that waits for it. */
    validate: (status: 'approved' | 'invalid') => deliveries.forEach((held) => held.forEach((row) => row.status === 'validating' && (row.status = status))),
  }
}
