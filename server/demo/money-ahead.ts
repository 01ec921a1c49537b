import { sql } from 'kysely'
import { agreeAnticipation } from '../treasury/index.ts'
import { keepFile, readKeptFile } from '../reconciliation/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { Problem } from '../platform/problem.ts'
import { dateOf, midnight } from './calendar.ts'
import { writeRows } from './write-rows.ts'

interface Card {
  receivable: number
  charge: string
  instalment: number
  gross: number
  fee: number
  nominal: number
  due: string
}

/** Two anticipations of card sales, one that the gateway has answered and one that waits, and two futures that the owner asked about. */
export async function lookAhead(tx: Tx, actor: Actor, now: number): Promise<void> {
  const cards = await cardsAhead(tx, dateOf(midnight(now, 12)))
  const answered = cards.filter((_, index) => index % 2 === 0).slice(0, 80)
  const { received } = await agree(tx, actor, answered, 'ANT-20417')
  await answer(tx, actor, answered, received, dateOf(now))
  await agree(tx, actor, cards.filter((_, index) => index % 2 === 1).slice(0, 50), 'ANT-20466')
  const month = (offset: number) => dateOf(midnight(now, offset)).slice(0, 7)
  await writeRows(tx, 'scenario', 'id bigint, name text, steps jsonb', [
    { id: 1, name: 'Natal com 20 % a mais', steps: [{ kind: 'sell_more', month: month(25), more: '20', goods: { share: '44', days: 28 } }] },
    {
      id: 2,
      name: 'Capital de giro em dez vezes',
      steps: [
        {
          kind: 'borrow',
          on: dateOf(midnight(now, 10)),
          received: 8_000_000,
          payments: Array.from({ length: 10 }, (_, index) => ({ day: dateOf(midnight(now, 40 + index * 30)), centavos: 887_300 })),
        },
      ],
    },
  ])
}

async function cardsAhead(tx: Tx, from: string): Promise<Card[]> {
  const { rows } = await sql<Card>`
    select receivable.id as receivable, payment_ref as charge, instalment, gross, payment_fee as fee, nominal, due_on::text as due
    from receivable join receivable_balance balance on balance.receivable_id = receivable.id join receivable_terms terms on terms.receivable_id = receivable.id
    where account_id = 3 and unit_id is not null and allocated = 0 and actual_on is null and delivered and due_on >= ${from} and payment_ref is not null
    order by nominal desc, receivable.id limit 240`.execute(tx)
  return rows
}

/** What the simulation would have told the person first, asked of the act itself: it refuses another sum and names the right one. */
async function agree(tx: Tx, actor: Actor, cards: Card[], name: string): Promise<{ received: number }> {
  const input = {
    line: 1,
    account: 3,
    creditor: 'Pagar.me',
    external_id: name,
    bank: null,
    parts: cards.map(({ receivable, nominal }) => ({ receivable, centavos: nominal })),
  }
  try {
    await agreeAnticipation(tx, { ...input, received: 1 }, actor)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'terms_changed') throw error
    const received = Number(error.facts['received'])
    await agreeAnticipation(tx, { ...input, received }, actor)
    return { received }
  }
  throw new Error('an anticipation cannot bring one centavo')
}

/** The gateway pays the contract: payables of the original days, paid today for less. Their lines answer the contract and never the sale. */
async function answer(tx: Tx, actor: Actor, cards: Card[], received: number, today: string): Promise<void> {
  const nominal = cards.reduce((sum, card) => sum + card.nominal, 0)
  let before = 0
  const data = cards.map(({ charge, instalment, gross, fee, nominal: own, due }, index) => {
    const price = Math.round(((nominal - received) * (before + own)) / nominal) - Math.round(((nominal - received) * before) / nominal)
    before += own
    return {
      id: `py_antecipado${String(index).padStart(4, '0')}`,
      status: 'prepaid',
      amount: gross,
      fee,
      anticipation_fee: price,
      fraud_coverage_fee: 0,
      installment: instalment,
      charge_id: charge,
      settlement_id: `st_${today.replaceAll('-', '')}ant`,
      payment_date: `${today}T00:00:00Z`,
      original_payment_date: `${due}T00:00:00Z`,
      type: 'credit',
      payment_method: 'credit_card',
      accrual_date: `${today}T12:00:00.000Z`,
      created_at: `${today}T12:00:00.000Z`,
    }
  })
  const bytes = Buffer.from(JSON.stringify({ data }, null, 1))
  const { file } = await keepFile(tx, { name: `pagarme-antecipacao-${today}.json`, origin: 'upload', account: 3, bytes }, actor)
  const { state } = await readKeptFile(tx, { file }, actor)
  if (state !== 'taken') throw new Error(`the demo's anticipation is ${state}`)
}
