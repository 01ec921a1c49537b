import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { RouteComponent } from '@tanstack/react-router'
import { parseFilters, writeFilters } from './filters.ts'
import { NotFound, ScreenFailed } from './shell/Fallbacks.tsx'
import { Shell } from './shell/Shell.tsx'

const root = createRootRoute({ notFoundComponent: NotFound })
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })

/** A manager's screen, inside the shell. `/pedidos/$order` gives the param `order`. */
const screen = <const Path extends string>(path: Path, component: RouteComponent) => createRoute({ getParentRoute: () => shell, path, component })
/** A screen that takes the whole window: stations, pages for outsiders. */
const full = <const Path extends string>(path: Path, component: RouteComponent) => createRoute({ getParentRoute: () => root, path, component })

// One line for each screen, loaded when it is first opened; its entry in the rail goes to shell/navigation.ts.
const tree = root.addChildren([
  shell.addChildren([
    screen(
      '/',
      lazyRouteComponent(() => import('./insight/Home.tsx'), 'Home'),
    ),
    screen(
      '/operacao',
      lazyRouteComponent(() => import('./insight/Operation.tsx'), 'Operation'),
    ),
    screen(
      '/operacao/linhas',
      lazyRouteComponent(() => import('./insight/RowsBehind.tsx'), 'RowsBehind'),
    ),
    screen(
      '/pedidos',
      lazyRouteComponent(() => import('./orders/OrderList.tsx'), 'OrderList'),
    ),
    screen(
      '/pedidos/$order',
      lazyRouteComponent(() => import('./orders/OrderPage.tsx'), 'OrderPage'),
    ),
    screen(
      '/skus',
      lazyRouteComponent(() => import('./orders/SkuInbox.tsx'), 'SkuInbox'),
    ),
    screen(
      '/importar',
      lazyRouteComponent(() => import('./channels/ImportList.tsx'), 'ImportList'),
    ),
    screen(
      '/importar/$import',
      lazyRouteComponent(() => import('./channels/ImportPage.tsx'), 'ImportPage'),
    ),
    screen(
      '/separacao',
      lazyRouteComponent(() => import('./picking/Picking.tsx'), 'Picking'),
    ),
    screen(
      '/separacao/$wave',
      lazyRouteComponent(() => import('./picking/WavePage.tsx'), 'WavePage'),
    ),
    screen(
      '/expedicao',
      lazyRouteComponent(() => import('./dispatch/Dispatch.tsx'), 'Dispatch'),
    ),
    screen(
      '/expedicao/$manifest',
      lazyRouteComponent(() => import('./dispatch/ManifestScreen.tsx'), 'ManifestScreen'),
    ),
    screen(
      '/catalogo',
      lazyRouteComponent(() => import('./catalog/ProductList.tsx'), 'ProductList'),
    ),
    screen(
      '/catalogo/$product',
      lazyRouteComponent(() => import('./catalog/ProductPage.tsx'), 'ProductPage'),
    ),
    screen(
      '/estoque',
      lazyRouteComponent(() => import('./stock/Levels.tsx'), 'Levels'),
    ),
    screen(
      '/estoque/enderecos',
      lazyRouteComponent(() => import('./stock/Places.tsx'), 'Places'),
    ),
    screen(
      '/estoque/enderecos/$place',
      lazyRouteComponent(() => import('./stock/PlacePage.tsx'), 'PlacePage'),
    ),
    screen(
      '/estoque/movimentos',
      lazyRouteComponent(() => import('./stock/Moves.tsx'), 'Moves'),
    ),
    screen(
      '/estoque/recebimentos',
      lazyRouteComponent(() => import('./stock/Receipts.tsx'), 'Receipts'),
    ),
    screen(
      '/estoque/recebimentos/$receipt',
      lazyRouteComponent(() => import('./stock/ReceiptPage.tsx'), 'ReceiptPage'),
    ),
    screen(
      '/estoque/contagens',
      lazyRouteComponent(() => import('./stock/Counts.tsx'), 'Counts'),
    ),
    screen(
      '/estoque/devolucoes',
      lazyRouteComponent(() => import('./stock/PutBacks.tsx'), 'PutBacks'),
    ),
    screen(
      '/estoque/instante',
      lazyRouteComponent(() => import('./stock/StockAt.tsx'), 'StockAt'),
    ),
    screen(
      '/financeiro',
      lazyRouteComponent(() => import('./money/MoneyOverview.tsx'), 'MoneyOverview'),
    ),
    screen(
      '/financeiro/diario',
      lazyRouteComponent(() => import('./money/Journal.tsx'), 'Journal'),
    ),
    screen(
      '/financeiro/balancete',
      lazyRouteComponent(() => import('./money/TrialBalance.tsx'), 'TrialBalance'),
    ),
    screen(
      '/financeiro/rastro/$line',
      lazyRouteComponent(() => import('./money/BankTrace.tsx'), 'BankTrace'),
    ),
    screen(
      '/financeiro/pagar',
      lazyRouteComponent(() => import('./payables/PayableList.tsx'), 'PayableList'),
    ),
    screen(
      '/financeiro/pagar/$payable',
      lazyRouteComponent(() => import('./payables/PayablePage.tsx'), 'PayablePage'),
    ),
    screen(
      '/financeiro/recorrentes',
      lazyRouteComponent(() => import('./payables/Recurrences.tsx'), 'Recurrences'),
    ),
    screen(
      '/financeiro/remessas',
      lazyRouteComponent(() => import('./payables/Remittances.tsx'), 'Remittances'),
    ),
    screen(
      '/fiscal',
      lazyRouteComponent(() => import('./fiscal/Monitor.tsx'), 'Monitor'),
    ),
    screen(
      '/fiscal/notas',
      lazyRouteComponent(() => import('./fiscal/NotaList.tsx'), 'NotaList'),
    ),
    screen(
      '/fiscal/notas/nova-remessa',
      lazyRouteComponent(() => import('./fiscal/Remittance.tsx'), 'Remittance'),
    ),
    screen(
      '/fiscal/notas/$nota',
      lazyRouteComponent(() => import('./fiscal/NotaPage.tsx'), 'NotaPage'),
    ),
    screen(
      '/fiscal/entregas',
      lazyRouteComponent(() => import('./fiscal/DeliveryList.tsx'), 'DeliveryList'),
    ),
    screen(
      '/fiscal/meses',
      lazyRouteComponent(() => import('./fiscal/Months.tsx'), 'Months'),
    ),
    screen(
      '/fiscal/numeracao',
      lazyRouteComponent(() => import('./fiscal/Gaps.tsx'), 'Gaps'),
    ),
    screen(
      '/fiscal/anexar',
      lazyRouteComponent(() => import('./fiscal/Attach.tsx'), 'Attach'),
    ),
    screen(
      '/fiscal/recebidas',
      lazyRouteComponent(() => import('./purchases/ReceivedList.tsx'), 'ReceivedList'),
    ),
    screen(
      '/fiscal/recebidas/enviar',
      lazyRouteComponent(() => import('./purchases/SendReceived.tsx'), 'SendReceived'),
    ),
    screen(
      '/fiscal/recebidas/$nota',
      lazyRouteComponent(() => import('./purchases/ReceivedPage.tsx'), 'ReceivedPage'),
    ),
    screen(
      '/fiscal/preparo',
      lazyRouteComponent(() => import('./fiscal/setup/Readiness.tsx'), 'Readiness'),
    ),
    screen(
      '/fiscal/empresas',
      lazyRouteComponent(() => import('./fiscal/setup/Companies.tsx'), 'Companies'),
    ),
    screen(
      '/fiscal/certificado',
      lazyRouteComponent(() => import('./fiscal/setup/Certificates.tsx'), 'Certificates'),
    ),
    screen(
      '/fiscal/produtos',
      lazyRouteComponent(() => import('./fiscal/setup/FiscalProducts.tsx'), 'FiscalProducts'),
    ),
    screen(
      '/fiscal/regras',
      lazyRouteComponent(() => import('./fiscal/setup/Rules.tsx'), 'Rules'),
    ),
    screen(
      '/fiscal/aliquotas',
      lazyRouteComponent(() => import('./fiscal/setup/Rates.tsx'), 'Rates'),
    ),
    screen(
      '/financeiro/recebiveis',
      lazyRouteComponent(() => import('./receivables/ReceivableList.tsx'), 'ReceivableList'),
    ),
    screen(
      '/financeiro/recebiveis/$receivable',
      lazyRouteComponent(() => import('./receivables/ReceivablePage.tsx'), 'ReceivablePage'),
    ),
    screen(
      '/financeiro/repasses',
      lazyRouteComponent(() => import('./reconciliation/Settlements.tsx'), 'Settlements'),
    ),
    screen(
      '/financeiro/repasses/$account',
      lazyRouteComponent(() => import('./reconciliation/SettlementAccount.tsx'), 'SettlementAccount'),
    ),
    screen(
      '/financeiro/recuperar',
      lazyRouteComponent(() => import('./reconciliation/Claims.tsx'), 'Claims'),
    ),
    screen(
      '/financeiro/arquivos',
      lazyRouteComponent(() => import('./reconciliation/Files.tsx'), 'Files'),
    ),
    screen(
      '/financeiro/arquivos/$file',
      lazyRouteComponent(() => import('./reconciliation/FilePage.tsx'), 'FilePage'),
    ),
    screen(
      '/financeiro/taxas',
      lazyRouteComponent(() => import('./receivables/Fees.tsx'), 'Fees'),
    ),
    screen(
      '/financeiro/fontes',
      lazyRouteComponent(() => import('./reconciliation/Sources.tsx'), 'Sources'),
    ),
    screen(
      '/financeiro/bancos',
      lazyRouteComponent(() => import('./bank/Banks.tsx'), 'Banks'),
    ),
    screen(
      '/financeiro/banco/$account',
      lazyRouteComponent(() => import('./bank/Reconcile.tsx'), 'Reconcile'),
    ),
    screen(
      '/financeiro/banco/regras',
      lazyRouteComponent(() => import('./bank/Rules.tsx'), 'Rules'),
    ),
    screen(
      '/financeiro/caixa',
      lazyRouteComponent(() => import('./treasury/CashAhead.tsx'), 'CashAhead'),
    ),
    screen(
      '/financeiro/caixa/linhas',
      lazyRouteComponent(() => import('./treasury/CashRows.tsx'), 'CashRows'),
    ),
    screen(
      '/financeiro/credito',
      lazyRouteComponent(() => import('./treasury/Credit.tsx'), 'Credit'),
    ),
    screen(
      '/financeiro/antecipacoes',
      lazyRouteComponent(() => import('./treasury/Anticipations.tsx'), 'Anticipations'),
    ),
    screen(
      '/financeiro/antecipacoes/simular',
      lazyRouteComponent(() => import('./treasury/Simulation.tsx'), 'Simulation'),
    ),
    screen(
      '/financeiro/antecipacoes/$contract',
      lazyRouteComponent(() => import('./treasury/ContractPage.tsx'), 'ContractPage'),
    ),
    screen(
      '/vendas/margem',
      lazyRouteComponent(() => import('./pricing/Margin.tsx'), 'Margin'),
    ),
    screen(
      '/vendas/precos',
      lazyRouteComponent(() => import('./pricing/Prices.tsx'), 'Prices'),
    ),
    screen(
      '/configuracoes',
      lazyRouteComponent(() => import('./settings/Settings.tsx'), 'Settings'),
    ),
    screen(
      '/configuracoes/$part',
      lazyRouteComponent(() => import('./settings/Settings.tsx'), 'Settings'),
    ),
  ]),
  full(
    '/estacao',
    lazyRouteComponent(() => import('./stations/Station.tsx'), 'Station'),
  ),
])

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch: parseFilters,
  stringifySearch: writeFilters,
  defaultErrorComponent: ScreenFailed,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
