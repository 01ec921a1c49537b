import { NumberInput, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { readAgreement, saveAgreementEndpoint } from '../../server/payables/contract.ts'
import type { Agreement } from '../../server/payables/contract.ts'
import { useAct, useRead } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { EditModal } from '../settings/EditModal.tsx'

type TextField = 'agreement' | 'bank_name' | 'branch' | 'branch_digit' | 'account' | 'account_digit'

/** What the bank gave for payments by file. */
export function AgreementForm({ bank, close }: { bank: number; close: () => void }) {
  const { data } = useRead(readAgreement, { bank_account: bank }, { keepPrevious: false })
  const [draft, setDraft] = useState<Agreement | null>(null)
  const act = useAct(saveAgreementEndpoint, { quiet: true, done: 'Convênio salvo', onDone: close })
  useEffect(() => {
    if (!data) return
    const { name: _, saved: __, company: ___, ...rest } = data
    setDraft((before) => before ?? rest)
  }, [data])
  if (!data || !draft) return null
  const set = (change: Partial<Agreement>) => setDraft({ ...draft, ...change })
  const text = (name: TextField, label: string, more: object = {}) => (
    <TextInput
      label={label}
      value={draft[name]}
      error={faultOf(act.refusal, name)}
      onChange={(event) => set({ [name]: event.currentTarget.value.toUpperCase() })}
      {...more}
    />
  )
  const version = (name: 'file' | 'transfer' | 'boleto' | 'bill', label: string) => (
    <TextInput
      label={label}
      placeholder={{ file: '103', transfer: '046', boleto: '040', bill: '012' }[name]}
      value={draft.versions[name] ?? ''}
      onChange={(event) => {
        const { [name]: ____, ...others } = draft.versions
        set({ versions: event.currentTarget.value ? { ...others, [name]: event.currentTarget.value } : others })
      }}
    />
  )
  return (
    <EditModal
      opened
      close={close}
      size="lg"
      title={`Convênio de pagamento: ${data.name}`}
      send={() => act.run({ bank_account: bank, ...draft })}
      busy={act.busy}
      refusal={act.refusal}
      fields={['agreement', 'bank_name', 'branch', 'branch_digit', 'account', 'account_digit', 'last_sequence']}
    >
      {data.company === null && <p className="pay-band">Esta conta não diz de que empresa é. Informe em Financeiro, Bancos, antes de gerar remessas.</p>}
      <p className="pay-hint">
        Peça ao banco o convênio de pagamento a fornecedores em CNAB 240. Antes do primeiro pagamento, mande um arquivo de teste para o banco validar.
      </p>
      <div className="pay-fields">
        {text('agreement', 'Convênio', { required: true, 'data-autofocus': true, maxLength: 20 })}
        {text('bank_name', 'Nome do banco no arquivo', { required: true, maxLength: 30 })}
        {text('branch', 'Agência', { required: true })}
        {text('branch_digit', 'Dígito da agência', { maxLength: 1 })}
        {text('account', 'Conta', { required: true })}
        {text('account_digit', 'Dígito da conta', { required: true, maxLength: 1 })}
        <NumberInput
          label="Última remessa que o banco recebeu"
          description="De outro sistema; a próxima segue este número"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={0}
          value={draft.last_sequence}
          error={faultOf(act.refusal, 'last_sequence')}
          onChange={(value) => set({ last_sequence: Number(value) || 0 })}
        />
        {version('file', 'Versão do arquivo')}
        {version('transfer', 'Versão do lote de transferências')}
        {version('boleto', 'Versão do lote de boletos')}
        {version('bill', 'Versão do lote de contas e guias')}
      </div>
    </EditModal>
  )
}
