import {
  IconArrowsExchange,
  IconBuildingBank,
  IconBuildingWarehouse,
  IconCalendarDollar,
  IconCalendarStats,
  IconChartHistogram,
  IconChartPie,
  IconChecklist,
  IconClipboardList,
  IconCloudDownload,
  IconCoins,
  IconCreditCard,
  IconDeviceAnalytics,
  IconDeviceDesktop,
  IconFileDownload,
  IconFileImport,
  IconFileInvoice,
  IconFileUpload,
  IconFileZip,
  IconHome,
  IconPackages,
  IconPercentage,
  IconReceipt,
  IconReceiptRefund,
  IconSend,
  IconSettings,
  IconShoppingCart,
  IconTag,
  IconTags,
  IconTransfer,
  IconTruckDelivery,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import type { Permission } from '../../server/platform/permission.ts'

export interface Destination {
  to: NonNullable<LinkProps['to']>
  title: string
  icon: Icon
  permission?: Permission
  /** `g` and then this letter goes there. */
  letter?: string
  /** Reached from its neighbours and by Ctrl-K; the rail holds what is opened every day. */
  quiet?: true
}

export interface Group {
  title?: string
  destinations: Destination[]
}

// Only what exists: a path without a route does not compile.
export const groups: Group[] = [
  { destinations: [{ to: '/', title: 'Hoje', icon: IconHome, letter: 'h' }] },
  {
    title: 'Operação',
    destinations: [
      { to: '/operacao', title: 'Indicadores', icon: IconChartHistogram, permission: 'insight.read', letter: 'i' },
      { to: '/pedidos', title: 'Pedidos', icon: IconClipboardList, permission: 'orders.read', letter: 'p' },
      { to: '/skus', title: 'SKUs a ligar', icon: IconTags, permission: 'orders.read', letter: 'l' },
      { to: '/importar', title: 'Importar', icon: IconFileImport, permission: 'orders.receive', letter: 'm' },
      { to: '/separacao', title: 'Separação', icon: IconShoppingCart, permission: 'orders.read', letter: 's' },
      { to: '/expedicao', title: 'Expedição', icon: IconTruckDelivery, permission: 'dispatch.work', letter: 'x' },
      { to: '/estoque', title: 'Estoque', icon: IconBuildingWarehouse, permission: 'stock.read', letter: 'k' },
      { to: '/catalogo', title: 'Catálogo', icon: IconPackages, permission: 'catalog.read', letter: 'c' },
    ],
  },
  {
    title: 'Fiscal',
    destinations: [
      { to: '/fiscal', title: 'Monitor de notas', icon: IconDeviceAnalytics, permission: 'fiscal.read', letter: 'n' },
      { to: '/fiscal/notas', title: 'Notas', icon: IconFileInvoice, permission: 'fiscal.read', letter: 'f' },
      { to: '/fiscal/preparo', title: 'Preparo fiscal', icon: IconChecklist, permission: 'fiscal.read', letter: 'a' },
      { to: '/fiscal/recebidas', title: 'Notas recebidas', icon: IconFileDownload, permission: 'fiscal.read', letter: 'r' },
      { to: '/fiscal/entregas', title: 'Entrega do XML', icon: IconSend, permission: 'orders.read' },
      { to: '/fiscal/meses', title: 'Arquivos do mês', icon: IconFileZip, permission: 'fiscal.read' },
    ],
  },
  {
    title: 'Financeiro',
    destinations: [
      { to: '/financeiro', title: 'Dinheiro', icon: IconCoins, permission: 'money.read', letter: 'd' },
      { to: '/financeiro/caixa', title: 'Caixa', icon: IconCalendarStats, permission: 'money.read' },
      { to: '/financeiro/recebiveis', title: 'Recebíveis', icon: IconCalendarDollar, permission: 'money.read', letter: 'b' },
      { to: '/financeiro/taxas', title: 'Taxas dos canais', icon: IconPercentage, permission: 'money.read', quiet: true },
      { to: '/financeiro/repasses', title: 'Repasses', icon: IconArrowsExchange, permission: 'money.read', letter: 'q' },
      { to: '/financeiro/recuperar', title: 'A recuperar', icon: IconReceiptRefund, permission: 'money.read' },
      { to: '/financeiro/arquivos', title: 'Arquivos', icon: IconFileUpload, permission: 'money.read', quiet: true },
      { to: '/financeiro/fontes', title: 'Fontes de relatórios', icon: IconCloudDownload, permission: 'money.read', quiet: true },
      { to: '/financeiro/bancos', title: 'Bancos', icon: IconBuildingBank, permission: 'money.read', letter: 'w' },
      { to: '/financeiro/pagar', title: 'Contas a pagar', icon: IconReceipt, permission: 'money.read', letter: 'v' },
      { to: '/financeiro/remessas', title: 'Remessas', icon: IconFileUpload, permission: 'money.read', quiet: true },
      { to: '/financeiro/antecipacoes', title: 'Antecipações', icon: IconTransfer, permission: 'money.read' },
      { to: '/financeiro/credito', title: 'Crédito', icon: IconCreditCard, permission: 'money.read', quiet: true },
    ],
  },
  {
    title: 'Vendas',
    destinations: [
      { to: '/vendas/margem', title: 'Margem', icon: IconChartPie, permission: 'margin.read', letter: 'u' },
      { to: '/vendas/precos', title: 'Preços', icon: IconTag, permission: 'margin.read' },
    ],
  },
  { title: 'Chão', destinations: [{ to: '/estacao', title: 'Estações', icon: IconDeviceDesktop, letter: 'e' }] },
  { title: 'Casa', destinations: [{ to: '/configuracoes', title: 'Configurações', icon: IconSettings, permission: 'people.manage', letter: 'o' }] },
]
