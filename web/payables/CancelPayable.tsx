import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { cancelPayableEndpoint } from '../../server/payables/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'

/** Why it is no longer owed; it does not come back. */
export function CancelPayable({ id, close }: { id: number; close: () => void }) {
  const [reason, setReason] = useState('')
  const act = useAct(cancelPayableEndpoint, { quiet: true, done: 'Conta cancelada', onDone: close })
  return (
    <Modal opened onClose={close} title="Cancelar esta conta?">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          act.run({ payable: id, reason })
        }}
      >
        <p className="pay-hint">Ela sai do que se deve, e o que foi lançado ganha o oposto. Não volta: uma conta devida se lança de novo.</p>
        <TextInput
          label="Por quê"
          placeholder="Lançada duas vezes"
          required
          data-autofocus
          value={reason}
          error={faultOf(act.refusal, 'reason')}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <FormFaults refusal={act.refusal} fields={['reason']} />
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" color="var(--bad)" c="var(--surface)" loading={act.busy} disabled={!reason.trim()}>
            Cancelar conta
          </Button>
        </div>
      </form>
    </Modal>
  )
}
