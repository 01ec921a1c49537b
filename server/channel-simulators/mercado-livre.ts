import { readForm, readNfe, serve, tokens } from './serve.ts'
import type { Said } from './serve.ts'

const mistake = (status: number, error: string): Said => ({ status, body: { message: `Invoice refused: ${error}`, error, status, cause: [] } })

/** Import of notas as Mercado Livre documents it: one for each shipment, by key, production only, 1 MB. */
export async function simulateMercadoLivre() {
  const grants = tokens()
  const shipments = new Map<string, { status: string; substatus: string; invoice: { id: number; fiscal_key: string } | null }>()
  const packs = new Map<string, { id: string; filename: string }[]>()
  let next = 429_348_053
  const simulator = await serve((asked) => {
    if (asked.path === '/oauth/token') return grants.trade(new URLSearchParams(asked.body.toString()).get('refresh_token') ?? '')
    if (!grants.valid((asked.headers['authorization'] ?? '').replace('Bearer ', '')))
      return { status: 401, body: { message: 'invalid access token', error: 'not_found', status: 401, cause: [] } }
    if (asked.path === '/users/me') return { status: 200, body: { id: 1, nickname: 'LOJATESTE' } }
    const pack = /^\/packs\/(\w+)\/fiscal_documents$/.exec(asked.path)?.[1]
    if (pack) {
      const held = packs.get(pack) ?? []
      if (asked.method === 'GET') return held.length ? { status: 200, body: { pack_id: pack, fiscal_documents: held } } : mistake(404, 'not_found')
      const { file } = readForm(asked)
      if (!file) return mistake(400, 'bad_request')
      packs.set(pack, [...held, { id: `${pack}_${held.length}`, filename: file.filename }])
      return { status: 201, body: { ids: [`${pack}_${held.length}`] } }
    }
    const replaced = /^\/shipment_invoice\/(\d+)\/$/.exec(asked.path)?.[1]
    const shipment = replaced
      ? [...shipments.values()].find(({ invoice }) => String(invoice?.id) === replaced)
      : shipments.get(/^\/shipments\/(\w+)\/invoice_data\/$/.exec(asked.path)?.[1] ?? '')
    if (!shipment || asked.query.get('siteId') !== 'MLB') return mistake(404, 'not_found')
    if (asked.method === 'GET') return shipment.invoice ? { status: 200, body: { ...shipment.invoice, status: 'approved' } } : mistake(404, 'not_found')
    const nota = readNfe(asked.body.toString())
    if (asked.body.length > 1024 * 1024 || asked.headers['content-type'] !== 'application/xml') return mistake(400, 'bad_request')
    if (!nota || nota.trial) return mistake(400, 'invalid_nfe_cstat')
    if ([...shipments.values()].some((other) => other !== shipment && other.invoice?.fiscal_key === nota.key)) return mistake(400, 'duplicated_fiscal_key')
    if (!replaced && shipment.invoice)
      return mistake(400, shipment.invoice.fiscal_key === nota.key ? 'duplicated_fiscal_key' : 'shipment_invoice_already_saved')
    if (!replaced && shipment.substatus !== 'invoice_pending') return mistake(400, 'invalid_operation_for_site_id')
    shipment.invoice = { id: next++, fiscal_key: nota.key }
    shipment.substatus = 'ready_to_print'
    return { status: 201, body: { ...shipment.invoice, status: 'approved' } }
  })
  return {
    ...simulator,
    grants,
    shipments,
    packs,
    expect: (id: string) => void shipments.set(id, { status: 'ready_to_ship', substatus: 'invoice_pending', invoice: null }),
  }
}
