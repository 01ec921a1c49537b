import { sql } from 'kysely'
import { chargeOf, mercadoPagoRelease, pagarmeFile, pagarmePayables, shopeeEscrow } from '../channel-simulators/index.ts'
import { keepFile, readKeptFile } from '../reconciliation/index.ts'
import type { SettlementMapping } from '../reconciliation/index.ts'
import { refreshReceivables } from '../receivables/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { addDays } from '../platform/calendar.ts'
import { dateOf, iso, midnight, minute, weekdayOf } from './calendar.ts'
import type { Told } from './money-truth.ts'
import { daysOfMoney } from './past.ts'
import type { Planted } from './planted.ts'
import { fileEnds } from './regret.ts'
import { writeRows } from './write-rows.ts'

/** What leaves a wallet for a bank. */
export interface Transfer {
  account: number
  /** Day on which it leaves. */
  day: string
  amount: number
  id: string
}

export interface Regret {
  order: number
  account: number
  at: string
  day: string
}

/** All that the channels did: what was planted is in the sales. */
export interface ChannelStory {
  told: Told[]
  regrets: Regret[]
  disputed: Told | undefined
  transfers: Transfer[]
}

/** Works out what each wallet holds day by day and what is withdrawn from it: half of what a shop knows of its own money. */
export function tellChannels(told: Told[], regrets: Regret[], planted: Planted[], now: number): ChannelStory {
  const byOrder = new Map(told.map((one) => [one.order, one]))
  const error = new Map(planted.map((one) => [one.order, one]))
  const yesterday = dateOf(midnight(now, -1))
  for (const { order, account, day } of regrets) {
    const one = byOrder.get(order)
    // on Shopee the money was not released yet, and never is
    if (one && account === 1) one.sale.refund = { amount: one.sale.amount, day }
  }
  const regretted = new Set(regrets.filter(({ account }) => account === 2).map(({ order }) => order))
  const kept = told.filter(({ order }) => !regretted.has(order))
  const wallet = (account: number) => {
    const days = new Map<string, number>()
    const add = (day: string, amount: number) => days.set(day, (days.get(day) ?? 0) + amount)
    for (const { order, paid, nominal, sale } of kept.filter((one) => one.account === account)) {
      const wrong = error.get(order)
      if (wrong?.what === 'missing_order') continue
      const lost = wrong && wrong.what !== 'refund_without_commission' ? wrong.centavos : 0
      add(paid, nominal - lost)
      const { commission = 0, fixed = 0 } = sale.fees ?? {}
      if (sale.refund) add(sale.refund.day, -(sale.amount - (wrong ? 0 : commission + fixed)))
    }
    return days
  }
  const transfers: Transfer[] = []
  for (const [account, weekdays, left] of [
    [1, [2, 5], 20_000],
    [2, [1], 0],
  ] as const) {
    const days = wallet(account)
    let held = 0
    for (let offset = -daysOfMoney - 1; offset < 0; offset++) {
      const start = midnight(now, offset)
      const day = dateOf(start)
      const amount = Math.floor((held - left) / 100) * 100
      if ((weekdays as readonly number[]).includes(weekdayOf(start)) && amount > 40_000) {
        transfers.push({ account, day, amount, id: `${account}${day.replaceAll('-', '')}01` })
        held -= amount
      }
      held += days.get(day) ?? 0
    }
  }
  const cards = kept.filter(
    ({ account, paid, sale, order }) =>
      account === 3 &&
      sale.method === 'credit_card' &&
      sale.instalments === 1 &&
      !error.has(order) &&
      paid > dateOf(midnight(now, -45)) &&
      paid < dateOf(midnight(now, -16)),
  )
  return { told: kept.filter(({ paid }) => paid <= yesterday || true), regrets, disputed: cards[cards.length >> 1], transfers }
}

const wholesale: SettlementMapping = {
  kind: 'settlement',
  channel: 'other',
  dateFormat: 'dd/mm/yyyy',
  defaultKind: 'payment',
  order: 'Pedido',
  gross: 'Valor pago',
  fees: [],
  approvedAt: 'Emissão',
  paidOn: 'Crédito em',
  payout: 'Lote',
}

/**
 * The files of all accounts, week after week (the gateway's every other week, the smaller ones once a month), through the door by which a person's files come in. Between two weeks the orders learn what happened meanwhile: a
 * regret, a disputed card. @returns the deposits that the gateway and the bank's collection make by themselves
 */
export async function takeInFiles(tx: Tx, actor: Actor, story: ChannelStory, now: number, stopping?: AbortSignal): Promise<Transfer[]> {
  const { told, regrets, disputed, transfers } = story
  const dayOf = (offset: number) => dateOf(midnight(now, offset))
  await writeRows(tx, 'column_mapping', 'id bigint, name text, mapping jsonb', [{ id: 1, name: 'Atacado: boletos e Pix recebidos', mapping: wholesale }])
  const of = (account: number) => told.filter((one) => one.account === account)
  const [ml, shopee, shop, trade] = [of(1), of(2), of(3), of(4)]
  const payables = pagarmePayables(
    shop.map(({ sale }) => sale),
    { paidUntil: dayOf(-1) },
  )
  if (disputed)
    payables.push(
      disputeOf(
        payables.find(({ charge_id }) => charge_id === chargeOf(disputed.sale))!,
        dayOf(-10),
      ),
    )
  const take = async (name: string, account: number, text: string, mapping: number | null = null) => {
    const { file } = await keepFile(tx, { name, origin: 'upload', account, mapping, bytes: Buffer.from(text) }, actor)
    const { state } = await readKeptFile(tx, { file }, actor)
    if (state !== 'taken') throw new Error(`the demo's ${name} is ${state}`)
  }
  await learn(
    tx,
    actor,
    regrets.filter(({ account }) => account === 2).map(({ order, at }) => ({ order, at, payment: 'refunded' })),
  )
  let from = dayOf(-daysOfMoney - 1)
  for (const [week, end] of fileEnds.entries()) {
    stopping?.throwIfAborted()
    const until = dayOf(end)
    const within = (day: string) => day >= from && day <= until
    const withdrawals = transfers
      .filter(({ account, day }) => account === 1 && day <= until)
      .map(({ id, day, amount }) => ({ id, at: `${day}T13:00:00.000Z`, amount }))
    const released = ml.filter(({ paid }) => paid <= until).map(({ sale }) => (sale.refund && sale.refund.day > until ? { ...sale, refund: undefined } : sale))
    await take(`liberacoes-${until}.csv`, 1, mercadoPagoRelease(released as (typeof ml)[number]['sale'][], { from, until, withdrawals }))
    const escrows = shopee.filter(({ paid }) => within(paid)).map(({ sale }) => sale)
    if (escrows.length) await take(`shopee-escrow-${until}.json`, 2, shopeeEscrow(escrows, { from, until }))
    if (week % 2 === 0) {
      const since = dayOf(fileEnds[week - 2] ?? -daysOfMoney - 2)
      const due = payables.filter(
        ({ status, payment_date }) =>
          (status === 'paid' && payment_date.slice(0, 10) > since && payment_date.slice(0, 10) <= until) || (end === -1 && status !== 'paid'),
      )
      if (due.length) await take(`pagarme-recebiveis-${until}.json`, 3, pagarmeFile(due))
    }
    // the smaller reports come once a month
    if (week % 4 === 0) {
      const since = dayOf(fileEnds[week - 4] ?? -daysOfMoney - 2)
      const month = (day: string) => day > since && day <= until
      const saques = transfers.filter(({ account, day }) => account === 2 && month(day))
      if (saques.length) await take(`shopee-carteira-${until}.json`, 2, walletOf(saques))
      const received = trade.filter(({ paid }) => month(paid))
      if (received.length)
        await take(
          `atacado-recebidos-${until}.csv`,
          4,
          csv(
            'Pedido;Emissão;Crédito em;Valor pago;Lote',
            received.map(({ sale, paid }) => [sale.order, written(sale.approvedAt.slice(0, 10)), written(paid), reais(sale.amount), lot(paid)]),
          ),
          1,
        )
    }
    const next = fileEnds[week + 1] === undefined ? dayOf(0) : dayOf(fileEnds[week + 1]!)
    const news = regrets.filter(({ account, day }) => account === 1 && day > until && day <= next).map(({ order, at }) => ({ order, at, payment: 'refunded' }))
    if (disputed && until < dayOf(-10) && next >= dayOf(-10))
      news.push({ order: disputed.order, at: iso(midnight(now, -11) + 700 * minute), payment: 'chargeback' })
    await learn(tx, actor, news)
    from = addDays(until, 1)
  }
  await datesOfFiles(tx)
  return [
    ...deposits(
      3,
      payables.filter(({ status }) => status === 'paid').map(({ payment_date, amount, fee }) => [payment_date.slice(0, 10), amount - fee]),
    ),
    ...deposits(
      4,
      trade.filter(({ paid }) => paid <= dayOf(-1)).map(({ paid, sale }) => [paid, sale.amount]),
    ),
  ]
}

function disputeOf(paid: ReturnType<typeof pagarmePayables>[number], day: string): ReturnType<typeof pagarmePayables>[number] {
  const told = { id: `${paid.id}cb`, amount: -paid.amount, fee: -paid.fee, payment_date: `${day}T00:00:00Z`, settlement_id: `st_${day.replaceAll('-', '')}` }
  return { ...paid, ...told, type: 'chargeback' as 'refund', accrual_date: `${day}T12:00:00.000Z`, created_at: `${day}T12:00:00.000Z` }
}

/** The channel tells of a buyer who got his money back; what is owed follows. */
async function learn(tx: Tx, actor: Actor, news: { order: number; at: string; payment: string }[]): Promise<void> {
  if (!news.length) return
  await sql`
    with news as (select * from ${table(news, 'news("order" bigint, at timestamptz, payment text)')}), told as (
      insert into order_event (order_id, operation, at, actor_name, payment) select "order", 'update', at, 'Integração', payment from news order by at
    )
    update sales_order set payment = news.payment, updated_at = at from news where sales_order.id = "order"`.execute(tx)
  await sql`
    update shipment set fulfilment = (select fulfilment from order_event where shipment_id = shipment.id and fulfilment is not null order by order_event.id desc limit 1)
    where order_id = any(${news.map(({ order }) => order)}::bigint[])`.execute(tx)
  await refreshReceivables(
    tx,
    news.map(({ order }) => order),
    actor,
  )
}

/** The files came on the morning after their last day. */
const datesOfFiles = (tx: Tx) =>
  sql`
  with came as (
    select file.id, source.id as source, ((select max(day) from settlement_line where file_id = source.id) + time '10:40') at time zone 'America/Sao_Paulo' + interval '1 day' as at
    from money_file file join source_file source on source.id = source_file_id
  ), sources as (
    update source_file set at = least(came.at, now()) from came where source_file.id = source
  )
  update money_file set received_at = least(came.at, now()), finished_at = least(came.at + interval '2 seconds', now()) from came where money_file.id = came.id`.execute(
    tx,
  )

/** As v2.payment.get_wallet_transaction_list says it. */
const walletOf = (withdrawals: Transfer[]) =>
  JSON.stringify({
    transaction_list: withdrawals.map(({ id, day, amount }) => ({
      status: 'COMPLETED',
      transaction_type: 'WITHDRAWAL_CREATED',
      money_flow: 'MONEY_OUT',
      amount: amount / 100,
      withdrawal_id: id,
      create_time: Date.parse(`${day}T12:00:00Z`) / 1000,
    })),
  })

const deposits = (account: number, lines: [string, number][]): Transfer[] =>
  [...Map.groupBy(lines, ([day]) => day)]
    .map(([day, some]) => ({
      account,
      day,
      amount: some.reduce((sum, [, amount]) => sum + amount, 0),
      id: account === 4 ? lot(day) : `st_${day.replaceAll('-', '')}`,
    }))
    .filter(({ amount }) => amount > 0)

const lot = (day: string) => `AT${day.replaceAll('-', '')}`
const written = (day: string) => day.split('-').toReversed().join('/')
const reais = (centavos: number) => (centavos / 100).toFixed(2).replace('.', ',')
const csv = (header: string, rows: string[][]) => `${[header, ...rows.map((cells) => cells.join(';'))].join('\r\n')}\r\n`
