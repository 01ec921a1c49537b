import { receivableAgenda } from '../receivables/index.ts'
import type { Tx } from '../platform/db.ts'
import { addDays } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'
import type { Agenda } from './agenda.ts'
import type { Certainty } from './cash-flow.ts'
import { anticipationTerms, creditLines, discountRate, earlyPayments, loanTerms } from './credit-lines.ts'
import type { Line } from './credit-lines.ts'
import type { Source } from './offers.ts'

/** Instalments of a year ahead: what is due later is dear and seldom offered. */
const horizon = 366
/** Beyond so many, the nearest are enough for any need: the dearest are never chosen. */
const most = 20_000

/** Receivables of one channel account, or of all, that can be anticipated from a day on. `order` and `certainty` by id. */
export interface Offered extends Agenda {
  of: Map<string, { order: number | null; account: number; certainty: Certainty }>
}

export async function offeredBy(tx: Tx, account: number | null, from: Day): Promise<Offered> {
  const { receivables, units } = await receivableAgenda(tx, { ...(account === null ? {} : { account }), from: addDays(from, 1), until: addDays(from, horizon) })
  const near = receivables.slice(0, most)
  const sure = (state: string): Certainty => (state === 'announced' || state === 'firm' ? state : 'predicted')
  return {
    receivables: near.map(({ id, due, nominal, allocated, unit }) => ({ id, due, nominal, allocated, unit })),
    units,
    of: new Map(near.map(({ id, order, account: own, certainty }) => [id, { order, account: own, certainty: sure(certainty) }])),
  }
}

/** A contract is with one creditor over one account's receivables: an anticipation line for any account is a source for each. */
export interface Known {
  source: Source
  line: Line | null
  account: { id: number; name: string } | null
  payable: number | null
  offered: Offered | null
}

/** Every registered source of money on a day: active lines, and what early payers of suppliers save. */
export async function sourcesOf(tx: Tx, today: Day, { cut }: { cut: boolean }): Promise<Known[]> {
  const lines = (await creditLines(tx, today)).filter(({ active }) => active)
  const accounts = await tx.selectFrom('channel_account').select(['id', 'name']).orderBy('name').execute()
  const agendas = new Map<number, Offered>()
  const known: Known[] = []
  for (const line of lines) {
    const none = { line, account: null, payable: null, offered: null }
    const about = { id: `line ${line.id}`, name: line.name, line: line.id, limit: line.most }
    if (line.kind === 'loan') known.push({ ...none, source: { ...about, kind: 'loan', terms: loanTerms(line) } })
    else if (line.kind === 'overdraft') known.push({ ...none, source: { ...about, kind: 'overdraft', monthlyRate: line.monthly_rate, iof: line.iof } })
    else
      for (const account of line.account ? [line.account] : accounts) {
        const offered = agendas.get(account.id) ?? (await offeredBy(tx, account.id, today))
        agendas.set(account.id, offered)
        if (!line.account && !offered.receivables.length) continue
        known.push({
          ...none,
          account,
          offered,
          source: {
            ...about,
            kind: 'anticipation',
            id: `line ${line.id} account ${account.id}`,
            name: line.account ? line.name : `${line.name}: ${account.name}`,
            agenda: offered,
            cut,
            terms: anticipationTerms(line),
            certainty: (receivable) => offered.of.get(receivable)?.certainty ?? 'predicted',
          },
        })
      }
  }
  for (const row of (await earlyPayments(tx, today)).slice(0, 10))
    known.push({
      line: null,
      account: null,
      offered: null,
      payable: row.payable,
      source: {
        kind: 'supplier',
        id: `payable ${row.payable}`,
        name: row.beneficiary,
        line: null,
        limit: null,
        value: row.amount,
        discount: discountRate(row),
        days: row.days,
      },
    })
  return known
}
