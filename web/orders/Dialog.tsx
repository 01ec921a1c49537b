import { Button, Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Refusal } from '../client.ts'
import { FormFaults } from '../components/FormFaults.tsx'

/** A form over the page: what it asks, why it was refused, and the verb that does it. */
export function Dialog({
  title,
  verb,
  danger,
  busy,
  refusal,
  fields,
  ready = true,
  close,
  run,
  size,
  children,
}: {
  title: string
  verb: string
  danger?: boolean
  busy: boolean
  refusal?: Refusal | null
  fields?: string[]
  ready?: boolean
  close: () => void
  run: () => void
  size?: string
  children: ReactNode
}) {
  return (
    <Modal opened onClose={busy ? () => undefined : close} title={title} {...(size ? { size } : {})}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !busy) run()
        }}
      >
        {children}
        <FormFaults refusal={refusal} {...(fields ? { fields } : {})} />
        <div className="row dialog-foot">
          <Button variant="default" onClick={close} disabled={busy}>
            Voltar
          </Button>
          <Button type="submit" loading={busy} disabled={!ready} {...(danger && ready ? { color: 'var(--bad)', c: 'var(--surface)' } : {})}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Asks why, in the person's own words; some of the usual reasons are one press away. */
export function ReasonDialog({
  usual = [],
  maxLength = 300,
  children,
  run,
  ...dialog
}: {
  title: string
  verb: string
  danger?: boolean
  busy: boolean
  refusal?: Refusal | null
  usual?: string[]
  maxLength?: number
  close: () => void
  run: (reason: string) => void
  children?: ReactNode
}) {
  const [reason, setReason] = useState('')
  return (
    <Dialog {...dialog} ready={reason.trim() !== ''} run={() => run(reason.trim())}>
      {children}
      <Textarea
        label="Motivo"
        description="Fica na linha do tempo"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={maxLength}
        autosize
        minRows={2}
        required
        data-autofocus
      />
      {usual.length > 0 && (
        <div className="row">
          {usual.map((text) => (
            <button key={text} type="button" className="chip" data-on={reason === text || undefined} onClick={() => setReason(text)}>
              {text}
            </button>
          ))}
        </div>
      )}
    </Dialog>
  )
}
