import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { seedProduct, seedShop } from '../../test/seed.ts'
import { live } from '../../test/history.ts'
import type { Step } from '../../test/history.ts'
import { insightHome } from './home.ts'
import { insightOperation } from './operation.ts'

const db = await cloneDatabase()
let sku: string
beforeAll(async () => {
  await db.command(seedShop)
  ;({ sku } = await db.command((tx, actor) => seedProduct(tx, actor, { stock: 1000 })))
})

const whole: Step[] = [
  { operation: 'release', after: 10 },
  { operation: 'start_pick', after: 20 },
  { operation: 'pick', after: 5 },
  { operation: 'finish_pick', after: 5 },
  { operation: 'check', after: 30 },
  { operation: 'pack', after: 4 },
  { operation: 'label', after: 1 },
  { operation: 'dispatch', after: 60 },
  { operation: 'deliver', after: 1440 },
]

describe('x', () => {
  test('a whole life', async () => {
    const began = new Date(Date.now() - 3 * 86_400_000)
    await db.command((tx, actor) => live(tx, actor, began, whole, sku, { promised_at: new Date().toISOString() }))
    const operation = await db.command((tx) => insightOperation(tx, {}))
    console.log(JSON.stringify(operation, null, 1).slice(0, 9000))
    console.log(JSON.stringify(await db.command((tx) => insightHome(tx)), null, 1))
    void sql
    expect(operation.phases.map(({ median }) => median)).toEqual([10, 20, 10, 30, 5, 60, 1440])
  })
})
