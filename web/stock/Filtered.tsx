import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** A filter that came with the link, as a chip that takes it away. */
export function Filtered({ children, clear }: { children: ReactNode; clear: () => void }) {
  return (
    <button type="button" className="chip" data-on onClick={clear} title="Tirar este filtro">
      {children}
      <IconX size={14} aria-hidden />
      <span className="only-for-readers">Tirar este filtro</span>
    </button>
  )
}
