import { Autocomplete, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { savePolicyEndpoint } from '../../server/receivables/contract.ts'
import type { SentPolicy } from '../../server/receivables/contract.ts'
import { useAct } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { dayOf } from '../components/days.ts'
import { EditModal } from '../settings/EditModal.tsx'
import type { Starting } from './Fees.tsx'
import { PolicyBands, percentField, reais } from './PolicyBands.tsx'
import type { BandDraft, Text } from './PolicyBands.tsx'
import { Sample } from './PolicySample.tsx'
import { methodName, percentageOf, shareOf } from './words.ts'
import '../components/Lines.css'
import './receivables.css'

const fields = [
  'account',
  'method',
  'from_instalments',
  'valid_from',
  'release_days',
  'transit_days',
  'instalment_days',
  'payment_rate',
  'arrangement',
  'bands',
]
/** New terms from a day on. What is in force is not edited: it ends the day before. */
export function PolicyForm({
  starting,
  accounts,
  methods,
  close,
}: {
  starting: Starting
  accounts: { id: number; name: string }[]
  methods: string[]
  close: () => void
}) {
  const { from } = starting
  const [account, setAccount] = useState(String(starting.account))
  const [method, setMethod] = useState(from?.method ?? '')
  const [fromInstalments, setFromInstalments] = useState<Text>(from?.from_instalments ?? 1)
  const [since, setSince] = useState(dayOf(new Date()))
  const [bands, setBands] = useState<BandDraft[]>(
    from?.bands.map((band) => ({ from: band.from_price / 100, rate: percentageOf(band.commission_rate), fixed: band.fixed_fee / 100 })) ?? [
      { from: 0, rate: '', fixed: 0 },
    ],
  )
  const [payment, setPayment] = useState<Text>(percentageOf(from?.payment_rate ?? '0'))
  const [freight, setFreight] = useState<Text>(percentageOf(from?.freight_share ?? '1'))
  const [coupon, setCoupon] = useState<Text>(percentageOf(from?.coupon_share ?? '1'))
  const [withheld, setWithheld] = useState<Text>(percentageOf(from?.tax_withheld_rate ?? '0'))
  const [split, setSplit] = useState<Text>(percentageOf(from?.tax_split_rate ?? '0'))
  const [after, setAfter] = useState<'approval' | 'delivery'>(from?.release_after ?? 'delivery')
  const [days, setDays] = useState<Text>(from?.release_days ?? 2)
  const [transit, setTransit] = useState<Text>(from?.transit_days ?? 10)
  const [every, setEvery] = useState<Text>(from?.instalment_days ?? '')
  const [acquirer, setAcquirer] = useState(from?.acquirer ?? '')
  const [arrangement, setArrangement] = useState(from?.arrangement ?? '')
  const [note, setNote] = useState('')
  const [price, setPrice] = useState<Text>(100)
  const save = useAct(savePolicyEndpoint, { quiet: true, done: 'Taxas guardadas; os recebíveis em aberto estão sendo recalculados', onDone: close })
  const wanted: SentPolicy = {
    account: Number(account),
    method: method.trim() || null,
    from_instalments: Number(fromInstalments) || 1,
    payment_rate: shareOf(payment),
    freight_share: shareOf(freight),
    coupon_share: shareOf(coupon),
    tax_withheld_rate: shareOf(withheld),
    tax_split_rate: shareOf(split),
    release_after: after,
    release_days: Number(days) || 0,
    transit_days: Number(transit) || 0,
    instalment_days: every === '' ? null : Number(every),
    acquirer: acquirer.trim() || null,
    arrangement: arrangement.trim() || null,
    bands: bands.map((band) => ({ from_price: reais(band.from), commission_rate: shareOf(band.rate), fixed_fee: reais(band.fixed) })),
  }
  const dayField = { suffix: ' dias', decimalScale: 0, allowNegative: false, hideControls: true } as const
  return (
    <EditModal
      opened
      close={close}
      size="lg"
      title={from ? 'Mudar as taxas a partir de um dia' : 'Novas taxas'}
      verb="Guardar taxas"
      send={() => save.run({ ...wanted, valid_from: since, ...(note.trim() ? { note } : {}) })}
      busy={save.busy}
      refusal={save.refusal}
      fields={fields}
    >
      <div className="fee-three">
        <Select
          label="Canal"
          data={accounts.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={account}
          onChange={(value) => value && setAccount(value)}
          disabled={from !== null}
          allowDeselect={false}
          error={faultOf(save.refusal, 'account')}
        />
        <Autocomplete
          label="Forma de pagamento"
          placeholder="Todas"
          data={[...new Set([...methods, 'credit_card', 'pix', 'boleto'])].map((value) => ({ value, label: methodName(value) }))}
          value={method}
          onChange={setMethod}
          disabled={from !== null}
          error={faultOf(save.refusal, 'method')}
        />
        <TextInput
          label="A partir de"
          type="date"
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
          error={faultOf(save.refusal, 'valid_from')}
          data-autofocus
        />
      </div>
      <PolicyBands bands={bands} setBands={setBands} fault={faultOf(save.refusal, 'bands')} />
      <div className="fee-three">
        <NumberInput {...percentField} label="Custo do pagamento" value={payment} onChange={setPayment} error={faultOf(save.refusal, 'payment_rate')} />
        <NumberInput {...percentField} label="Nossa parte do frete" value={freight} onChange={setFreight} />
        <NumberInput {...percentField} label="Nossa parte do cupom" value={coupon} onChange={setCoupon} />
      </div>
      <div>
        <h3 className="fee-heading">Quando paga</h3>
        <div className="fee-sentence">
          <NumberInput {...dayField} w={110} label="Paga" value={days} onChange={setDays} error={faultOf(save.refusal, 'release_days')} />
          <Select
            w={190}
            label="depois"
            data={[
              { value: 'delivery', label: 'da entrega' },
              { value: 'approval', label: 'da aprovação' },
            ]}
            value={after}
            onChange={(value) => value && setAfter(value)}
            allowDeselect={false}
          />
          {after === 'delivery' && (
            <NumberInput
              {...dayField}
              w={190}
              label="Entrega costuma levar"
              value={transit}
              onChange={setTransit}
              error={faultOf(save.refusal, 'transit_days')}
            />
          )}
        </div>
      </div>
      <details open={Boolean(every || acquirer || Number(withheld) || Number(split) || Number(fromInstalments) > 1)}>
        <summary className="quiet">Cartão da própria loja, tributos retidos</summary>
        <div className="stack" style={{ marginTop: 10 }}>
          <div className="fee-two">
            <NumberInput
              {...dayField}
              label="Uma parcela a cada"
              placeholder="Tudo de uma vez"
              value={every}
              onChange={setEvery}
              error={faultOf(save.refusal, 'instalment_days')}
            />
            <NumberInput
              suffix=" vezes ou mais"
              decimalScale={0}
              min={1}
              hideControls
              label="Vale para vendas em"
              value={fromInstalments}
              onChange={setFromInstalments}
              disabled={from !== null}
              error={faultOf(save.refusal, 'from_instalments')}
            />
            <TextInput label="Credenciadora" placeholder="Cielo, Rede, Stone" value={acquirer} onChange={(event) => setAcquirer(event.currentTarget.value)} />
            <TextInput
              label="Arranjo"
              placeholder="Como a registradora escreve: VCC, MCC"
              value={arrangement}
              onChange={(event) => setArrangement(event.currentTarget.value)}
              error={faultOf(save.refusal, 'arrangement')}
            />
            <NumberInput {...percentField} label="Tributos retidos pelo canal" value={withheld} onChange={setWithheld} />
            <NumberInput {...percentField} label="IBS e CBS retidos no pagamento" value={split} onChange={setSplit} />
          </div>
        </div>
      </details>
      <TextInput label="Observação" placeholder="Opcional: de onde vem o combinado" value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      <Sample policy={wanted} price={price} setPrice={setPrice} />
    </EditModal>
  )
}
