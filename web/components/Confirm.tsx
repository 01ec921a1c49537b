import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import './components.css'

/**
 * Asks before an act that cannot be taken back. `typed`: a word that must be typed, for what has legal effect.
 * The verb on the button says what happens; never "OK".
 */
export function Confirm({
  opened,
  close,
  title,
  children,
  verb,
  run,
  busy,
  danger,
  typed,
}: {
  opened: boolean
  close: () => void
  title: string
  children?: ReactNode
  verb: string
  run: () => void
  busy?: boolean
  danger?: boolean
  typed?: string
}) {
  const [text, setText] = useState('')
  const leave = () => {
    setText('')
    close()
  }
  return (
    <Modal opened={opened} onClose={leave} title={title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          run()
        }}
      >
        {children && <div>{children}</div>}
        {typed && (
          <TextInput
            label={`Para confirmar, digite ${typed}`}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={leave}>
            Voltar
          </Button>
          <Button
            type="submit"
            {...(danger && !(typed !== undefined && text.trim().toUpperCase() !== typed.toUpperCase()) ? { color: 'var(--bad)', c: 'var(--surface)' } : {})}
            loading={busy ?? false}
            disabled={typed !== undefined && text.trim().toUpperCase() !== typed.toUpperCase()}
            {...(typed ? {} : { 'data-autofocus': true })}
          >
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
