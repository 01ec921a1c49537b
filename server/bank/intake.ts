import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { merchantTimeZone } from '../platform/time-zone.ts'
import type { BankFile, BankStatement, Fault } from '../reconciliation/index.ts'
import { gapsOf } from './accounts.ts'
import { lockBank, nextRun } from './lock.ts'
import { matchOpenLines } from './match.ts'
import { accountOf } from './whose.ts'
import type { BankAccount } from './whose.ts'

/**
 * Takes in a bank file: each statement goes to the account that it names, its lines are added to those that are known as a union of multisets (so any overlap and
 * any order of files gives the same lines), and the balance that it declares must be the one that we then hold. What is new is matched at once. Notices are added
 * to the file's own.
 * @throws 409 which_bank_account (facts words, and bank, branch, number, opening, opened_on to make it from) | file_refused (facts faults)
 */
export async function takeInBank(
  tx: Tx,
  { file, content, bankAccount }: { file: number; name?: string; content: BankFile; bankAccount: number | null },
  actor: Actor,
): Promise<{ lines: number; fresh: number; bankAccount?: number }> {
  if (content.faults.length) throw conflict('file_refused', { faults: content.faults })
  await lockBank(tx)
  const accounts = await tx.selectFrom('bank_account').selectAll().orderBy('id').execute()
  const placed = content.statements.map((statement) => ({ statement, account: accountOf(accounts, statement, bankAccount) }))
  const today = one((await sql<{ day: string }>`select (now() at time zone ${await merchantTimeZone(tx)})::date as day`.execute(tx)).rows).day
  let fresh = 0
  let lines = 0
  const faults: Fault[] = []
  const first = one((await sql<{ id: number }>`select coalesce(max(id), 0) as id from bank_line`.execute(tx)).rows).id
  for (const { statement, account } of placed) {
    const { kept, early } = fromOpening(statement, account)
    if (early.length)
      content.notices.push(`${early.length} linhas de antes de ${written(account.opened_on)} já estão no saldo inicial de ${account.name} e ficaram de fora`)
    const part = statementOf(statement, kept, early, account, today)
    if (!part) continue
    faults.push(...(await otherFormats(tx, account, content.format, part, statement)))
    lines += kept.length
    if (faults.length) continue
    fresh += await keep(tx, { file, format: content.format, account, part, kept })
    faults.push(...(await mustAddUp(tx, account, part, kept, content.notices)))
  }
  if (faults.length) throw conflict('file_refused', { faults })
  if (fresh) await matchOpenLines(tx, { run: await nextRun(tx), after: first }, actor)
  const owners = new Set(placed.map(({ account }) => account.id))
  return { lines, fresh, ...(owners.size === 1 ? { bankAccount: [...owners][0]! } : {}) }
}

/** The opening balance is that of the beginning of its day: what came before is in it. */
function fromOpening({ lines }: BankStatement, { opened_on }: BankAccount) {
  return { kept: lines.filter(({ date }) => date >= opened_on), early: lines.filter(({ date }) => date < opened_on) }
}

type Kept = BankStatement['lines']
interface Part {
  from: string
  until: string
  opening: number | null
  closing: number | null
  /** The day whose end the closing is of. */
  closingOn: string
}

/** What of a statement counts from the account's opening on; null when nothing does. */
function statementOf(statement: BankStatement, kept: Kept, early: Kept, account: BankAccount, today: string): Part | null {
  const days = kept.map(({ date }) => date).toSorted()
  const last = [days.at(-1), least(statement.until ?? days.at(-1), today)]
    .filter((day): day is string => day !== undefined)
    .toSorted()
    .at(-1)
  if (!last || last < account.opened_on) return null
  const starts = [statement.from, days[0], last].filter((day): day is string => typeof day === 'string').toSorted()[0]!
  const from = starts < account.opened_on ? account.opened_on : starts
  const { opening, closing, credit, debit } = statement.totals
  const before = opening ?? (closing === undefined ? null : closing - credit - debit)
  const skipped = early.reduce((sum, { amount }) => sum + amount, 0)
  const declared = statement.balances.findLast(({ kind }) => kind === 'closing')
  return { from, until: last, opening: before === null ? null : before + skipped, closing: closing ?? null, closingOn: declared?.date ?? last }
}
const least = (day: string | undefined, other: string) => (day === undefined || day > other ? other : day)

/** The same movement has other words and ids in another format: taken in twice it would be counted twice. */
async function otherFormats(tx: Tx, account: BankAccount, format: string, part: Part, statement: BankStatement): Promise<Fault[]> {
  const { rows } = await sql<{ format: string; from: string; until: string }>`
    select bank_statement.format, min(line.day)::text as "from", max(line.day)::text as until
    from bank_statement join bank_line line on line.statement_id = bank_statement.id
    where bank_statement.bank_account_id = ${account.id} and bank_statement.format <> ${format} and line.day between ${part.from} and ${part.until}
    group by bank_statement.format`.execute(tx)
  return rows
    .filter(({ from, until }) => statement.lines.some(({ date }) => date >= from && date <= until))
    .map(({ format: known, from, until }) => ({
      row: null,
      message: `De ${written(from)} a ${written(until)} a conta ${account.name} já tem lançamentos vindos em ${names[known] ?? known}; em outro formato eles entrariam de novo`,
      cure: `Envie este período em ${names[known] ?? known}, ou baixe neste formato só os dias depois de ${written(until)}`,
    }))
}
const names: Record<string, string> = { ofx: 'OFX', cnab240: 'CNAB 240', cnab400: 'CNAB 400', camt053: 'CAMT.053', pix: 'Pix (API)', bank_csv: 'CSV' }

/** Statement and lines in two statements; the lines that are known already change nothing. @returns how many were new */
async function keep(
  tx: Tx,
  { file, format, account, part, kept }: { file: number | null; format: string; account: BankAccount; part: Part; kept: Kept },
): Promise<number> {
  const rows = kept.map(({ row, date, hash, occurrence, amount, kind, memo, fitid, document, counterpart, endToEndId, at }) => ({
    row,
    day: date,
    hash,
    occurrence,
    amount,
    kind,
    memo,
    fitid,
    document,
    name: counterpart?.name,
    tax_id: counterpart?.taxId,
    end_to_end: endToEndId,
    at,
  }))
  const { rows: result } = await sql<{ fresh: number }>`
    with given as (
      select * from ${table(rows, 'given(row int, day date, hash uuid, occurrence int, amount bigint, kind text, memo text, fitid text, document text, name text, tax_id text, end_to_end text, at timestamptz)')}
    ), unknown as (
      select * from given where not exists (select from bank_line line where line.bank_account_id = ${account.id} and line.hash = given.hash and line.occurrence = given.occurrence)
    ), statement as (
      insert into bank_statement (bank_account_id, file_id, format, from_day, until_day, opening, closing, lines, fresh)
      values (${account.id}, ${file}, ${format}, ${part.from}, ${part.until}, ${part.opening}, ${part.closing}, ${kept.length}, (select count(*) from unknown))
      returning id
    ), fresh as (
      insert into bank_line (bank_account_id, statement_id, row, day, hash, occurrence, amount, kind, memo, fitid, document, counterpart_name, counterpart_document, end_to_end, at)
      select ${account.id}, statement.id, row, day, hash, occurrence, amount, kind, memo, fitid, document, name, tax_id, end_to_end, at from unknown cross join statement order by row, occurrence
      on conflict (bank_account_id, hash, occurrence) do nothing returning id, bank_account_id, amount
    ), counted as (
      insert into bank_line_balance (bank_line_id, bank_account_id, whole) select id, bank_account_id, abs(amount) from fresh returning 1
    )
    select count(*)::int as fresh from counted`.execute(tx)
  return one(result).fresh
}

/** Opening + lines = closing, against what we hold. With days missing before it cannot hold, and only the missing days are told. */
async function mustAddUp(tx: Tx, account: BankAccount, part: Part, kept: Kept, notices: string[]): Promise<Fault[]> {
  const gaps = (await gapsOf(tx, account.id)).filter(({ from }) => from <= part.until)
  for (const { from, until } of gaps) notices.push(`Faltam os dias de ${written(from)} a ${written(until)} da conta ${account.name}: envie o extrato deles`)
  if (gaps.length || part.closing === null) return []
  const on = part.closingOn
  const { rows } = await sql<{ held: number }>`
    select (${account.opening} + coalesce(sum(amount), 0))::bigint as held from bank_line where bank_account_id = ${account.id} and day <= ${on}`.execute(tx)
  const { held } = one(rows)
  if (held === part.closing || (await wasEarlierThatDay(tx, account, part, kept))) return []
  const message = `O banco diz ${reais(part.closing)} em ${written(on)}, e com o saldo inicial e as linhas desta conta dá ${reais(held)}: diferença de ${reais(part.closing - held)}`
  if (on > part.until) {
    // the balance is of a day that the lines do not reach
    notices.push(message)
    return []
  }
  const { rows: earlier } = await sql<{ any: boolean }>`
    select exists (select from bank_statement where bank_account_id = ${account.id} and from_day < ${part.from}) as any`.execute(tx)
  const cure = one(earlier).any
    ? 'Baixe de novo no banco o extrato do período inteiro; se o banco corrigiu lançamentos antigos, envie também o extrato daqueles dias'
    : `Se este é o primeiro extrato, corrija o saldo inicial de ${account.name} para ${reais(account.opening + part.closing - held)} em ${written(account.opened_on)}; senão, envie antes os extratos que faltam`
  return [{ row: null, message, cure }]
}

/** A statement taken at noon is less than that of the evening, which we may hold already: then it must add up until the day before. */
async function wasEarlierThatDay(tx: Tx, account: BankAccount, { closing, closingOn }: Part, kept: Kept): Promise<boolean> {
  const { rows } = await sql<{ again: boolean; held: number }>`
    select count(*) > 1 as again, (${account.opening} + (select coalesce(sum(amount), 0) from bank_line where bank_account_id = ${account.id} and day < ${closingOn}))::bigint as held
    from bank_statement where bank_account_id = ${account.id} and ${closingOn} between from_day and until_day`.execute(tx)
  const { again, held } = one(rows)
  return again && held === closing! - kept.filter(({ date }) => date >= closingOn).reduce((sum, { amount }) => sum + amount, 0)
}

const written = (day: string) => day.split('-').toReversed().join('/')
const reais = (centavos: number) => `${centavos < 0 ? '-' : ''}R$ ${(Math.abs(centavos) / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`
