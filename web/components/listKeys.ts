import { useEffect, useRef, useState } from 'react'

/** True while keys belong to a field, a menu or a dialog. */
export const keysAreTaken = (event: KeyboardEvent) =>
  event.defaultPrevented ||
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  (event.target instanceof HTMLElement &&
    (event.target.isContentEditable ||
      event.target.closest('input:not([type=checkbox]), textarea, select, [role=dialog], [role=menu], [role=listbox]') !== null)) ||
  document.querySelector('[role=dialog][aria-modal=true]') !== null

/** `j`/`k` through a list, Enter opens, `x` selects. Gives the index of the row that is meant, -1 before the first key. */
export function useListKeys(length: number, act: { open?: (index: number) => void; select?: (index: number) => void }): number {
  const [at, setAt] = useState(-1)
  const latest = useRef({ at, length, act })
  latest.current = { at, length, act }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const now = latest.current
      if (keysAreTaken(event) || now.length === 0) return
      // a focused link or button answers Enter itself
      if (event.key === 'Enter' && now.at >= 0 && !(event.target as HTMLElement).closest('a, button')) now.act.open?.(now.at)
      else if (event.key === 'j') setAt(Math.min(now.at + 1, now.length - 1))
      else if (event.key === 'k') setAt(Math.max(now.at - 1, 0))
      else if (event.key === 'x' && now.at >= 0) now.act.select?.(now.at)
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
  return at < length ? at : -1
}
