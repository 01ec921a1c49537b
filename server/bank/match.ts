import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { book } from './book.ts'
import type { Found } from './book.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { matchBanksEndpoint } from './contract.ts'
import { lockBank, nextRun } from './lock.ts'
import { payablePairs } from './payable-pairs.ts'
import { payoutPairs } from './payouts.ts'
import type { PayoutPair } from './payouts.ts'
import { foundByRule, ruledLines } from './rules.ts'
import { transferPairs } from './transfers.ts'
import type { TransferPair } from './transfers.ts'

/** A payable is booked by itself with more than so many bits of evidence, and so many more than the next candidate of either side (facts/money.md 5.5). */
const enough = 6

/**
 * Explains open lines in passes over sets: payouts 1:1 with credits, transfers between own accounts, rules (only over lines above `after`: never the backlog),
 * payables by weight of evidence. Nothing is booked where a second equal candidate exists, and nothing that a person opened again. Whoever calls holds `lockBank`.
 * @returns how many parts were booked
 */
export async function matchOpenLines(tx: Tx, { run, after }: { run: number; after?: number }, actor: Actor): Promise<number> {
  const payouts = await payoutPairs(tx)
  const transfers = await transferPairs(tx)
  let booked = await book(tx, run, [...surePayouts(payouts, transfers), ...sureTransfers(payouts, transfers, await rivals(tx))], actor)
  if (after !== undefined) {
    const ruled = await ruledLines(tx, { after })
    const first = new Map(ruled.filter(({ automatic, held, others }) => automatic && !held && others === 0).map((one) => [one.line, one]))
    booked += await book(
      tx,
      run,
      [...first.values()].map((one) => foundByRule(one)),
      actor,
    )
  }
  const payables = (await payablePairs(tx)).filter(
    ({ held, score, lead, outcomes }) =>
      !held && score > enough && lead > enough && !outcomes.includes('amount:less') && !outcomes.includes('document:differs'),
  )
  const busy = new Set((await transferPairs(tx)).flatMap(({ line, other }) => [line, other]))
  booked += await book(
    tx,
    run,
    payables
      .filter(({ line }) => !busy.has(line))
      .map(({ line, payable, amount, score, lead, evidence, outcomes }) => ({
        line,
        payable,
        centavos: amount,
        kind: 'payable',
        foundBy: 'score',
        score,
        lead,
        evidence: kept(evidence, outcomes),
      })),
    actor,
  )
  return booked
}

/** Looks again over all open lines; rules wait for a person. */
export async function matchBanks(tx: Tx, _: object, actor: Actor): Promise<AnswerOf<typeof matchBanksEndpoint>> {
  await lockBank(tx)
  const run = await nextRun(tx)
  return { run, matched: await matchOpenLines(tx, { run }, actor) }
}

/** What is shown, and what is learnt from without being shown. */
export const kept = (evidence: Found['evidence'] = [], outcomes: string[]): NonNullable<Found['evidence']> => [
  ...evidence,
  ...outcomes.filter((what) => !evidence.some((one) => one.what === what)).map((what) => ({ what, words: '', bits: 0 })),
]

function surePayouts(pairs: PayoutPair[], transfers: TransferPair[]): Found[] {
  // a credit that may as well come from another account of ours is left to a person, unless its id says whose it is
  const contested = new Set(transfers.map(({ other }) => other))
  const byId = (pair: PayoutPair) => pair.evidence.some(({ what }) => what === 'id:equal')
  const sure = pairs.filter((pair) => pair.sure && (byId(pair) || !contested.has(pair.line)))
  const once = (key: 'line' | 'payout') => {
    const times = Map.groupBy(sure, (pair) => pair[key])
    return (pair: PayoutPair) => times.get(pair[key])!.length === 1
  }
  const [line, payout] = [once('line'), once('payout')]
  return sure
    .filter((pair) => line(pair) && payout(pair))
    .map(({ line: of, payout: settlementLine, amount, score, evidence }) => ({
      line: of,
      settlementLine,
      centavos: amount,
      kind: 'payout',
      foundBy: 'exact',
      score,
      evidence,
    }))
}

function sureTransfers(payouts: PayoutPair[], transfers: TransferPair[], debts: Set<number>): Found[] {
  const credits = new Set(payouts.map(({ line }) => line))
  return transfers
    .filter(({ alone, line, other }) => alone && !credits.has(other) && !debts.has(line))
    .map(({ line, other, amount, score, evidence }) => ({ line, other, centavos: amount, kind: 'transfer', foundBy: 'exact', score, evidence }))
}

/** Debits of the very amount of something that we owe. */
async function rivals(tx: Tx): Promise<Set<number>> {
  const pairs = await payablePairs(tx)
  return new Set(pairs.filter(({ amount, owed }) => amount === owed).map(({ line }) => line))
}
