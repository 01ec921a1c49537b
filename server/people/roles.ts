import type { Permission } from '../platform/permission.ts'
import { permissions } from '../platform/permission.ts'

const everything = (Object.keys(permissions) as Permission[]).filter((name) => name !== 'public' && name !== 'signed_in')

/**
 * What each role may do. The floor's roles see the task in hand and the stock, never the list of orders: a packer needs
 * the label's recipient, which the bench gives, and not the buyers of the house (LGPD art. 6, III: necessity).
 */
const allowed = {
  owner: everything,
  manager: everything.filter((name) => name !== 'settings.manage'),
  picker: ['picking.work', 'stock.read', 'stock.move'],
  packer: ['packing.work', 'stock.read'],
  dispatcher: ['dispatch.work', 'tracking.write', 'stock.read'],
  // who prepares a payment does not approve it
  financial: ['money.read', 'money.reconcile', 'money.pay', 'money.plan', 'margin.read', 'orders.read', 'catalog.read', 'fiscal.read', 'insight.read'],
  integration: ['orders.receive', 'orders.read', 'catalog.read', 'stock.read', 'tracking.write'],
} as const satisfies Record<string, readonly Permission[]>

export type Role = keyof typeof allowed

export const roleLabels: Record<Role, string> = {
  owner: 'Dono',
  manager: 'Gestor',
  picker: 'Separador',
  packer: 'Conferente',
  dispatcher: 'Expedidor',
  financial: 'Financeiro',
  integration: 'Integração por API',
}

/** Roles of people; `integration` is for API tokens only. */
export const personRoles = ['owner', 'manager', 'picker', 'packer', 'dispatcher', 'financial'] as const satisfies Role[]
export const tokenRoles = ['integration', 'manager', 'picker', 'packer', 'dispatcher', 'financial'] as const satisfies Role[]

/** The permissions that the roles give together; a role that no longer exists gives none. */
export function permissionsOf(roles: readonly string[]): Set<Permission> {
  return new Set(roles.flatMap((role) => (role in allowed ? allowed[role as Role] : [])))
}
