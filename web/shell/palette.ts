import { createSpotlight } from '@mantine/spotlight'

/** The palette's own store, and `palette.open()`. */
export const [paletteStore, palette] = createSpotlight()

/** Marks the first row; gives it. Rows that arrive after the last key are marked by nobody else. */
export function markFirst(): HTMLElement | null {
  const list = document.getElementById(paletteStore.getState().listId)
  if (!list) return null
  const rows = list.querySelectorAll<HTMLElement>('[data-action]')
  for (const row of rows) row.removeAttribute('data-selected')
  rows[0]?.setAttribute('data-selected', 'true')
  paletteStore.updateState((state) => ({ ...state, selected: rows.length ? 0 : -1 }))
  return rows[0] ?? null
}
