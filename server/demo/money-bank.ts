import { sql } from 'kysely'
import { addBankAccount, explainLine } from '../bank/index.ts'
import { makeAccounts } from '../money/index.ts'
import { keepFile, readKeptFile } from '../reconciliation/index.ts'
import type { Actor } from '../platform/actor.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { dateOf, midnight, weekdayOf } from './calendar.ts'
import type { Transfer } from './money-files.ts'
import { workday } from './money-payables.ts'
import type { Owed } from './money-payables.ts'
import { daysOfMoney } from './past.ts'
import { writeRows } from './write-rows.ts'

interface Line {
  bank: 0 | 1
  day: string
  amount: number
  memo: string
  /** Key of the payable that it pays. */
  pays?: string
}

const banks = [
  { name: 'Itaú', bank: '341', branch: '0472', number: '31842-7', company: 1 },
  { name: 'Banco Inter', bank: '077', branch: '0001', number: '9081723-4', company: 2 },
] as const
/** Into which bank each channel pays, and what the bank then writes. */
const origins: Record<number, readonly [0 | 1, string]> = {
  1: [0, 'PIX RECEBIDO MERCADO PAGO INSTITUICAO DE PAGAMENTO LTDA'],
  2: [1, 'PIX RECEBIDO SHPP BRASIL INSTITUICAO DE PAGAMENTO'],
  3: [0, 'TED RECEBIDA PAGAR.ME PAGAMENTOS SA'],
  4: [1, 'CREDITO COBRANCA ATACADO E TELEFONE'],
}
/** Days from today on which statements end. */
const statementEnds = [-61, -31, -8, -1]
/** What is kept on the account when the owner takes the rest of a month. */
const floor = 4_800_000

/**
 * Both banks of ninety days: what the channels paid, what the shop paid, transfers between the two, the bank's own charges, and three lines that nobody can explain.
 * Statements come as OFX through the door of the files. Of the last week a part is left for whoever looks.
 */
export async function bankMoney(
  tx: Tx,
  actor: Actor,
  transfers: Transfer[],
  { owed, ids }: { owed: Owed[]; ids: Map<string, number> },
  now: number,
): Promise<void> {
  const dayOf = (offset: number) => dateOf(midnight(now, offset))
  const { lines, openings } = linesOf(transfers, owed, now)
  const accounts: number[] = []
  for (const [index, { company, ...about }] of banks.entries()) {
    const { id } = await addBankAccount(tx, { ...about, company, opening: openings[index]!, opened_on: dayOf(-daysOfMoney), active: true }, actor)
    accounts.push(id)
  }
  await writeRules(tx)
  const held = [...openings]
  let from = dayOf(-daysOfMoney)
  for (const end of statementEnds) {
    const until = dayOf(end)
    for (const [index, account] of accounts.entries()) {
      const some = lines.filter(({ bank, day }) => bank === index && day >= from && day <= until)
      held[index]! += some.reduce((sum, { amount }) => sum + amount, 0)
      const text = ofx(banks[index]!, { from, until, closing: held[index]! }, some)
      const name = `${index ? 'inter' : 'itau'}-${until}.ofx`
      const { file } = await keepFile(tx, { name, origin: 'upload', bankAccount: account, bytes: Buffer.from(text) }, actor)
      const { state } = await readKeptFile(tx, { file }, actor)
      if (state !== 'taken') throw new Error(`the demo's ${name} is ${state}`)
    }
    if (from === dayOf(-daysOfMoney)) await nameTheGateway(tx, actor)
    from = addDays(until, 1)
  }
  await explainTheRest(tx, actor, lines, { owed, ids }, dayOf(-8))
}

function linesOf(transfers: Transfer[], owed: Owed[], now: number): { lines: Line[]; openings: [number, number] } {
  const dayOf = (offset: number) => dateOf(midnight(now, offset))
  const [first, last, lastWeek] = [dayOf(-daysOfMoney), dayOf(-1), dayOf(-7)]
  const lines: Line[] = []
  for (const { account, day, amount } of transfers) {
    const [bank, memo] = origins[account]!
    lines.push({ bank, day: workday(addDays(day, 1)), amount, memo })
  }
  const due = owed.filter(({ dueOn }) => workday(dueOn) <= last).toSorted((one, other) => (one.dueOn < other.dueOn ? -1 : 1))
  // one supplier and one service wait, overdue: nobody paid them
  const forgotten = new Set([due.findLast(({ kind, dueOn }) => kind === 'supplier' && dueOn < dayOf(-2))?.key])
  const together = new Map<string, number>()
  for (const [index, bill] of due.entries()) {
    if (forgotten.has(bill.key)) continue
    const day = workday(bill.dueOn)
    const bank = bill.company === 2 ? 1 : 0
    // of the last week some were paid in one sum, some under a name that says nothing: a person has to look
    if (day >= lastWeek && bill.kind === 'supplier' && index % 3 !== 0) {
      together.set(day, (together.get(day) ?? 0) + bill.amount)
      continue
    }
    const vague = day >= lastWeek && index % 2 === 0
    // the second rent was paid two days late
    const late = bill.kind === 'rent' && bill.dueOn.slice(0, 7) === dayOf(-50).slice(0, 7)
    const amount = -(late ? Math.round(bill.amount * 1.0206) : bill.amount)
    lines.push({ bank, day: late ? workday(addDays(day, 2)) : day, amount, memo: vague ? 'SISPAG PAGAMENTOS DIVERSOS' : memoOf(bill), pays: bill.key })
  }
  for (const [day, amount] of together) lines.push({ bank: 0, day, amount: -amount, memo: 'SISPAG FORNECEDORES' })
  for (let offset = -daysOfMoney; offset < 0; offset++) {
    const [day, weekday] = [dayOf(offset), weekdayOf(midnight(now, offset))]
    if (day.endsWith('-03')) lines.push({ bank: 0, day, amount: -8_900, memo: 'TAR PACOTE SERVICOS' })
    if (day.endsWith('-01')) lines.push({ bank: 1, day, amount: 4_127 + offset, memo: 'RENDIMENTO CONTA REMUNERADA' })
    if (weekday === 1) lines.push({ bank: 1, day, amount: -(1_750 + (offset + 90) * 15), memo: 'TARIFA COBRANCA BOLETOS' })
  }
  lines.push({ bank: 0, day: dayOf(-33), amount: 41_230, memo: 'PIX RECEBIDO J M SOARES' })
  lines.push({ bank: 0, day: dayOf(-18), amount: -31_877, memo: 'DEB AUTOR 0098123 CONVENIO' })
  lines.push({ bank: 1, day: dayOf(-4), amount: 125_000, memo: 'TED RECEBIDA 07622119' })
  return {
    lines: betweenBanks(
      lines.filter(({ day }) => day >= first && day <= last),
      first,
      last,
    ),
    openings: opening,
  }
}

/** The second bank sends most of what it holds to the first every other Friday; the owner takes what a month leaves. */
const opening: [number, number] = [7_482_315, 1_930_440]
function betweenBanks(lines: Line[], first: string, last: string): Line[] {
  const all = [...lines]
  const held = [...opening]
  const byDay = Map.groupBy(lines, ({ day }) => day)
  let friday = 0
  const put = (line: Line) => {
    all.push(line)
    held[line.bank]! += line.amount
  }
  for (let day = first; day <= last; day = addDays(day, 1)) {
    for (const { bank, amount } of byDay.get(day) ?? []) held[bank]! += amount
    const weekday = weekdayOf(Date.parse(`${day}T12:00:00Z`))
    const spare = Math.floor((held[1]! * 0.8) / 100_000) * 100_000
    if (weekday === 5 && friday++ % 2 === 0 && spare >= 500_000) {
      put({ bank: 1, day, amount: -spare, memo: 'PIX ENVIADO CASA AURORA COMERCIO' })
      put({ bank: 0, day, amount: spare, memo: 'PIX RECEBIDO CASA AURORA COMERCIO' })
    }
    const taken = Math.floor((held[0]! - floor) / 500_000) * 500_000
    if (day.endsWith('-26') && taken > 0) put({ bank: 0, day, amount: -taken, memo: 'PIX ENVIADO AURORA DANTAS' })
  }
  return all.toSorted((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0))
}

const ways: Partial<Record<NonNullable<Owed['method']>, string>> = {
  boleto: 'PAGAMENTO BOLETO',
  pix: 'PIX ENVIADO',
  transfer: 'TED ENVIADA',
  tax_guide: 'PAGAMENTO TRIBUTO',
  debit: 'DEB AUTOMATICO',
}
const memoOf = ({ method = 'boleto', beneficiary, number }: Owed) =>
  `${ways[method] ?? 'PAGAMENTO'} ${plain(beneficiary)}${number ? ` NF ${number.replace('/', ' ')}` : ''}`
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toUpperCase()

/** As Brazilian banks still write it: SGML, comma-free amounts, the balance of the last day. */
function ofx(
  { bank, branch, number }: (typeof banks)[number],
  { from, until, closing }: { from: string; until: string; closing: number },
  lines: Line[],
): string {
  const stamp = (day: string) => `${day.replaceAll('-', '')}120000[-3:BRT]`
  const rows = lines.map(
    ({ day, amount, memo, pays }, index) =>
      `<STMTTRN><TRNTYPE>${amount < 0 ? 'DEBIT' : 'CREDIT'}<DTPOSTED>${stamp(day)}<TRNAMT>${(amount / 100).toFixed(2)}<FITID>${fitid(day, index, pays)}<MEMO>${memo}</STMTTRN>`,
  )
  return [
    'OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n',
    `<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>${stamp(until)}<LANGUAGE>POR</SONRS></SIGNONMSGSRSV1>`,
    `<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>BRL<BANKACCTFROM><BANKID>${bank}<BRANCHID>${branch}<ACCTID>${number}<ACCTTYPE>CHECKING</BANKACCTFROM>`,
    `<BANKTRANLIST><DTSTART>${stamp(from)}<DTEND>${stamp(until)}`,
    ...rows,
    `</BANKTRANLIST><LEDGERBAL><BALAMT>${(closing / 100).toFixed(2)}<DTASOF>${stamp(until)}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`,
  ].join('\n')
}
/** The bank's number of the payment is not ours: the key of the payable is only here to know later what a person would have known. */
const fitid = (day: string, index: number, pays: string | undefined) =>
  `${day.replaceAll('-', '')}${String(index).padStart(4, '0')}${pays ? `P${pays.replaceAll(/[^0-9]+/g, '-')}` : ''}`

async function writeRules(tx: Tx): Promise<void> {
  await makeAccounts(tx, [{ code: 'owners', name: 'Retiradas dos sócios', kind: 'opening' }])
  const rule = { bank_account_id: null, direction: 'out', automatic: true }
  await writeRows(
    tx,
    'bank_rule',
    'id bigint, name text, bank_account_id bigint, words text, direction text, ledger_code text, ledger_name text, automatic boolean',
    [
      { id: 1, name: 'Pacote de serviços', ...rule, words: 'TAR PACOTE SERVICOS', ledger_code: 'bank_fee', ledger_name: 'Tarifas bancárias' },
      { id: 2, name: 'Tarifa de cobrança', ...rule, words: 'TARIFA COBRANCA', ledger_code: 'bank_fee', ledger_name: 'Tarifas bancárias' },
      { id: 3, name: 'Rendimentos', ...rule, words: 'RENDIMENTO CONTA', direction: 'in', ledger_code: 'interest', ledger_name: 'Despesa financeira' },
      { id: 4, name: 'Retiradas da Aurora', ...rule, words: 'PIX ENVIADO AURORA DANTAS', ledger_code: 'owners', ledger_name: 'Retiradas dos sócios' },
    ],
  )
}

/** The gateway's name is not the shop's: a person says once whose money this is, and the next ones are found by their text. */
async function nameTheGateway(tx: Tx, actor: Actor): Promise<void> {
  const { rows } = await sql<{ line: number; payout: number }>`
    select min(line.id) as line, min(settled.payout) as payout
    from bank_line line join (
      select min(id) as payout, sum(net)::bigint as amount, max(paid_on) as day from settlement_line where account_id = 3 and payout_id is not null and kind = 'payment' group by payout_id
    ) settled on settled.amount = line.amount and line.day between settled.day and settled.day + 4
    where memo like '%PAGAR.ME%' group by line.amount having count(*) = 1 order by 1 limit 1`.execute(tx)
  const [first] = rows
  if (!first) throw new Error('the gateway paid nothing')
  await explainLine(tx, { line: first.line, parts: [{ payout: first.payout }] }, actor)
}

/** What the evidence did not decide until the last week, somebody did. */
async function explainTheRest(tx: Tx, actor: Actor, lines: Line[], { owed, ids }: { owed: Owed[]; ids: Map<string, number> }, until: string): Promise<void> {
  const { rows } = await sql<{ line: number; day: string; amount: number; memo: string; fitid: string }>`
    select line.id as line, day::text, amount, memo, fitid from bank_line line join bank_line_balance on bank_line_id = line.id where explained = 0 and day <= ${until} and amount < 0 and fitid like '%P-%' order by line.id`.execute(
    tx,
  )
  const keys = new Map(lines.flatMap(({ pays }) => (pays ? [[`P${pays.replaceAll(/[^0-9]+/g, '-')}`, pays]] : [])))
  const due = new Map(owed.map(({ key, amount }) => [key, amount]))
  for (const { line, amount, fitid: own } of rows) {
    const key = keys.get(own.slice(own.indexOf('P'))) ?? ''
    const payable = ids.get(key)
    if (payable !== undefined) await explainLine(tx, { line, parts: [{ payable, difference: -amount - due.get(key)! }] }, actor)
  }
}
