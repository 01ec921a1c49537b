import { lazy } from 'react'
import type { ComponentType } from 'react'
import type { Here } from '../../server/people/contract.ts'
import type { Permission } from '../../server/platform/permission.ts'

export type Kind = NonNullable<Here['station']>['kind']

/** The screen of each kind of station, and who may work there. */
export const work: Record<Kind, { Screen: ComponentType; permission: Permission }> = {
  pick: { Screen: lazy(() => import('./Pick.tsx')), permission: 'picking.work' },
  pack: { Screen: lazy(() => import('./Pack.tsx')), permission: 'packing.work' },
  dispatch: { Screen: lazy(() => import('./Dispatch.tsx')), permission: 'dispatch.work' },
  receive: { Screen: lazy(() => import('./Receive.tsx')), permission: 'stock.move' },
}
