import { Select, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { readTerms, saveTermsEndpoint } from '../../server/payables/contract.ts'
import type { Terms } from '../../server/payables/contract.ts'
import { useAct, useRead } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { EditModal } from '../settings/EditModal.tsx'
import { BankFields } from './PayableForm.tsx'

const noBank = { bank: '', branch: '', account: '', digit: '' }

/** What was agreed with a supplier: for the notas that come from now on. */
export function TermsForm({ supplier, close }: { supplier: number; close: () => void }) {
  const { data } = useRead(readTerms, { supplier }, { keepPrevious: false })
  const [days, setDays] = useState('')
  const [method, setMethod] = useState<Terms['method']>('boleto')
  const [pix, setPix] = useState('')
  const [bank, setBank] = useState(noBank)
  const act = useAct(saveTermsEndpoint, { quiet: true, done: 'Prazos salvos: valem para as próximas notas', onDone: close })
  useEffect(() => {
    if (!data) return
    setDays(data.days.join(' / '))
    setMethod(data.method)
    setPix(data.pix_key ?? '')
    setBank(data.bank_details ?? noBank)
  }, [data])
  return (
    <EditModal
      opened
      close={close}
      title={data?.name ?? 'Fornecedor'}
      send={() =>
        act.run({
          supplier,
          days: (days.match(/\d+/g) ?? []).map(Number),
          method,
          pix_key: method === 'pix' ? pix || null : null,
          bank_details: method === 'transfer' && bank.bank ? bank : null,
        })
      }
      busy={act.busy}
      refusal={act.refusal}
      fields={['days', 'method', 'pix_key', 'bank_details.bank', 'bank_details.branch', 'bank_details.account', 'bank_details.digit']}
      ready={data !== undefined}
    >
      <TextInput
        label="Prazos, em dias da emissão"
        description="Para notas sem parcelas: 28 / 42 / 56 são três parcelas"
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder="28 / 42 / 56"
        data-autofocus
        value={days}
        error={faultOf(act.refusal, 'days')}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
      <Select
        label="Como se paga"
        allowDeselect={false}
        data={[
          { value: 'boleto', label: 'Boleto' },
          { value: 'pix', label: 'Pix' },
          { value: 'transfer', label: 'Transferência' },
          { value: 'other', label: 'Outro' },
        ]}
        value={method}
        onChange={(value) => value && setMethod(value as Terms['method'])}
      />
      {method === 'pix' && (
        <TextInput label="Chave Pix" value={pix} error={faultOf(act.refusal, 'pix_key')} onChange={(event) => setPix(event.currentTarget.value.trim())} />
      )}
      {method === 'transfer' && (
        <div className="pay-fields">
          <BankFields of={bank} change={setBank} fault={(field) => faultOf(act.refusal, field)} />
        </div>
      )}
    </EditModal>
  )
}
