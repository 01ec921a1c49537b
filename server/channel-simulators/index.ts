/**
 * Channels on this machine, which answer as their documentation says: for tests, and to look at a flow without an account there.
 *
 * Money, as files without any network (pure, the same sales always give the same bytes): tell each channel its sales as `Sale` (sale.ts: order, amount,
 * instalments, delivered day, what was agreed in `fees`, a planted `error`) and write
 *   mercadoPagoRelease(sales, { from, until, withdrawals, opening })    CSV "liberações": a sale is paid `releaseDays` after its delivery
 *   mercadoPagoSettlement(sales, { from, until })                       CSV "dinheiro em conta": announces the same
 *   mercadoPagoBalance(sales, day)                                      what a withdrawal of that day may take
 *   shopeeEscrow(sales, { from, until })                                JSON of get_escrow_detail
 *   pagarmeFile(pagarmePayables(sales, { paidUntil }))                  JSON of payables; its lines name `chargeOf(sale)`, not the order
 *   amazonSettlement(sales, { from, until })                            flat file V2
 * Days are São Paulo's, both ends of a period are in it. To have the amounts of what is expected, give what the receivable says in `fees` of each sale, or
 * the same rates in `table`.
 *
 * Money, as the APIs say it: `const channels = await startMoneySimulator()`, `channels.tell('mercado_pago', sales)`, and save a source of reports with `channels.url` and
 * `moneyKeys[kind]` (saveReportSource of reconciliation); see money.ts.
 */
export { amazonSettlement } from './amazon-settlement.ts'
export { mercadoPagoBalance, mercadoPagoRelease, mercadoPagoSettlement } from './mercado-pago-reports.ts'
export { moneyKeys, startMoneySimulator } from './money.ts'
export { chargeOf, pagarmeFile, pagarmePayables } from './pagarme-payables.ts'
export { agreed, creditsOf, feeTables } from './sale.ts'
export type { ErrorKind, FeeTable, Sale } from './sale.ts'
export { runChannelSimulator } from './run.ts'
export { shopeeEscrow } from './shopee-escrow.ts'
export { simulateMagalu } from './magalu.ts'
export { simulateMercadoLivre } from './mercado-livre.ts'
export { shopeePartner, simulateShopee } from './shopee.ts'
export { simulateNuvemshop, simulateVtex } from './shops.ts'
export { serve } from './serve.ts'
export type { Asked, Said, Simulator, Trouble } from './serve.ts'
