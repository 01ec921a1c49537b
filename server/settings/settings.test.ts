import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { seedShop } from '../../test/seed.ts'
import { changeSettings, currentSettings } from './index.ts'
import { saveSettings } from './contract.ts'

const db = await cloneDatabase()

test('a merchant without a row lives by the defaults', async () => {
  expect(await db.command(currentSettings)).toMatchObject({ time_zone: 'America/Sao_Paulo', weigh_boxes: true, invoice_required: false, single_batch: 40 })
})

test('only what is named changes, and null goes back to the default', async () => {
  await db.command(seedShop)
  await db.command((tx) => changeSettings(tx, saveSettings.body.parse({ weigh_boxes: false, default_carrier: 'RAPIDA' })))
  expect(await db.command((tx) => changeSettings(tx, saveSettings.body.parse({ auto_release_minutes: 90 })))).toMatchObject({
    weigh_boxes: false,
    auto_release_minutes: 90,
    default_carrier: 'RAPIDA',
  })
  expect(await db.command((tx) => changeSettings(tx, saveSettings.body.parse({ auto_release_minutes: null })))).toMatchObject({ auto_release_minutes: null })
})

test('a carrier that does not exist and a foreign time zone are refused', async () => {
  await expect(db.command((tx) => changeSettings(tx, saveSettings.body.parse({ default_carrier: 'NADA' })))).rejects.toMatchObject({ code: 'no_such_carrier' })
  expect(saveSettings.body.safeParse({ time_zone: 'Europe/Lisbon' }).success).toBe(false)
})
