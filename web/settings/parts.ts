import {
  IconAdjustments,
  IconBox,
  IconBuildingFactory2,
  IconClock,
  IconDeviceDesktop,
  IconKey,
  IconPalette,
  IconPlugConnected,
  IconPrinter,
  IconShoppingBag,
  IconTruck,
  IconUsers,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { lazy } from 'react'
import type { LazyExoticComponent } from 'react'
import type { Permission } from '../../server/platform/permission.ts'

export interface Part {
  /** In the address: /configuracoes/pessoas. */
  name: string
  title: string
  icon: Icon
  permission: Permission
  group: 'A casa' | 'A equipe' | 'Parceiros' | 'Integrações' | 'Este aparelho'
  screen: LazyExoticComponent<() => React.ReactNode>
}

export const parts: Part[] = [
  {
    name: 'regras',
    title: 'Regras',
    icon: IconAdjustments,
    permission: 'signed_in',
    group: 'A casa',
    screen: lazy(() => import('./Rules.tsx').then((file) => ({ default: file.Rules }))),
  },
  {
    name: 'caixas',
    title: 'Caixas de papelão',
    icon: IconBox,
    permission: 'signed_in',
    group: 'A casa',
    screen: lazy(() => import('./Cartons.tsx').then((file) => ({ default: file.Cartons }))),
  },
  {
    name: 'pessoas',
    title: 'Pessoas',
    icon: IconUsers,
    permission: 'people.manage',
    group: 'A equipe',
    screen: lazy(() => import('../people/People.tsx').then((file) => ({ default: file.People }))),
  },
  {
    name: 'turnos',
    title: 'Turnos',
    icon: IconClock,
    permission: 'people.manage',
    group: 'A equipe',
    screen: lazy(() => import('../people/Shifts.tsx').then((file) => ({ default: file.Shifts }))),
  },
  {
    name: 'estacoes',
    title: 'Estações',
    icon: IconDeviceDesktop,
    permission: 'people.manage',
    group: 'A equipe',
    screen: lazy(() => import('../people/Stations.tsx').then((file) => ({ default: file.Stations }))),
  },
  {
    name: 'impressoras',
    title: 'Impressoras',
    icon: IconPrinter,
    permission: 'people.manage',
    group: 'A equipe',
    screen: lazy(() => import('./Printers.tsx').then((file) => ({ default: file.Printers }))),
  },
  {
    name: 'transportadoras',
    title: 'Transportadoras',
    icon: IconTruck,
    permission: 'signed_in',
    group: 'Parceiros',
    screen: lazy(() => import('./Carriers.tsx').then((file) => ({ default: file.Carriers }))),
  },
  {
    name: 'fornecedores',
    title: 'Fornecedores',
    icon: IconBuildingFactory2,
    permission: 'catalog.read',
    group: 'Parceiros',
    screen: lazy(() => import('./Suppliers.tsx').then((file) => ({ default: file.Suppliers }))),
  },
  {
    name: 'canais',
    title: 'Canais de venda',
    icon: IconShoppingBag,
    permission: 'signed_in',
    group: 'Integrações',
    screen: lazy(() => import('./Channels.tsx').then((file) => ({ default: file.Channels }))),
  },
  {
    name: 'parceiros',
    title: 'Parceiros',
    icon: IconPlugConnected,
    permission: 'fiscal.read',
    group: 'Integrações',
    screen: lazy(() => import('../fiscal/partners/Partners.tsx').then((file) => ({ default: file.Partners }))),
  },
  {
    name: 'chaves',
    title: 'Chaves de API',
    icon: IconKey,
    permission: 'people.manage',
    group: 'Integrações',
    screen: lazy(() => import('../people/Tokens.tsx').then((file) => ({ default: file.Tokens }))),
  },
  {
    name: 'aparencia',
    title: 'Aparência',
    icon: IconPalette,
    permission: 'signed_in',
    group: 'Este aparelho',
    screen: lazy(() => import('./Appearance.tsx').then((file) => ({ default: file.Appearance }))),
  },
]
