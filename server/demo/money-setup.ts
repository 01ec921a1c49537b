import { sql } from 'kysely'
import { saveFeePolicy } from '../receivables/index.ts'
import type { Tx } from '../platform/db.ts'
import { dateOf, midnight } from './calendar.ts'
import { daysOfMoney } from './past.ts'
import { chance } from './random.ts'
import { writeRows } from './write-rows.ts'

/** What was agreed with each channel, what taxes and boxes cost, what ads cost, and where credit is at hand. All invented; a person confirms such things. */
export async function setUpMoney(tx: Tx, now: number): Promise<void> {
  const dayOf = (offset: number) => dateOf(midnight(now, offset))
  const since = dayOf(-daysOfMoney - 30)
  const whole = (commission_rate: string, fixed_fee = 0) => [{ from_price: 0, commission_rate, fixed_fee }]
  const afterDelivery = { release_after: 'delivery', transit_days: 18 } as const
  const afterApproval = { release_after: 'approval' } as const
  const freightFrom = { from_price: 7900, commission_rate: '0.145', fixed_fee: 0 }
  await saveFeePolicy(tx, {
    account: 1,
    valid_from: since,
    ...afterDelivery,
    release_days: 2,
    bands: [...whole('0.145', 675), freightFrom],
    note: 'Clássico; frete grátis a partir de R$ 79',
  })
  await saveFeePolicy(tx, { account: 2, valid_from: since, ...afterDelivery, release_days: 7, bands: whole('0.18', 400) })
  await saveFeePolicy(tx, {
    account: 2,
    valid_from: dayOf(-45),
    ...afterDelivery,
    release_days: 7,
    bands: whole('0.2', 400),
    note: 'Programa de frete grátis: 2 % a mais',
  })
  await saveFeePolicy(tx, { account: 3, method: 'pix', valid_from: since, ...afterApproval, release_days: 1, payment_rate: '0.0099', bands: whole('0') })
  await saveFeePolicy(tx, { account: 3, method: 'boleto', valid_from: since, ...afterApproval, release_days: 2, payment_rate: '0.0199', bands: whole('0') })
  const card = {
    account: 3,
    method: 'credit_card',
    valid_from: since,
    ...afterApproval,
    release_days: 30,
    instalment_days: 30,
    payment_rate: '0.0399',
    bands: whole('0'),
  }
  await saveFeePolicy(tx, { ...card, acquirer: 'Pagar.me', arrangement: 'Cartão de crédito' } as typeof card)
  await saveFeePolicy(tx, {
    account: 4,
    valid_from: since,
    ...afterApproval,
    release_days: 1,
    bands: whole('0'),
    note: 'Boleto e Pix do banco: a tarifa vem no extrato',
  })

  await writeRows(tx, 'margin_term', 'name text, valid_from date, account_id bigint, value numeric', [
    { name: 'tax_rate', valid_from: since, account_id: null, value: '0.0893' },
    { name: 'tax_rate', valid_from: since, account_id: 4, value: '0.0745' },
    { name: 'packaging_per_shipment', valid_from: since, account_id: null, value: '185' },
    { name: 'target_margin', valid_from: since, account_id: null, value: '0.12' },
    { name: 'return_loss_rate', valid_from: since, account_id: null, value: '0.2' },
  ])
  await writeRows(tx, 'ad_spend', 'account_id bigint, sku text, day date, centavos bigint', await adSpend(tx, dayOf))
  const toConfirm = 'A confirmar com o contador: as fontes divergem'
  await writeRows(tx, 'iof_rate', 'regime text, valid_from date, flat numeric, daily numeric, note text', [
    { regime: 'company', valid_from: '2025-07-17', flat: '0.0038', daily: '0.000082', note: toConfirm },
    { regime: 'simples', valid_from: '2025-07-17', flat: '0.0038', daily: '0.0000274', note: toConfirm },
  ])
  await writeRows(
    tx,
    'credit_line',
    'id bigint, name text, kind text, account_id bigint, discount text, monthly_rate numeric, instalments int, tariff bigint, regime text, most bigint',
    [
      { id: 1, name: 'Antecipação Pagar.me', kind: 'anticipation', account_id: 3, discount: 'por_fora', monthly_rate: '0.0199', tariff: 0, most: 4_000_000 },
      { id: 2, name: 'Itaú capital de giro', kind: 'loan', monthly_rate: '0.0165', instalments: 10, tariff: 35_000, regime: 'company', most: 8_000_000 },
      { id: 3, name: 'Limite da conta Itaú', kind: 'overdraft', monthly_rate: '0.0799', tariff: 0, regime: 'company', most: 2_000_000 },
    ],
  )
  await sql`insert into match_policy (account_id, claim_days) values (1, 30), (2, 15)`.execute(tx)
}

/** What sells best is advertised on both marketplaces; what a click costs does not follow what it sells. */
async function adSpend(tx: Tx, dayOf: (offset: number) => string) {
  const luck = chance(42)
  const { rows } = await sql<{ sku: string }>`select sku from order_line group by sku order by count(*) desc, sku limit 24`.execute(tx)
  return rows.flatMap(({ sku }, rank) =>
    [1, 2].flatMap((account_id) =>
      Array.from({ length: daysOfMoney }, (_, day) => ({
        account_id,
        sku,
        day: dayOf(day - daysOfMoney),
        centavos: luck.between(40, 260) * (rank % 7 === 3 ? 4 : 1),
      })),
    ),
  )
}
