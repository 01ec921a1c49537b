import { sql } from 'kysely'
import { houseLedger } from '../money/index.ts'
import type { Account } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { book } from './book.ts'
import type { addLedger, applyRule, listRules, previewRule, RuleDraft, saveRule } from './contract.ts'
import { lockBank, nextRun } from './lock.ts'
import { openLines, plain } from './open-lines.ts'
import type { Scope } from './open-lines.ts'

/** Lines that a rule's words, direction, amounts and account fit; `rule` has the columns of bank_rule, `line` those of `openLines`. */
const fits = sql`(
  (rule.bank_account_id is null or rule.bank_account_id = line.bank_account_id) and (rule.direction = 'in') = (line.amount > 0)
  and (least is null or abs(line.amount) >= least) and (most is null or abs(line.amount) <= most)
  and ${plain(sql`words`)} <> ''
  and not exists (select from regexp_split_to_table(${plain(sql`words`)}, ' ') word where position(' ' || word in ' ' || line.text) = 0)
)`

export interface Ruled {
  rule: number
  name: string
  line: number
  amount: number
  day: string
  memo: string
  account: string
  ledger: Account
  automatic: boolean
  /** The line is left to persons. */
  held: boolean
  /** Rules of another account of the ledger that fit the line too. */
  others: number
}

/** Every open line and the active rules that fit it. */
export async function ruledLines(tx: Tx, scope: Scope & { rule?: number } = {}): Promise<Ruled[]> {
  const { rows } = await sql<Omit<Ruled, 'ledger'> & { code: string; ledger_name: string; kind: Account['kind'] }>`
    with rule as (select * from bank_rule where active), pair as (
      select rule.id as rule, rule.name, line.id as line, line.amount, line.day, line.memo, bank.name as account, ledger_code as code, ledger_name, automatic, held
      from rule join ${openLines(scope)} line on ${fits} join bank_account bank on bank.id = line.bank_account_id
      where line.remaining = abs(line.amount)
    )
    select pair.*, coalesce(ledger_account.kind, 'fee') as kind,
      (select count(distinct code) from pair other where other.line = pair.line and other.code <> pair.code)::int as others
    from pair left join ledger_account on ledger_account.code = pair.code
    where ${scope.rule ?? null}::bigint is null or rule = ${scope.rule ?? null}::bigint
    order by line, rule`.execute(tx)
  return rows.map(({ code, ledger_name, kind, ...row }) => ({ ...row, ledger: { code, name: ledger_name, kind: house(code)?.kind ?? kind } }))
}

/** What a draft would explain of what is open. */
export async function previewOf(tx: Tx, draft: RuleDraft): Promise<AnswerOf<typeof previewRule>> {
  const { rows } = await sql<AnswerOf<typeof previewRule>['lines'][number]>`
    with rule as (
      select ${draft.account}::bigint as bank_account_id, ${draft.words}::text as words, ${draft.direction}::text as direction, ${draft.least}::bigint as least, ${draft.most}::bigint as most
    )
    select line.id as line, bank.name as account, line.day, line.memo, line.amount
    from rule join ${openLines({})} line on ${fits} join bank_account bank on bank.id = line.bank_account_id
    where line.remaining = abs(line.amount) order by line.day desc, line.id desc`.execute(tx)
  return { count: rows.length, centavos: rows.reduce((sum, { amount }) => sum + amount, 0), lines: rows.slice(0, 200) }
}

/** Books what a rule fits of the backlog, when it still is what was shown. @throws 404 no_such_rule, 409 rule_moved */
export async function applyBankRule(tx: Tx, { rule, count, centavos }: InputOf<typeof applyRule>, actor: Actor): Promise<AnswerOf<typeof applyRule>> {
  await lockBank(tx)
  const found = await tx.selectFrom('bank_rule').selectAll().where('id', '=', rule).where('active', '=', true).executeTakeFirst()
  if (!found) throw notFound('no_such_rule')
  const lines = await ruledLines(tx, { rule })
  if (lines.length !== count || lines.reduce((sum, { amount }) => sum + amount, 0) !== centavos) throw conflict('rule_moved', { count: lines.length })
  const run = await nextRun(tx)
  const booked = await book(
    tx,
    run,
    lines.map((one) => foundByRule(one)),
    actor,
  )
  return { run, booked }
}

export const foundByRule = ({ line, amount, ledger, rule, name }: Ruled) => ({
  line,
  centavos: Math.abs(amount),
  kind: 'rule' as const,
  ledger,
  rule,
  foundBy: 'rule' as const,
  evidence: [{ what: 'rule', words: `regra ${name}`, bits: 0 }],
})

/** @throws 409 rule_exists | no_such_ledger */
export async function addBankRule(tx: Tx, draft: RuleDraft): Promise<{ id: number }> {
  return tx
    .insertInto('bank_rule')
    .values(await columnsOf(tx, draft))
    .returning('id')
    .executeTakeFirstOrThrow()
    .catch((error: unknown) => refuseTwin(error, draft.name))
}

/** @throws 404 no_such_rule, 409 rule_exists | no_such_ledger */
export async function saveBankRule(tx: Tx, { rule, ...draft }: InputOf<typeof saveRule>): Promise<{ id: number }> {
  const { numUpdatedRows } = await tx
    .updateTable('bank_rule')
    .set(await columnsOf(tx, draft))
    .where('id', '=', rule)
    .executeTakeFirst()
    .catch((error: unknown) => refuseTwin(error, draft.name))
  if (!numUpdatedRows) throw notFound('no_such_rule')
  return { id: rule }
}

async function columnsOf(tx: Tx, { account, ledger, name, words, direction, least, most, automatic, active }: RuleDraft) {
  const known = await ledgerOf(tx, ledger)
  return { bank_account_id: account, ledger_code: known.code, ledger_name: known.name, name, words, direction, least, most, automatic, active }
}

function refuseTwin(error: unknown, name: string): never {
  if (violated(error) === 'bank_rule_name_key') throw conflict('rule_exists', { name })
  throw error
}

export async function ruleList(tx: Tx): Promise<AnswerOf<typeof listRules>> {
  const { rows } = await sql<Omit<AnswerOf<typeof listRules>['rows'][number], 'waiting'>>`
    select rule.id, rule.name, case when bank.id is not null then jsonb_build_object('id', bank.id, 'name', bank.name) end as account, words, direction, least, most,
      ledger_code as ledger, ledger_name, automatic, rule.active, used,
      coalesce((select sum(sign(line.amount) * centavos) from bank_match join bank_line line on line.id = bank_line_id where rule_id = rule.id and undone_at is null), 0)::bigint as centavos
    from bank_rule rule left join bank_account bank on bank.id = rule.bank_account_id order by rule.active desc, rule.name`.execute(tx)
  const waiting = Map.groupBy(await ruledLines(tx), ({ rule }) => rule)
  return { rows: rows.map((row) => ({ ...row, waiting: waiting.get(row.id)?.length ?? 0 })) }
}

/* Accounts of the ledger. */

const houses: Account[] = Object.values(houseLedger)
const house = (code: string) => houses.find((account) => account.code === code)
/** What a line of a bank is put to by hand: not what follows from orders, channels, suppliers or other banks. */
const offered = sql`kind in ('fee', 'interest', 'tax', 'ads', 'loss', 'opening', 'packaging', 'difference') and channel_account_id is null and bank_account_id is null and supplier_id is null`
const always = ['bank_fee', 'interest', 'taxes', 'ads', 'packaging', 'loss', 'difference', 'opening']

export async function ledgerList(tx: Tx): Promise<{ code: string; name: string; kind: string }[]> {
  const { rows } = await sql<{ code: string; name: string; kind: string }>`select code, name, kind from ledger_account where ${offered} order by name`.execute(
    tx,
  )
  const known = new Set(rows.map(({ code }) => code))
  return [...houses.filter(({ code }) => always.includes(code) && !known.has(code)).map(({ code, name, kind }) => ({ code, name, kind })), ...rows].toSorted(
    (left, right) => left.name.localeCompare(right.name, 'pt-BR'),
  )
}

/** @throws 409 no_such_ledger */
export async function ledgerOf(tx: Tx, code: string): Promise<Account> {
  const found = (await ledgerList(tx)).find((account) => account.code === code)
  if (!found) throw conflict('no_such_ledger', { code })
  return found as Account
}

/** An account of the ledger that a person names: fees of a kind, partners, yields. @throws 409 ledger_exists */
export async function addLedgerAccount(tx: Tx, { name, kind }: InputOf<typeof addLedger>): Promise<AnswerOf<typeof addLedger>> {
  const { rows } = await sql<{ code: string; taken: boolean }>`
    select 'own:' || trim(both '-' from left(regexp_replace(lower(unaccent(${name})), '[^a-z0-9]+', '-', 'g'), 60)) as code,
      exists (select from ledger_account where lower(unaccent(name)) = lower(unaccent(${name}))) as taken`.execute(tx)
  const { code, taken } = one(rows)
  if (taken || houses.some((account) => account.name.toLowerCase() === name.toLowerCase())) throw conflict('ledger_exists', { name })
  await tx
    .insertInto('ledger_account')
    .values({ code: code === 'own:' ? `own:${Date.now()}` : code, name, kind })
    .execute()
  return { code, name, kind }
}
