import { sql } from 'kysely'
import { inMerchant } from '../server/platform/db.ts'
import { openBothShops, visitEvery } from './every-screen.ts'

const shops = await openBothShops({ money: 'now' })
const one = <Row>(query: ReturnType<typeof sql<Row>>) => inMerchant(shops.db.pool, shops.demo, async (tx) => (await query.execute(tx)).rows[0]!)
const { bank } = await one(sql<{ bank: number }>`select min(id) as bank from bank_account`)
const { account, receivable } = await one(
  sql<{ account: number; receivable: number }>`select account_id as account, receivable_id as receivable from claim order by id limit 1`,
)
const { payable } = await one(sql<{ payable: number }>`select min(id) as payable from payable where state = 'open'`)
const { line } = await one(sql<{ line: number }>`select min(bank_line_id) as line from bank_match where kind = 'payout' and undone_at is null`)

visitEvery(shops, {
  both: [
    '/financeiro',
    '/financeiro/diario',
    '/financeiro/balancete',
    '/financeiro/recebiveis',
    '/financeiro/taxas',
    '/financeiro/repasses',
    '/financeiro/arquivos',
    '/financeiro/recuperar',
    '/financeiro/fontes',
    '/financeiro/bancos',
    '/financeiro/banco/regras',
    '/financeiro/pagar',
    '/financeiro/recorrentes',
    '/financeiro/remessas',
    '/financeiro/caixa',
    '/financeiro/credito',
    '/financeiro/antecipacoes',
    '/financeiro/antecipacoes/simular',
    '/vendas/margem',
    '/vendas/precos',
  ],
  ofTheDemo: [
    `/financeiro/recebiveis/${receivable}`,
    `/financeiro/repasses/${account}`,
    `/financeiro/banco/${bank}`,
    `/financeiro/pagar/${payable}`,
    `/financeiro/rastro/${line}`,
    '/financeiro/caixa/linhas',
  ],
})
