import { useRef, useState } from 'react'
import type { ReactNode } from 'react'

/** A place where files are dropped or chosen; `children` gets what opens the choice. Takes nothing while `busy`. */
export function DropFiles({
  label,
  accept,
  one,
  busy,
  take,
  className,
  children,
}: {
  /** What the files are, for readers. */
  label: string
  accept?: string
  /** Only one at a time. */
  one?: boolean
  busy: boolean
  take: (files: File[]) => void
  className?: string
  children: (choose: () => void) => ReactNode
}) {
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const given = (files: FileList | null) => {
    const all = [...(files ?? [])]
    if (all.length && !busy) take(one ? all.slice(0, 1) : all)
  }
  return (
    <div
      className={`drop ${className ?? ''}`}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        given(event.dataTransfer.files)
      }}
    >
      {children(() => input.current?.click())}
      <input
        ref={input}
        type="file"
        {...(accept ? { accept } : {})}
        multiple={!one}
        hidden
        aria-label={label}
        onChange={(event) => {
          given(event.currentTarget.files)
          event.currentTarget.value = ''
        }}
      />
    </div>
  )
}
