/**
 * The floor at its peak: 15 pickers and 15 packers at once, each scanning once a second through the stations' API, every
 * tenth scan sent twice as a bad network does. Bar: p95 < 100 ms from the scan to the answer, none lost, none doubled.
 */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Instruction } from '../server/picking/contract.ts'
import { receiveOrders } from '../server/orders/index.ts'
import { confirmPick, instructionOf, releaseShipments, startTrip } from '../server/picking/index.ts'
import type { Tx } from '../server/platform/db.ts'
import { percentile, round, withShop } from './_shop.ts'

const seconds = Number(process.argv[2] ?? 30)
const pickers = 15
const packers = 15
await withShop(300, 100_000, async ({ address, command, actor, skus, token }) => {
  const order = (number: number, lines: number) => ({
    account: 'loja',
    external_id: `S-${number}`,
    version: 1,
    placed_at: new Date().toISOString(),
    buyer: { name: `Comprador ${number}`, external_id: `c${number}` },
    ship_to: { cep: '30140071', street: 'Rua da Bahia', number: '1', city: 'Belo Horizonte', state: 'MG' },
    lines: Array.from({ length: lines }, (_, line) => ({ sku: skus[(number * 7 + line * 11) % skus.length]!, quantity: 1, unit_price: 1000 })),
  })
  const receiveAndRelease = (from: number, count: number, lines: number) =>
    command(async (tx: Tx) => {
      await receiveOrders(tx, { orders: Array.from({ length: count }, (_, index) => order(from + index, lines)) }, actor)
      const { rows } = await sql<{ id: number }>`select id from shipment where fulfilment = 'waiting' and covered`.execute(tx)
      return releaseShipments(tx, { shipments: rows.map((row) => row.id) }, actor)
    })
  const perPacker = Math.ceil(seconds / 3) + 2
  // what the packers will check was picked before
  await receiveAndRelease(1, packers * perPacker, 3)
  let tote = 1000
  await command(async (tx) => {
    const { rows: trips } = await sql<{ id: number }>`select id from trip where state = 'waiting'`.execute(tx)
    for (const [index] of trips.entries()) {
      const { trip } = await startTrip(tx, { cart: `C-${100 + index}` }, actor)
      for (let now = await instructionOf(tx, { trip }); now.steps[0];) {
        const [step] = now.steps
        now = await confirmPick(
          tx,
          { trip, tasks: step.tasks, place: step.place, item: step.sku, quantity: step.quantity, tote: step.tote ?? `T-${tote++}` },
          actor,
        )
      }
    }
  })
  await receiveAndRelease(100_000, 500, 8)
  await command((tx) => sql`analyze`.execute(tx))

  const took: Record<'pick' | 'check', number[]> = { pick: [], check: [] }
  const problems: string[] = []
  const right = { pick: 0, check: 0 }
  const post = async <T>(bearer: string, path: string, body: object, kind?: 'pick' | 'check'): Promise<T> => {
    const id = randomUUID()
    const send = () =>
      fetch(`${address}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, 'idempotency-key': id },
        body: JSON.stringify(body),
      })
    const began = performance.now()
    const twice = kind !== undefined && Math.random() < 0.1
    const [answer, again] = await Promise.all([send(), twice ? send() : null])
    const text = await answer.text()
    if (kind) took[kind].push(performance.now() - began)
    if (!answer.ok) problems.push(`${path}: ${text}`)
    if (again && (await again.text()) !== text) problems.push(`${path}: the retry got another answer`)
    if (kind && answer.ok) right[kind]++
    return JSON.parse(text) as T
  }
  const end = Date.now() + seconds * 1000
  const pace = (began: number) => new Promise((next) => setTimeout(next, Math.max(0, 1000 - (Date.now() - began))))

  async function picker(number: number) {
    const bearer = await token('picker')
    await new Promise((next) => setTimeout(next, number * 66))
    const { trip } = await post<{ trip: number }>(bearer, '/picking/start', { cart: `C-${number + 1}` })
    let now = ((await (await fetch(`${address}/picking/mine`, { headers: { authorization: `Bearer ${bearer}` } })).json()) as { instruction: Instruction })
      .instruction
    const totes = new Map<number, string>()
    while (Date.now() < end && now?.steps?.[0]) {
      const began = Date.now()
      const [step] = now.steps
      const mine = step.tote ?? totes.get(step.slot) ?? `T-${number * 20 + step.slot}`
      totes.set(step.slot, mine)
      now = await post<Instruction>(
        bearer,
        `/picking/trips/${trip}/pick`,
        { tasks: step.tasks, place: step.place, item: step.barcodes[0]!.code, quantity: step.quantity, tote: mine },
        'pick',
      )
      await pace(began)
    }
  }
  const { rows: ready } = await command((tx) =>
    sql<{ id: number; skus: string[] }>`
    select shipment.id, array_agg(product.sku order by line.id) as skus from shipment join shipment_line line on line.shipment_id = shipment.id join product on product.id = line.product_id
    where fulfilment = 'picked' group by shipment.id order by shipment.id`.execute(tx),
  )
  async function packer(number: number) {
    const bearer = await token('packer')
    await new Promise((next) => setTimeout(next, number * 66 + 33))
    for (const { id, skus: wanted } of ready.filter((_, index) => index % packers === number)) {
      for (const code of wanted) {
        if (Date.now() >= end) return
        const began = Date.now()
        await post(bearer, `/packing/shipments/${id}/scan`, { code }, 'check')
        await pace(began)
      }
      await post(bearer, `/packing/shipments/${id}/close-volume`, { carton: 'CX1', weight_g: 1100, accept_weight: true })
    }
  }
  const cpu = process.cpuUsage()
  const began = performance.now()
  await Promise.all([...Array.from({ length: pickers }, (_, number) => picker(number)), ...Array.from({ length: packers }, (_, number) => packer(number))])
  const elapsed = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const { rows } = await command((tx) =>
    sql<{ picks: number; checks: number }>`
    select (select count(*)::int from order_event where operation = 'pick' and actor_name = 'picker') as picks, (select count(*)::int from order_event where operation = 'check' and actor_name = 'packer' and facts ? 'units') as checks`.execute(
      tx,
    ),
  )
  const kept = rows[0]!
  const lostOrDoubled = Math.abs(kept.picks - right.pick) + Math.abs(kept.checks - right.check) + problems.length
  if (problems.length) console.log(problems.slice(0, 5).join('\n'))
  const all = [...took.pick, ...took.check]
  console.log(
    `${all.length} scans in ${round(elapsed)} s by 30 stations: pick p50 ${round(percentile(took.pick, 0.5))} p95 ${round(percentile(took.pick, 0.95))} ms, check p50 ${round(percentile(took.check, 0.5))} p95 ${round(percentile(took.check, 0.95))} ms; lost or doubled: ${lostOrDoubled}`,
  )
  console.log(
    JSON.stringify({
      name: 'scan',
      value: round(percentile(all, 0.95)),
      unit: 'ms p95',
      baseline: 100,
      ratio: round(percentile(all, 0.95) / 100, 2),
      p50_ms: round(percentile(all, 0.5)),
      p99_ms: round(percentile(all, 0.99)),
      pick_p95_ms: round(percentile(took.pick, 0.95)),
      check_p95_ms: round(percentile(took.check, 0.95)),
      scans: all.length,
      lost_or_doubled: lostOrDoubled,
      cpu_ms_per_scan: round((user + system) / 1000 / all.length, 2),
    }),
  )
})
