import { Button, Checkbox, Modal, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { addBank, saveBank } from '../../server/bank/contract.ts'
import type { BankRow } from '../../server/bank/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import './bank.css'

const fields = ['name', 'bank', 'branch', 'number', 'opening', 'opened_on', 'company']

/** An account, with what it held at the beginning of a day. `offers`: what a file says of a new one. */
export function BankForm({
  bank,
  offers,
  made,
  companies,
  today,
  close,
}: {
  bank: BankRow | null
  offers?: { bank: string; branch: string; number: string; opening: number; opened_on: string | null }
  made?: (account: number) => void
  companies: { id: number; name: string }[]
  today: string
  close: () => void
}) {
  const [draft, setDraft] = useState({
    name: bank?.name ?? '',
    company: bank?.company?.id ?? (companies.length === 1 ? companies[0]!.id : null),
    bank: bank?.bank ?? offers?.bank ?? '',
    branch: bank?.branch ?? offers?.branch ?? '',
    number: bank?.number ?? offers?.number ?? '',
    opening: bank?.opening ?? offers?.opening ?? 0,
    opened_on: bank?.opened_on ?? offers?.opened_on ?? today,
    active: bank?.active ?? true,
  })
  const add = useAct(addBank, { quiet: true, done: 'Conta cadastrada', onDone: ({ id }) => (close(), made?.(id)) })
  const save = useAct(saveBank, { quiet: true, done: 'Conta alterada', onDone: close })
  const act = bank ? save : add
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }))
  const fault = (field: string) => faultOf(act.refusal, field)
  const fixed = Boolean(bank?.lines)
  return (
    <Modal opened onClose={close} title={bank ? `Alterar ${bank.name}` : 'Nova conta bancária'}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (bank) save.run({ account: bank.id, ...draft })
          else add.run(draft)
        }}
      >
        <TextInput
          label="Nome"
          placeholder="Bradesco conta corrente"
          data-autofocus
          required
          value={draft.name}
          error={fault('name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <div className="bank-fields">
          <TextInput
            label="Banco"
            description="Três números"
            inputMode="numeric"
            required
            disabled={fixed}
            value={draft.bank}
            error={fault('bank')}
            onChange={(event) => set({ bank: event.currentTarget.value.replaceAll(/\D/g, '').slice(0, 3) })}
          />
          <TextInput
            label="Agência"
            description="Sem dígito"
            disabled={fixed}
            value={draft.branch}
            error={fault('branch')}
            onChange={(event) => set({ branch: event.currentTarget.value })}
          />
          <TextInput
            label="Conta"
            description="Com dígito"
            required
            disabled={fixed}
            value={draft.number}
            error={fault('number')}
            onChange={(event) => set({ number: event.currentTarget.value })}
          />
        </div>
        {offers && <p className="quiet bank-hint">Lidos do arquivo: confira e dê um nome à conta.</p>}
        {fixed && <p className="quiet bank-hint">Já há extrato: banco, agência e número não mudam mais.</p>}
        <div className="bank-fields bank-two">
          <NumberInput
            label="Saldo inicial (R$)"
            description="No começo do dia"
            decimalScale={2}
            fixedDecimalScale
            value={draft.opening / 100}
            error={fault('opening')}
            onChange={(value) => set({ opening: Math.round(Number(value) * 100) || 0 })}
          />
          <TextInput
            label="Dia do saldo inicial"
            description="O extrato conta a partir dele"
            type="date"
            required
            value={draft.opened_on}
            error={fault('opened_on')}
            onChange={(event) => set({ opened_on: event.currentTarget.value })}
          />
        </div>
        {companies.length > 0 && (
          <Select
            label="Empresa"
            clearable
            data={companies.map(({ id, name }) => ({ value: String(id), label: name }))}
            value={draft.company === null ? null : String(draft.company)}
            onChange={(value) => set({ company: value === null ? null : Number(value) })}
          />
        )}
        {bank && <Checkbox label="Em uso" checked={draft.active} onChange={(event) => set({ active: event.currentTarget.checked })} />}
        <FormFaults refusal={act.refusal} fields={fields} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" loading={act.busy}>
            {bank ? 'Salvar' : 'Cadastrar'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
