import { beforeAll, expect, test } from 'vitest'
import { claimShop, good, nominal } from '../../test/claim-shop.ts'
import { cloneDatabase } from '../../test/database.ts'
import { changePolicy } from './board.ts'
import { claimList } from './claim-list.ts'
import { matchLines } from './index.ts'
import { moveClaims } from './move-claims.ts'

const db = await cloneDatabase()
const { account: own, sell, take, ledger } = claimShop(db)
let account = 0
beforeAll(() => {
  account = own()
})
const claims = (q: string) => db.command(async (tx) => (await claimList(tx, { q, limit: 50 })).rows)
const tolerate = (percent: number) => db.command((tx) => changePolicy(tx, { account, tolerance_percent: percent, claim_days: 30 }))
const again = () => db.command((tx) => matchLines(tx, { account }, db.actor))
const short = (externalOrder: string, by: number) => ({ externalOrder, ...good, fees: { ...good.fees, commission: -3_200 - by }, net: nominal - by })

test('a difference that was asked back becomes the journal’s when a wider tolerance settles its line', async () => {
  await sell('WIDE')
  expect(await take([short('WIDE', 400)])).toMatchObject({ fee: 0, open: 1 })
  expect(await claims('WIDE')).toMatchObject([{ amount: 400, settled: false, state: 'open' }])
  const before = (await ledger())['claim'] ?? 0
  await tolerate(3)
  expect(await again()).toMatchObject({ fee: 1, open: 0 })
  expect(await claims('WIDE')).toMatchObject([{ amount: 400, settled: true, state: 'open' }])
  expect((await ledger())['claim']).toBe(before + 400)
  await tolerate(2)
})

test('what was asked back and already answered is left to persons', async () => {
  await sell('PAID')
  await take([short('PAID', 400)])
  const [claim] = await claims('PAID')
  await db.command((tx) => moveClaims(tx, { claims: [claim!.id], to: 'sent' }, db.actor))
  await db.command((tx) => moveClaims(tx, { claims: [claim!.id], to: 'accepted' }, db.actor))
  await tolerate(3)
  expect(await again()).toMatchObject({ fee: 0, open: 1 })
  expect(await claims('PAID')).toMatchObject([{ amount: 400, settled: false, state: 'accepted' }])
})
