import { Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Refusal } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { Dialog } from '../orders/Dialog.tsx'
import '../orders/orders.css'
import '../orders/order.css'
import './fiscal.css'

/**
 * Asks for the words that go into a fiscal document, so they have a least length; the usual ones are one press away.
 * `field` is the name of the text in the endpoint's body.
 */
export function LegalDialog({
  usual,
  label = 'Justificativa',
  field = 'reason',
  least = 15,
  most = 255,
  initial = '',
  ready = true,
  children,
  run,
  refusal,
  ...dialog
}: {
  title: string
  verb: string
  danger?: boolean
  busy: boolean
  refusal: Refusal | null
  usual: string[]
  label?: string
  field?: string
  least?: number
  most?: number
  initial?: string
  ready?: boolean
  close: () => void
  run: (text: string) => void
  children?: ReactNode
}) {
  const [text, setText] = useState(initial)
  const length = text.trim().length
  return (
    <Dialog {...dialog} refusal={refusal} fields={[field]} ready={ready && length >= least} run={() => run(text.trim())}>
      {children}
      <Textarea
        label={label}
        description={
          length < least
            ? `Vai no documento fiscal. Faltam ${least - length} letras para o mínimo de ${least}`
            : `Vai no documento fiscal. ${length} de ${most} letras`
        }
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={most}
        error={faultOf(refusal, field)}
        autosize
        minRows={2}
        required
        data-autofocus
      />
      {usual.length > 0 && (
        <div className="row usual">
          {usual.map((words) => (
            <button key={words} type="button" className="chip" data-on={text === words || undefined} onClick={() => setText(words)}>
              {words}
            </button>
          ))}
        </div>
      )}
    </Dialog>
  )
}
