import { expect, test } from 'vitest'
import { startChannelSimulator } from '../../test/processes.ts'
import { moneyKeys } from './index.ts'

test('as a program of its own it says where it is and what opens it, answers what it was told, and misbehaves when asked to', async () => {
  const { url, said, stop } = await startChannelSimulator()
  try {
    const token = moneyKeys.mercado_pago.secrets.access_token
    expect(said()).toContain(token)
    const control = (body: object) => fetch(`${url}/_control`, { method: 'POST', body: JSON.stringify(body) })
    const reports = (authorization = `Bearer ${token}`) => fetch(`${url}/v1/account/release_report/list`, { headers: { authorization } })
    const sale = { order: '2000001', amount: 10_000, approvedAt: '2026-11-01T12:00:00Z', delivered: '2026-11-03' }
    await control({ tell: { channel: 'mercado_pago', sales: [sale] } })
    expect(await (await fetch(`${url}/_control`)).json()).toMatchObject({ mercado_pago: { sales: 1 }, shopee: { sales: 0 } })
    await control({ disturb: { trouble: { instead: { status: 429 } }, path: '^/v1/account/', times: 2 } })
    const statuses = []
    for (let time = 0; time < 3; time++) statuses.push((await reports()).status)
    expect(statuses).toEqual([429, 429, 200])
    expect((await reports('Bearer another')).status).toBe(401)
    for (const nonsense of [
      { tell: { channel: 'casas', sales: [] } },
      { disturb: { trouble: { instead: { status: 429 } }, path: '(' } },
      { disturb: { trouble: {} } },
      { disturb: { trouble: { lost: 'for ever' } } },
    ])
      expect((await control(nonsense)).status).toBe(400)
    expect((await reports()).status).toBe(200)
  } finally {
    await stop()
  }
})
