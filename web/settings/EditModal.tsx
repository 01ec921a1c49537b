import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Refusal } from '../client.ts'
import { FormFaults } from '../components/FormFaults.tsx'

/** The frame of the small forms of settings. `fields`: those that show their own fault. */
export function EditModal({
  opened,
  close,
  title,
  send,
  busy,
  refusal,
  fields,
  verb = 'Salvar',
  size,
  ready = true,
  children,
}: {
  opened: boolean
  close: () => void
  title: string
  send: () => void
  busy: boolean
  refusal: Refusal | null
  fields: string[]
  verb?: string
  size?: string
  ready?: boolean
  children: ReactNode
}) {
  return (
    <Modal opened={opened} onClose={close} title={title} {...(size ? { size } : {})}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        {children}
        <FormFaults refusal={refusal} fields={fields} />
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" loading={busy} disabled={!ready}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
