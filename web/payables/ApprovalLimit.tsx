import { useState } from 'react'
import { saveSettings } from '../../server/settings/contract.ts'
import { useAct } from '../client.ts'
import { EditModal } from '../settings/EditModal.tsx'
import { Reais } from './Reais.tsx'

/** Above this amount only the owner approves. */
export function ApprovalLimit({ limit, close }: { limit: number | null; close: () => void }) {
  const [value, setValue] = useState(limit ?? 0)
  const save = useAct(saveSettings, { quiet: true, done: 'Limite salvo', onDone: close })
  return (
    <EditModal
      opened
      close={close}
      title="Limite de aprovação"
      send={() => save.run({ approval_limit: value || null })}
      busy={save.busy}
      refusal={save.refusal}
      fields={[]}
    >
      <p className="pay-hint">
        Acima deste valor só o dono aprova. Vazio: quem aprova pagamentos aprova qualquer valor. Quem lança uma conta nunca a aprova, a não ser que ninguém mais
        possa.
      </p>
      <Reais label="Limite (R$)" value={value} change={setValue} data-autofocus />
    </EditModal>
  )
}
