import { sql } from 'kysely'
import { bankLedger, channelLedger, houseMovesOf, makeAccounts, movesOf, postMoves } from '../money/index.ts'
import type { Account, MoneyMove } from '../money/index.ts'
import { payPayable } from '../payables/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import type { Evidence } from './contract.ts'

/** What a line, or `centavos` of it (without sign), was found to be: exactly one target. */
export interface Found {
  line: number
  centavos: number
  kind: 'payout' | 'payable' | 'transfer' | 'rule' | 'anticipation' | 'ledger'
  settlementLine?: number | null
  payable?: number | null
  other?: number | null
  contract?: number | null
  ledger?: Account | null
  rule?: number | null
  /** Of a payout: what was kept on its way; `centavos` and this left the wallet. Only a person says so. */
  fee?: number
  foundBy: 'exact' | 'score' | 'rule' | 'person'
  score?: number
  lead?: number
  evidence?: Evidence[]
}

/**
 * Explains lines: raises what is explained of each, keeps what it was found to be, and posts one event for each part. Whoever calls holds `lockBank`. Days that
 * are closed stay as they are: the move goes to the first open day and remembers its own.
 * @throws 409 line_explained | already_matched
 */
export async function book(tx: Tx, run: number, found: Found[], actor: Actor): Promise<number> {
  if (!found.length) return 0
  await explain(tx, found)
  const ledgers = found.flatMap(({ ledger }) => (ledger ? [ledger] : []))
  if (ledgers.length) await makeAccounts(tx, ledgers)
  const booked = await write(tx, run, found, actor)
  await postMoves(
    tx,
    booked.flatMap((match) => movesFor(match, ledgers)),
    actor,
    { late: 'open_day' },
  )
  for (const { kind, payable, day, centavos, account, line } of booked)
    if (kind === 'payable' && payable !== null) await payPayable(tx, { payable, on: day, centavos, bankAccount: account, by: 'bank', bankLine: line }, actor)
  return booked.length
}

/** Raises what is explained, both lines of a transfer too; a line that has not so much left refuses the whole. */
async function explain(tx: Tx, found: Found[]) {
  const parts = found.flatMap(({ line, other, centavos }) => [{ line, centavos }, ...(other ? [{ line: other, centavos }] : [])])
  const lines = new Set(parts.map(({ line }) => line)).size
  const { numAffectedRows } = await sql`
    update bank_line_balance balance set explained = explained + part.centavos
    from (select line, sum(centavos)::bigint as centavos from ${table(parts, 'given(line bigint, centavos bigint)')} group by line) part
    where bank_line_id = part.line and explained + part.centavos <= whole`.execute(tx)
  if (Number(numAffectedRows) < lines) throw conflict('line_explained')
}

interface Booked {
  id: number
  line: number
  kind: Found['kind']
  day: string
  centavos: number
  incoming: boolean
  account: number
  account_name: string
  other_account: number | null
  other_name: string | null
  settlement_line: number | null
  channel: number | null
  channel_name: string | null
  /** The channel tells a sum of lines and no withdrawal: it leaves the wallet as it arrives. */
  deposit: boolean
  payable: number | null
  contract: number | null
  fee: number
  ledger_code: string | null
}

async function write(tx: Tx, run: number, found: Found[], actor: Actor): Promise<Booked[]> {
  const rows = found.map(({ evidence, ledger, ...part }) => ({ ...part, ledger: ledger?.code, evidence: evidence ?? [] }))
  const { rows: booked } = await sql<Booked>`
    with written as (
      insert into bank_match (run, bank_line_id, centavos, kind, settlement_line_id, payable_id, other_line_id, rule_id, contract_id, fee, ledger_code, found_by, score, lead, evidence, day, actor_id)
      select ${run}::bigint, line, centavos, part.kind, "settlementLine", payable, other, rule, contract, coalesce(fee, 0), ledger, "foundBy", score, lead, evidence, bank_line.day, ${actor.person}::bigint
      from ${table(rows, 'part(line bigint, centavos bigint, kind text, "settlementLine" bigint, payable bigint, other bigint, rule bigint, contract bigint, fee bigint, ledger text, "foundBy" text, score numeric, lead numeric, evidence jsonb)')}
      join bank_line on bank_line.id = line
      returning *
    ), used as (
      update bank_rule set used = used + part.times from (select rule_id, count(*)::int as times from written where rule_id is not null group by rule_id) part where bank_rule.id = part.rule_id
    )
    select written.id, bank_line_id as line, written.kind, written.day, centavos, bank_line.amount > 0 as incoming, account.id as account, account.name as account_name,
      other_account.id as other_account, other_account.name as other_name, settlement_line_id as settlement_line, channel.id as channel, channel.name as channel_name,
      coalesce(settled.kind not in ('withdrawal', 'payout'), false) as deposit, payable_id as payable, contract_id as contract, fee, ledger_code
    from written join bank_line on bank_line.id = bank_line_id join bank_account account on account.id = bank_line.bank_account_id
    left join bank_line other on other.id = other_line_id left join bank_account other_account on other_account.id = other.bank_account_id
    left join settlement_line settled on settled.id = settlement_line_id left join channel_account channel on channel.id = settled.account_id
    order by written.id`
    .execute(tx)
    .catch((error: unknown) => {
      if (violated(error)?.startsWith('bank_match_of_')) throw conflict('already_matched')
      throw error
    })
  return booked
}

/** The keys of a match's moves begin with this. */
export const keyOf = (match: number) => `bank match ${match}`

function movesFor(match: Booked, ledgers: Account[]): MoneyMove[] {
  const { id, line, kind, day, centavos, fee, incoming, account, account_name, settlement_line } = match
  const bank = bankLedger({ id: account, name: account_name })
  const about = { key: keyOf(id), day, bankLine: line, settlementLine: settlement_line }
  if (kind === 'payout') {
    const channel = { id: match.channel!, name: match.channel_name! }
    return [
      ...(match.deposit ? movesOf('withdrawn', { channel, ...about, key: `${about.key} wallet` }, { amount: centavos + fee }) : []),
      ...houseMovesOf('payout_arrived', { transit: channelLedger('transit', channel), bank }, about, { amount: centavos, fee }),
    ]
  }
  if (kind === 'transfer')
    return houseMovesOf('transferred', { bank, other_bank: bankLedger({ id: match.other_account!, name: match.other_name! }) }, about, { amount: centavos })
  if (kind === 'rule' || kind === 'ledger') {
    const counter = ledgers.find(({ code }) => code === match.ledger_code)
    if (!counter) throw new Error(`no account ${match.ledger_code}`)
    return houseMovesOf('recognised', { bank, counter }, about, { amount: incoming ? -centavos : centavos })
  }
  // a payable is posted by who pays it, an anticipation by who contracted it
  return []
}
