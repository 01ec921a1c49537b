import type { Answer } from './client.ts'

/* Picker, packer and dispatcher who do what their screens say, over the API and nothing else. */

/** One call of a station; whoever gives it decides about retries. Refusals come back as answers. */
export type Ask = (method: 'GET' | 'POST', url: string, body?: object) => Promise<Answer>

/** What lies in each tote, as the picker put it there: the packer sees items, not orders. */
export type Totes = Map<string, string[]>

const done = ({ status, body }: Answer, what: string) => {
  if (status !== 200) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`)
  return body
}

/** The next step of the picker's walk, with the next cart when there is no walk. @returns whether there was anything to do */
export async function pickNext(ask: Ask, nextCart: () => string, nextTote: () => string, totes: Totes): Promise<boolean> {
  const mine = done(await ask('GET', '/picking/mine'), 'what to pick')
  if (!mine.instruction) {
    if (!mine.waiting) return false
    const started = await ask('POST', '/picking/start', { cart: nextCart() })
    // another picker took the last one
    if (started.status === 409 && started.body.code === 'nothing_to_pick') return false
    done(started, 'start')
    return true
  }
  const { trip, steps } = mine.instruction
  const [step] = steps
  if (!step) throw new Error(`a walk without a step: ${JSON.stringify(mine.instruction)}`)
  const tote: string = step.tote ?? nextTote()
  // the goods are in the tote before the server knows, as they are on the floor
  totes.set(tote, [...(totes.get(tote) ?? []), ...Array.from({ length: step.quantity }, () => step.barcodes[0]?.code ?? step.sku)])
  done(
    await ask('POST', `/picking/trips/${trip}/pick`, {
      tasks: step.tasks,
      place: step.place,
      item: step.barcodes[0]?.code ?? step.sku,
      quantity: step.quantity,
      tote,
    }),
    'pick',
  )
  return true
}

/**
 * Takes the first tote of the queue, checks one order of it and closes its box.
 * @returns codes of its boxes; none: what lies on top is still being picked; null: nothing waits
 */
export async function packNext(ask: Ask, carton: string, totes: Totes): Promise<string[] | null> {
  const queue = done(await ask('GET', '/packing/queue'), 'bench queue')
  const tote = queue.rows[0]?.tote
  if (!tote) return null
  const opened = done(await ask('POST', '/packing/open', { code: tote }), `tote ${tote}`)
  let bench = opened.bench ?? (await firstOf(ask, tote, totes.get(tote) ?? []))
  if (!bench) return []
  // lifts out whatever of the tote this order still wants
  while (bench.phase === 'checking') {
    const wanted = bench.lines.find((line: { quantity: number; checked: number }) => line.checked < line.quantity)
    bench = done(await ask('POST', `/packing/shipments/${bench.shipment}/scan`, { code: wanted.barcodes[0]?.code ?? wanted.sku }), 'scan')
  }
  for (const line of bench.lines)
    for (let unit = 0; unit < line.quantity; unit++) {
      const code = line.barcodes[0]?.code ?? line.sku
      // an order's tote may have been filled twice when the first was full: take it from where it is
      const held = [totes.get(tote) ?? [], ...totes.values()].find((items) => items.includes(code))
      if (!held) throw new Error(`${code} is in no tote`)
      held.splice(held.indexOf(code), 1)
    }
  if (bench.phase === 'closing')
    bench = done(
      await ask('POST', `/packing/shipments/${bench.shipment}/close-volume`, { carton, weight_g: bench.expected_weight_g ?? 500, accept_weight: true }),
      'close the box',
    )
  return bench.volumes.map((volume: { code: string }) => volume.code)
}

/** Scans items of a batch's tote until one opens an order; the others lie aside. */
async function firstOf(ask: Ask, tote: string, items: string[]) {
  for (const code of new Set(items)) {
    const answer = await ask('POST', '/packing/batch-scan', { tote, code })
    if (answer.body?.code !== 'not_in_tote') return done(answer, `an item of ${tote}`)
  }
  return null
}

/** Loads every ready box of the carrier and lets the truck go. @returns shipments that left and the codes of their boxes */
export async function dispatchAll(ask: Ask, carrier: string): Promise<{ dispatched: number; codes: string[] }> {
  const { manifest } = done(await ask('POST', '/manifests', { carrier }), 'open the manifest')
  const page = done(await ask('GET', `/manifests/${manifest}`), 'manifest')
  const codes: string[] = page.missing.map((box: { code: string }) => box.code)
  for (const code of codes) done(await ask('POST', `/manifests/${manifest}/load`, { code }), `load ${code}`)
  const { dispatched } = done(await ask('POST', `/manifests/${manifest}/close`, { plate: 'ABC1D23' }), 'close the manifest')
  return { dispatched, codes }
}
