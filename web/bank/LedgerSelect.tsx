import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { addLedger, bankLedgers, ledgerKinds } from '../../server/bank/contract.ts'
import { useAct, useRead } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'

/** An account of the ledger, or a new one. */
export function LedgerSelect({
  label,
  value,
  change,
  error,
  focus,
}: {
  label: string
  value: string
  change: (code: string) => void
  error?: string | null
  focus?: boolean
}) {
  const { data } = useRead(bankLedgers)
  const [making, setMaking] = useState(false)
  return (
    <div className="bank-ledger">
      <Select
        label={label}
        searchable
        placeholder="Tarifas, tributos, rendimentos"
        data={(data?.rows ?? []).map(({ code, name }) => ({ value: code, label: name }))}
        value={value || null}
        error={error}
        onChange={(code) => change(code ?? '')}
        {...(focus ? { 'data-autofocus': true } : {})}
      />
      <Button variant="default" onClick={() => setMaking(true)}>
        Nova
      </Button>
      {making && (
        <NewLedger
          close={() => setMaking(false)}
          made={({ code }) => {
            change(code)
            setMaking(false)
          }}
        />
      )}
    </div>
  )
}

export function NewLedger({ close, made }: { close: () => void; made: (ledger: { code: string; name: string }) => void }) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<keyof typeof ledgerKinds>('fee')
  const add = useAct(addLedger, { quiet: true, onDone: made })
  return (
    <Modal opened onClose={close} title="Nova conta do plano">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          event.stopPropagation()
          add.run({ name, kind })
        }}
      >
        <TextInput
          label="Nome"
          data-autofocus
          required
          value={name}
          error={faultOf(add.refusal, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Tipo"
          allowDeselect={false}
          data={Object.entries(ledgerKinds).map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(value) => value && setKind(value as keyof typeof ledgerKinds)}
        />
        <FormFaults refusal={add.refusal} fields={['name']} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" loading={add.busy}>
            Criar
          </Button>
        </div>
      </form>
    </Modal>
  )
}
