import type { ComponentType } from 'react'
import type { Here } from '../../server/people/contract.ts'

type Kind = NonNullable<Here['station']>['kind']

/** The screen of each kind of station: `pick: lazy(() => import('./Pick.tsx'))`. */
export const work: Partial<Record<Kind, ComponentType>> = {}
