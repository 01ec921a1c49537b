import type { Selectable } from 'kysely'
import { conflict } from '../platform/problem.ts'
import type { MerchantSchema } from '../platform/schema.ts'
import type { BankStatement } from '../reconciliation/index.ts'

export type BankAccount = Selectable<MerchantSchema['bank_account']>

/**
 * Whose a statement is: what it says of itself decides, and a person's choice fills in what it does not say (a CSV, Pix of the API). A choice that the file
 * contradicts is refused.
 * @throws 409 which_bank_account | file_refused
 */
export function accountOf(accounts: BankAccount[], statement: BankStatement, chosen: number | null): BankAccount {
  const own = accounts.find(({ id }) => id === chosen)
  const said = partsOf(statement)
  if (!said) {
    if (own) return own
    const [only, ...others] = accounts.filter(({ active }) => active)
    if (only && !others.length) return only
    throw conflict('which_bank_account', { words: 'O arquivo não diz de que conta é: escolha a conta' })
  }
  const words = [said.bank && `banco ${said.bank.padStart(3, '0')}`, said.branch && `agência ${said.branch}`, `conta ${said.number}`].filter(Boolean).join(', ')
  if (own) {
    if (agreement(own, said)) return own
    throw refused(
      `O extrato é de outra conta (${words}); a escolhida é ${own.name} (banco ${own.bank}, agência ${own.branch || 'sem número'}, conta ${own.number})`,
      'Escolha a conta certa, ou envie o extrato da conta escolhida',
    )
  }
  const found = accounts.map((account) => ({ account, grade: agreement(account, said) })).filter(({ grade }) => grade > 0)
  const best = found.filter(({ grade }) => grade === Math.max(...found.map((one) => one.grade)))
  if (best[0] && best.length === 1) return best[0].account
  const { opening, closing, credit, debit } = statement.totals
  throw conflict('which_bank_account', {
    words: best.length
      ? `O extrato é de ${words}, e mais de uma conta combina: escolha a conta`
      : `O extrato é de ${words}, que não está cadastrada: cadastre a conta, ou escolha outra`,
    ...(best.length
      ? {}
      : {
          bank: said.bank === null ? '' : said.bank.padStart(3, '0'),
          branch: said.branch ?? '',
          number: said.number,
          opening: opening ?? (closing === undefined ? 0 : closing - credit - debit),
          opened_on: [statement.from, ...statement.lines.map(({ date }) => date)].filter((day): day is string => typeof day === 'string').toSorted()[0] ?? null,
        }),
  })
}

const refused = (message: string, cure: string) => conflict('file_refused', { faults: [{ row: null, message, cure }] })

interface Said {
  bank: string | null
  branch: string | null
  number: string
}

/** "237/1234/56789-0", "1234/56789-0" or "56789-0"; null when the file names no account. */
function partsOf({ account, bank }: BankStatement): Said | null {
  const parts = account.split('/').filter((part) => bare(part) !== '')
  const number = parts.at(-1)
  if (!number) return null
  const rest = parts.slice(0, -1)
  if (bank !== null && rest[0] !== undefined && bare(rest[0]) === bare(bank)) rest.shift()
  return { bank, branch: rest.at(-1) ?? null, number }
}

const bare = (text: string) =>
  text
    .replaceAll(/[^0-9a-z]/gi, '')
    .replace(/^0+/, '')
    .toLowerCase()

/**
 * 0: another account; 2: the very number, 1: the same but for what files do to it (glued to the branch, without the check digit). Four digits must agree for that.
 */
function agreement(account: BankAccount, said: Said): 0 | 1 | 2 {
  if (said.bank !== null && bare(said.bank) !== bare(account.bank)) return 0
  const [own, theirs] = [bare(account.number), bare(said.number)]
  if (own === theirs) return said.branch === null || !account.branch || sameBranch(account.branch, said.branch) ? 2 : 0
  if (said.branch !== null && account.branch && !sameBranch(account.branch, said.branch)) return 0
  const near = (left: string, right: string) => right.length >= 4 && left.endsWith(right)
  return near(own, theirs) || near(theirs, own) || near(own, theirs.slice(0, -1)) || near(theirs, own.slice(0, -1)) ? 1 : 0
}

/** With or without its check digit. */
function sameBranch(left: string, right: string): boolean {
  const [one, other] = [bare(left), bare(right)]
  return one === other || one.slice(0, -1) === other || other.slice(0, -1) === one
}
