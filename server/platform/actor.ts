import type { Permission } from './permission.ts'

/** One merchant: its schema and its role bear the same name. */
export interface Merchant {
  id: number
  schema: string
}

/** Who does it, on behalf of whom, at which station. Written into every event and move. */
export interface Actor {
  merchant: Merchant
  /** `person.id` in the merchant's schema; null for the system itself. */
  person: number | null
  name: string
  /** `station.id` when the act comes from a paired station. */
  station: number | null
  permissions: ReadonlySet<Permission>
  /** SHA-256 of the session that was presented, hexadecimal; null for the system. */
  session?: string | null
}

/** The system acting by itself (routines, imports, demo): no person, every permission. */
export const system = (merchant: Merchant, name = 'Sistema'): Actor => ({
  merchant,
  person: null,
  name,
  station: null,
  permissions: new Set<Permission>(),
})
