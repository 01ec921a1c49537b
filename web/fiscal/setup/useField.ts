import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Refusal } from '../../client.ts'

/** A link that leads to a field (`?field=ibge`): the field with that `data-field` comes into sight, focused, once `ready`. */
export function useField(ready: boolean) {
  const { field } = useSearch({ strict: false } as never) as { field?: string }
  useEffect(() => {
    if (!ready || !field) return
    const found = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`)
    found?.scrollIntoView({ block: 'center' })
    found?.focus({ preventScroll: true })
  }, [ready, field])
}

/** A long form that was refused: the first field with a fault comes into sight, focused. */
export function useFirstFault(refusal: Refusal | null) {
  useEffect(() => {
    if (refusal?.faults.length) document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus()
  }, [refusal])
}
