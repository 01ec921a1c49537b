/**
 * The contribution margin read over 1,000,000 order lines of two years: by channel, supplier, product and listing, and the last 30 days by product, through the same
 * use case as the screen. Bars: 700 ms each, 100 ms for the 30 days. The baseline is a bare sum of one column over all the lines.
 */
import { sql } from 'kysely'
import { marginBy, rollMargins } from '../server/pricing/index.ts'
import { percentile, round, withShop } from './_shop.ts'

const lines = Number(process.argv[2] ?? 1_000_000)
const rounds = Number(process.argv[3] ?? 7)
const products = 5_000
const days = 730
await withShop(1, 1, async ({ command, server }) => {
  const day = (before: number) => new Date(Date.now() - before * 86_400_000).toLocaleDateString('sv', { timeZone: 'America/Sao_Paulo' })
  await command(async (tx) => {
    await sql`insert into channel_account (code, name, kind) select 'conta-' || n, 'Canal ' || n, 'shop' from generate_series(2, 6) n`.execute(tx)
    await sql`insert into supplier (name) select 'Fornecedor ' || n from generate_series(1, 200) n`.execute(tx)
    await sql`insert into product (sku, name, supplier_id) select 'P-' || n, 'Produto ' || n, 1 + n % 200 from generate_series(2, ${products}) n`.execute(tx)
    const began = performance.now()
    // whole numbers from the number of the line alone, so every run has the same lines; sales fall as in life: a fifth of the products makes four fifths of them
    await sql`
      insert into line_margin (order_line_id, order_id, day, account_id, product_id, supplier_id, listing, kit, carrier_id, state, units, goods, freight_charged, discount, refund, tax, cost, commission,
        fixed_fee, payment_fee, freight_paid, packaging, ads, return_cost, predicted, settled)
      select n, n * 10 / 13, ${day(0)}::date - (${days} - n::bigint * ${days} / ${lines})::int, 1 + mix % 6, 1 + own, 1 + own % 200, 'P-' || 1 + own || case when own % 3 = 0 then '-B' else '' end, mix % 50 = 0, 1,
        (array['SP','RJ','MG','PR','SC','RS','BA','PE','CE','GO'])[1 + mix % 10], 1 + mix % 3, worth, case when mix % 4 = 0 then 1500 else 0 end, -(worth * (mix % 7) / 100), case when mix % 61 = 0 then -worth else 0 end,
        -worth * 8 / 100, case when mix % 97 <> 0 then -worth * (35 + mix % 30) / 100 end, -worth * 14 / 100, -600, 0, -(mix % 2500), -120, -(mix % 200), case when mix % 61 = 0 then -1900 else 0 end,
        worth * 15 / 100, n < ${lines} * 0.97
      from (
        select n, mix, case when mix % 5 < 4 then 0 else ${products} / 5 end + (n::bigint * 40503 % (case when mix % 5 < 4 then ${products} / 5 else ${products} * 4 / 5 end))::int as own, (2000 + n::bigint * 7919 % 28000)::int as worth
        from (select n, (n::bigint * 2654435761 % 1000003)::int as mix from generate_series(1, ${lines}::int) n) number
      ) line`.execute(tx)
    await sql`insert into margin_month_stale (month, touched_at) select distinct date_trunc('month', day)::date, now() - interval '2 hours' from line_margin`.execute(
      tx,
    )
    console.log(`${lines} lines written in ${round((performance.now() - began) / 1000)} s`)
  })
  const time = async (read: () => Promise<unknown>) => {
    const times: number[] = []
    await read()
    for (let turn = 0; turn < rounds; turn++) {
      const began = performance.now()
      await read()
      times.push(performance.now() - began)
    }
    return { p50: round(percentile(times, 0.5)), worst: round(Math.max(...times)) }
  }
  const whole = { from: day(days), to: day(0) }
  const dimensions = ['channel', 'supplier', 'product', 'listing'] as const
  // before any month is summed, every reading goes through the lines
  await server.app.pool.query('vacuum analyze m_banco.line_margin')
  const fromLines: Record<string, number> = {}
  for (const by of dimensions) fromLines[by] = (await time(() => command((tx) => marginBy(tx, { ...whole, by })))).p50
  const rolling = performance.now()
  let months = 0
  while ((await command(rollMargins)).more) months++
  const rolled_s = round((performance.now() - rolling) / 1000)
  // what autovacuum does within minutes
  await server.app.pool.query('vacuum analyze m_banco.line_margin, m_banco.margin_month')
  console.log(`${months} months summed in ${rolled_s} s; the last ones stay lines`)
  const baseline = await time(() => command((tx) => sql`select sum(margin) from line_margin`.execute(tx)))
  const figures: Record<string, { p50: number; worst: number }> = {}
  for (const by of dimensions) figures[by] = await time(() => command((tx) => marginBy(tx, { ...whole, by })))
  figures['product_30_days'] = await time(() => command((tx) => marginBy(tx, { from: day(29), to: day(0), by: 'product' })))
  // the answer is right: groups sum to the lines
  const grouped = await command((tx) => marginBy(tx, { ...whole, by: 'channel' }))
  const { rows } = await command((tx) => sql<{ margin: number }>`select sum(margin)::bigint as margin from line_margin`.execute(tx))
  const sum = grouped.rows.reduce((all, { margin }) => all + margin, 0)
  if (sum !== rows[0]!.margin || sum !== grouped.total.margin) throw new Error(`groups sum to ${sum}, lines to ${rows[0]!.margin}`)
  for (const [name, { p50, worst }] of Object.entries(figures))
    console.log(`${name.padEnd(16)} p50 ${String(p50).padStart(7)} ms  worst ${String(worst).padStart(7)} ms`)
  const { product_30_days, ...all } = figures
  const value = Math.max(...Object.values(all).map(({ p50 }) => p50))
  console.log(
    JSON.stringify({
      name: 'margin',
      value,
      unit: 'ms',
      lines,
      months,
      rolled_s,
      last_30_days_ms: product_30_days!.p50,
      baseline: baseline.p50,
      ratio: round(value / baseline.p50, 2),
      from_lines_p50: fromLines,
      p50: Object.fromEntries(Object.entries(figures).map(([name, { p50 }]) => [name, p50])),
    }),
  )
})
