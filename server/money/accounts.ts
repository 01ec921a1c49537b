import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/** An account as moves name it. The code identifies it; the rest is written when it is first needed. */
export interface Account {
  code: string
  name: string
  kind: AccountKind
  channelAccount?: number
  bankAccount?: number
  supplier?: number
}

export type AccountKind =
  | 'to_release'
  | 'wallet'
  | 'clearing'
  | 'transit'
  | 'bank'
  | 'open_sales'
  | 'revenue'
  | 'refund'
  | 'fee'
  | 'freight'
  | 'tax'
  | 'claim'
  | 'difference'
  | 'supplier'
  | 'payable'
  | 'cost_of_goods'
  | 'stock'
  | 'packaging'
  | 'ads'
  | 'anticipation'
  | 'interest'
  | 'loss'
  | 'opening'
  | 'expense'

/** What each account of a channel is called and which kind it is; the code is `role:channel account`. */
const ofChannel = {
  to_release: ['a liberar', 'to_release'],
  wallet: ['disponível', 'wallet'],
  clearing: ['recebido a identificar', 'clearing'],
  transit: ['saques a caminho do banco', 'transit'],
  open_sales: ['vendas a entregar', 'open_sales'],
  revenue: ['receita de vendas', 'revenue'],
  refund: ['devoluções de vendas', 'refund'],
  commission: ['comissão', 'fee'],
  fixed_fee: ['tarifa fixa', 'fee'],
  payment_fee: ['custo do pagamento', 'fee'],
  freight: ['frete pago', 'freight'],
  coupon: ['cupons da loja', 'refund'],
  tax_withheld: ['tributos retidos', 'tax'],
  tax_split: ['IBS e CBS retidos no pagamento', 'tax'],
  other_fee: ['outras tarifas', 'fee'],
  difference: ['cobrado além do combinado', 'difference'],
  claim: ['a recuperar', 'claim'],
  chargeback: ['contestações perdidas', 'loss'],
  lien: ['retido por contrato', 'anticipation'],
} as const satisfies Record<string, readonly [string, AccountKind]>
export type ChannelRole = keyof typeof ofChannel

/** The account with this role of a channel account ("a liberar" of Mercado Livre). */
export const channelLedger = (role: ChannelRole, channel: { id: number; name: string }): Account => ({
  code: `${role}:${channel.id}`,
  name: `${channel.name}: ${ofChannel[role][0]}`,
  kind: ofChannel[role][1],
  channelAccount: channel.id,
})

export const bankLedger = ({ id, name }: { id: number; name: string }): Account => ({ code: `bank:${id}`, name, kind: 'bank', bankAccount: id })

export const supplierLedger = ({ id, name }: { id: number; name: string }): Account => ({ code: `supplier:${id}`, name, kind: 'supplier', supplier: id })

/** Whom we owe without a supplier of our own: taxes, payroll, rent. */
export const payableLedger = (kind: string, name: string): Account => ({ code: `payable:${kind}`, name: `A pagar: ${name}`, kind: 'payable' })

/** Accounts that belong to no channel, bank or supplier. */
export const houseLedger = {
  opening: { code: 'opening', name: 'Saldos iniciais', kind: 'opening' },
  bank_fee: { code: 'bank_fee', name: 'Tarifas bancárias', kind: 'fee' },
  interest: { code: 'interest', name: 'Despesa financeira', kind: 'interest' },
  loss: { code: 'loss', name: 'Perdas', kind: 'loss' },
  difference: { code: 'difference', name: 'Diferenças a explicar', kind: 'difference' },
  taxes: { code: 'taxes', name: 'Tributos', kind: 'tax' },
  // what came from a supplier without a nota, until his bill answers for it; above zero: billed and not received, or dearer than it was valued
  goods_received: { code: 'goods_received', name: 'Mercadoria recebida sem nota', kind: 'supplier' },
  stock: { code: 'stock', name: 'Estoque', kind: 'stock' },
  cost_of_goods: { code: 'cost_of_goods', name: 'Custo das mercadorias vendidas', kind: 'cost_of_goods' },
  packaging: { code: 'packaging', name: 'Embalagens', kind: 'packaging' },
  discount: { code: 'discount', name: 'Descontos obtidos', kind: 'difference' },
  freight_in: { code: 'expense:freight', name: 'Fretes de transportadoras', kind: 'freight' },
  services: { code: 'expense:service', name: 'Serviços', kind: 'expense' },
  ads: { code: 'ads', name: 'Anúncios pagos', kind: 'ads' },
} as const satisfies Record<string, Account>

/** Makes the accounts that do not exist yet, in order of code so that two makers never wait for each other in a circle. */
export async function makeAccounts(tx: Tx, accounts: Account[]): Promise<void> {
  const rows = [...new Map(accounts.map((account) => [account.code, account])).values()].toSorted((left, right) => (left.code < right.code ? -1 : 1))
  await sql`
    insert into ledger_account (code, name, kind, channel_account_id, bank_account_id, supplier_id)
    select code, name, kind, "channelAccount", "bankAccount", supplier
    from ${table(rows, 'account(code text, name text, kind text, "channelAccount" bigint, "bankAccount" bigint, supplier bigint)')} order by code
    on conflict (code) do nothing`.execute(tx)
}
