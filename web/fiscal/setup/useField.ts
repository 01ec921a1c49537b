import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'

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
