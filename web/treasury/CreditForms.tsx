import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { discounts, lineKinds, regimes, saveIofEndpoint, saveLineEndpoint } from '../../server/treasury/contract.ts'
import type { CreditLine, IofRate } from '../../server/treasury/contract.ts'
import { useAct } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { dayOf } from '../components/days.ts'
import { EditModal } from '../settings/EditModal.tsx'
import { centavosOf, dayField, moneyField, percentField } from './words.ts'

type Text = number | string
const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
const fields = ['name', 'kind', 'account', 'discount', 'monthly_rate', 'instalments', 'tariff', 'regime', 'most']

export function LineForm({ line, accounts, close }: { line: CreditLine | null; accounts: { id: number; name: string }[]; close: () => void }) {
  const [name, setName] = useState(line?.name ?? '')
  const [kind, setKind] = useState<CreditLine['kind']>(line?.kind ?? 'anticipation')
  const [account, setAccount] = useState<string | null>(line?.account ? String(line.account.id) : null)
  const [discount, setDiscount] = useState<NonNullable<CreditLine['discount']>>(line?.discount ?? 'por_fora')
  const [monthly, setMonthly] = useState<Text>(line?.monthly_rate ?? '')
  const [instalments, setInstalments] = useState<Text>(line?.instalments ?? 12)
  const [tariff, setTariff] = useState<Text>((line?.tariff ?? 0) / 100)
  const [regime, setRegime] = useState<string | null>(line?.regime ?? null)
  const [most, setMost] = useState<Text>(line?.most ? line.most / 100 : '')
  const [recourse, setRecourse] = useState(line?.recourse ?? true)
  const [active, setActive] = useState(line?.active ?? true)
  const save = useAct(saveLineEndpoint, { quiet: true, done: 'Linha de crédito guardada', onDone: close })
  const anticipation = kind === 'anticipation'
  return (
    <EditModal
      opened
      close={close}
      size="lg"
      title={line ? line.name : 'Nova linha de crédito'}
      send={() =>
        save.run({
          ...(line ? { id: line.id } : {}),
          name,
          kind,
          account: anticipation && account ? Number(account) : null,
          discount: anticipation ? discount : null,
          monthly_rate: String(monthly),
          instalments: kind === 'loan' ? Number(instalments) || 1 : null,
          tariff: centavosOf(tariff),
          regime: regime as 'company' | 'simples' | null,
          most: most === '' ? null : centavosOf(most),
          recourse,
          active,
        })
      }
      busy={save.busy}
      refusal={save.refusal}
      fields={fields}
      ready={name.trim() !== '' && monthly !== ''}
    >
      <div className="step-fields">
        <TextInput
          className="whole"
          label="Nome"
          placeholder="Antecipação do Mercado Pago"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(save.refusal, 'name')}
          data-autofocus
        />
        <Select
          label="Tipo"
          data={options(lineKinds)}
          value={kind}
          onChange={(value) => value && setKind(value as CreditLine['kind'])}
          allowDeselect={false}
          disabled={line !== null}
        />
        <NumberInput label="Taxa ao mês" {...percentField} max={100} value={monthly} onChange={setMonthly} error={faultOf(save.refusal, 'monthly_rate')} />
        <NumberInput label="Tarifa do contrato" {...moneyField} value={tariff} onChange={setTariff} error={faultOf(save.refusal, 'tariff')} />
        {anticipation && (
          <>
            <Select
              label="Desconto"
              data={options(discounts)}
              value={discount}
              onChange={(value) => value && setDiscount(value as typeof discount)}
              allowDeselect={false}
            />
            <Select
              label="Recebíveis de"
              placeholder="Qualquer canal"
              clearable
              data={accounts.map(({ id, name: own }) => ({ value: String(id), label: own }))}
              value={account}
              onChange={setAccount}
            />
          </>
        )}
        {kind === 'loan' && (
          <NumberInput
            label="Parcelas, a cada 30 dias"
            min={1}
            max={120}
            hideControls
            value={instalments}
            onChange={setInstalments}
            error={faultOf(save.refusal, 'instalments')}
          />
        )}
        <Select label="IOF" placeholder="Sem IOF" clearable data={options(regimes)} value={regime} onChange={setRegime} />
        <NumberInput label="Limite" placeholder="Sem limite" {...moneyField} value={most} onChange={setMost} error={faultOf(save.refusal, 'most')} />
      </div>
      {anticipation && (
        <Checkbox
          label="Com direito de regresso"
          description="Se a venda for desfeita depois, a loja devolve ao credor. Sem regresso, a cessão não é crédito e não paga IOF."
          checked={recourse}
          onChange={(event) => setRecourse(event.currentTarget.checked)}
        />
      )}
      {line && <Checkbox label="Em uso" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />}
    </EditModal>
  )
}

export function IofForm({ rate, close }: { rate: IofRate | null; close: () => void }) {
  const [regime, setRegime] = useState<IofRate['regime']>(rate?.regime ?? 'company')
  const [from, setFrom] = useState(rate?.valid_from ?? dayOf(new Date()))
  const [flat, setFlat] = useState<Text>(rate?.flat ?? '')
  const [daily, setDaily] = useState<Text>(rate?.daily ?? '')
  const [days, setDays] = useState<Text>(rate?.longest_days ?? 365)
  const [note, setNote] = useState(rate?.note ?? '')
  const save = useAct(saveIofEndpoint, { quiet: true, done: 'Alíquota guardada', onDone: close })
  return (
    <EditModal
      opened
      close={close}
      title={rate ? 'Alíquota do IOF' : 'Nova alíquota do IOF'}
      send={() =>
        save.run({ regime, valid_from: from, flat: String(flat), daily: String(daily), longest_days: Number(days) || 365, note: note.trim() || null })
      }
      busy={save.busy}
      refusal={save.refusal}
      fields={['regime', 'valid_from', 'flat', 'daily', 'longest_days', 'note']}
      ready={flat !== '' && daily !== '' && from !== ''}
    >
      <div className="step-fields">
        <Select
          className="whole"
          label="Regime"
          data={options(regimes)}
          value={regime}
          onChange={(value) => value && setRegime(value as IofRate['regime'])}
          allowDeselect={false}
          disabled={rate !== null}
        />
        <TextInput
          label="Vale desde"
          type="date"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          disabled={rate !== null}
          error={faultOf(save.refusal, 'valid_from')}
        />
        <NumberInput label="Fixa" {...percentField} value={flat} onChange={setFlat} error={faultOf(save.refusal, 'flat')} />
        <NumberInput label="Por dia" {...percentField} value={daily} onChange={setDaily} error={faultOf(save.refusal, 'daily')} />
        <NumberInput label="Conta até" {...dayField} value={days} onChange={setDays} error={faultOf(save.refusal, 'longest_days')} />
        <TextInput
          className="whole"
          label="Fonte"
          placeholder="Decreto, contrato ou quem confirmou"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          error={faultOf(save.refusal, 'note')}
        />
      </div>
    </EditModal>
  )
}
