import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import './Work.css'

/** Something changed under the operator's hands: what happened, and what to do with what they hold. */
export interface Halted {
  tone: 'warn' | 'bad'
  title: string
  /** What to do now, one sentence each. */
  todo: string[]
  /** What the button says; Enter presses it. */
  verb?: string
  /** Done once it was read. */
  then?: () => void
}

/** The whole screen until somebody says that it was read: no scan goes on before. */
export function Halt({ halted: { tone, title, todo, verb = 'Entendi, já fiz' }, done }: { halted: Halted; done: () => void }) {
  const Sign = tone === 'bad' ? IconCircleX : IconAlertTriangle
  const words = useRef<HTMLDivElement>(null)
  useEffect(() => words.current?.focus(), [])
  return (
    <div className="halt" data-tone={tone} role="alertdialog" aria-labelledby="halt-title" aria-describedby="halt-todo" ref={words} tabIndex={-1}>
      <Sign size={96} stroke={1.8} aria-hidden />
      <h1 id="halt-title">{title}</h1>
      <ol id="halt-todo" data-single={todo.length === 1 || undefined}>
        {todo.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ol>
      <Button variant="filled" onClick={done} rightSection={<kbd>Enter</kbd>}>
        {verb}
      </Button>
    </div>
  )
}
