import { Button, Menu, Modal, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconArrowsExchange, IconChevronDown, IconClipboardCheck, IconForbid, IconLockOpen } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { adjustEndpoint, quarantineEndpoint, releaseQuarantineEndpoint, requestCountEndpoint, transferEndpoint } from '../../server/stock/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { count, number } from '../components/format.ts'
import { useMay } from '../session.ts'
import { PlaceCode, ProductCode, ScanForm } from './CodeFields.tsx'

export type ActName = 'transfer' | 'adjust' | 'quarantine' | 'release' | 'count'
/** What is already known when a form opens from a row. */
export interface Start {
  act: ActName
  code?: string
  place?: string
}

const acts = {
  transfer: { title: 'Transferir', icon: IconArrowsExchange, permission: 'stock.move' },
  adjust: { title: 'Ajustar', icon: IconAdjustmentsHorizontal, permission: 'stock.adjust' },
  quarantine: { title: 'Pôr em quarentena', icon: IconForbid, permission: 'stock.move' },
  release: { title: 'Tirar da quarentena', icon: IconLockOpen, permission: 'stock.adjust' },
  count: { title: 'Pedir contagem', icon: IconClipboardCheck, permission: 'stock.move' },
} as const

/** The acts as items of a row's menu. */
export function ActItems({ of = ['transfer', 'adjust', 'quarantine', 'count'], open }: { of?: ActName[]; open: (act: ActName) => void }) {
  const may = useMay()
  return of
    .filter((act) => may(acts[act].permission))
    .map((act) => {
      const Sign = acts[act].icon
      return (
        <Menu.Item key={act} leftSection={<Sign size={16} />} onClick={() => open(act)}>
          {acts[act].title}
        </Menu.Item>
      )
    })
}

/** One button for all that one does with goods. */
export function ActMenu({ open }: { open: (start: Start) => void }) {
  const may = useMay()
  if (!may('stock.move')) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={15} />}>Movimentar</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ActItems of={['transfer', 'adjust', 'quarantine', 'release', 'count']} open={(act) => open({ act })} />
      </Menu.Dropdown>
    </Menu>
  )
}

export function ActModal({ start, close }: { start: Start | null; close: () => void }) {
  return (
    <Modal opened={start !== null} onClose={close} title={start ? acts[start.act].title : ''}>
      {start?.act === 'transfer' && <Transfer start={start} close={close} />}
      {start?.act === 'adjust' && <Adjust start={start} close={close} />}
      {start?.act === 'quarantine' && <Quarantine start={start} close={close} />}
      {start?.act === 'release' && <Release start={start} close={close} />}
      {start?.act === 'count' && <Ask start={start} close={close} />}
    </Modal>
  )
}

interface Form {
  start: Start
  close: () => void
}
const units = (value: number | string) => (value === '' ? Number.NaN : Number(value))
const said = (moved: number, name: string) => `${count(moved, 'unidade', 'unidades')} de ${name}`

/** Sent again after a lost answer, it counts once. */
const useKey = () => useRef(crypto.randomUUID()).current

function Transfer({ start, close }: Form) {
  const [code, setCode] = useState(start.code ?? '')
  const [from, setFrom] = useState(start.place ?? '')
  const [to, setTo] = useState('')
  const [quantity, setQuantity] = useState<number | string>('')
  const key = useKey()
  const act = useAct(transferEndpoint, {
    quiet: true,
    onDone: close,
    done: ({ moved, name, over_capacity }) =>
      `${said(moved, name)} foram para ${to.toUpperCase()}${over_capacity ? `; ${number(over_capacity)} acima da capacidade do endereço` : ''}`,
  })
  return (
    <ScanForm send={() => act.run({ code: code.trim(), from, to, quantity: units(quantity), key })}>
      <ProductCode label="Produto" value={code} change={setCode} error={faultOf(act.refusal, 'code')} autoFocus={!start.code} />
      <PlaceCode label="De" value={from} change={setFrom} error={faultOf(act.refusal, 'from')} product={code.trim()} />
      <PlaceCode label="Para" value={to} change={setTo} error={faultOf(act.refusal, 'to')} product={code.trim()} autoFocus={Boolean(start.code)} />
      <Quantity value={quantity} change={setQuantity} error={faultOf(act.refusal, 'quantity')} />
      <FormFaults refusal={act.refusal} fields={['code', 'from', 'to', 'quantity']} />
      <Foot close={close} verb="Transferir" busy={act.busy} ready={Boolean(code && from && to && quantity !== '')} />
    </ScanForm>
  )
}

function Adjust({ start, close }: Form) {
  const [code, setCode] = useState(start.code ?? '')
  const [place, setPlace] = useState(start.place ?? '')
  const [how, setHow] = useState<'counted' | 'more' | 'less'>('counted')
  const [quantity, setQuantity] = useState<number | string>('')
  const [reason, setReason] = useState('')
  const key = useKey()
  const act = useAct(adjustEndpoint, {
    quiet: true,
    onDone: close,
    done: ({ name, was, quantity: now, overpromised }) =>
      `${name}: de ${number(was)} para ${number(now)}${overpromised ? `; faltam ${number(overpromised)} prometidas a pedidos` : ''}`,
  })
  const amount = units(quantity)
  return (
    <ScanForm
      send={() =>
        act.run({ code: code.trim(), place, reason, key, ...(how === 'counted' ? { quantity: amount } : { delta: how === 'more' ? amount : -amount }) })
      }
    >
      <ProductCode label="Produto" value={code} change={setCode} error={faultOf(act.refusal, 'code')} autoFocus={!start.code} />
      <PlaceCode label="Endereço" value={place} change={setPlace} error={faultOf(act.refusal, 'place')} product={code.trim()} />
      <SegmentedControl
        aria-label="Como ajustar"
        fullWidth
        value={how}
        onChange={(value) => setHow(value as typeof how)}
        data={[
          { value: 'counted', label: 'Contei' },
          { value: 'more', label: 'Somar' },
          { value: 'less', label: 'Tirar' },
        ]}
      />
      <Quantity
        label={how === 'counted' ? 'Quantas unidades há' : how === 'more' ? 'Quantas a mais' : 'Quantas a menos'}
        value={quantity}
        change={setQuantity}
        error={faultOf(act.refusal, 'quantity') ?? faultOf(act.refusal, 'delta')}
        autoFocus={Boolean(start.code)}
      />
      <TextInput
        label="Motivo"
        placeholder="Por exemplo: contagem do corredor A02"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={faultOf(act.refusal, 'reason')}
        maxLength={300}
      />
      <FormFaults refusal={act.refusal} fields={['code', 'place', 'quantity', 'delta', 'reason']} />
      <Foot close={close} verb="Ajustar" busy={act.busy} ready={Boolean(code && place && quantity !== '' && reason.trim())} />
    </ScanForm>
  )
}

function Quarantine({ start, close }: Form) {
  const [code, setCode] = useState(start.code ?? '')
  const [from, setFrom] = useState(start.place ?? '')
  const [quantity, setQuantity] = useState<number | string>('')
  const [reason, setReason] = useState('')
  const key = useKey()
  const act = useAct(quarantineEndpoint, { quiet: true, onDone: close, done: ({ moved, name }) => `${said(moved, name)} em quarentena` })
  return (
    <ScanForm send={() => act.run({ code: code.trim(), from, quantity: units(quantity), reason, key })}>
      <ProductCode label="Produto" value={code} change={setCode} error={faultOf(act.refusal, 'code')} autoFocus={!start.code} />
      <PlaceCode label="De" value={from} change={setFrom} error={faultOf(act.refusal, 'from')} product={code.trim()} />
      <Quantity value={quantity} change={setQuantity} error={faultOf(act.refusal, 'quantity')} autoFocus={Boolean(start.code)} />
      <TextInput
        label="Motivo"
        placeholder="Por exemplo: caixa molhada"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={faultOf(act.refusal, 'reason')}
        maxLength={300}
      />
      <FormFaults refusal={act.refusal} fields={['code', 'from', 'quantity', 'reason']} />
      <Foot close={close} verb="Tirar da venda" busy={act.busy} ready={Boolean(code && from && quantity !== '' && reason.trim())} />
    </ScanForm>
  )
}

function Release({ start, close }: Form) {
  const [code, setCode] = useState(start.code ?? '')
  const [from, setFrom] = useState(start.place ?? 'QUARENTENA')
  const [fate, setFate] = useState<'shelf' | 'loss'>('shelf')
  const [to, setTo] = useState('')
  const [quantity, setQuantity] = useState<number | string>('')
  const [reason, setReason] = useState('')
  const key = useKey()
  const act = useAct(releaseQuarantineEndpoint, {
    quiet: true,
    onDone: close,
    done: ({ moved, name }) => (fate === 'loss' ? `${said(moved, name)} dadas como perda` : `${said(moved, name)} de volta à venda`),
  })
  return (
    <ScanForm send={() => act.run({ code: code.trim(), from, to: fate === 'loss' ? 'PERDA' : to, quantity: units(quantity), reason, key })}>
      <ProductCode label="Produto" value={code} change={setCode} error={faultOf(act.refusal, 'code')} autoFocus={!start.code} />
      <PlaceCode label="De" value={from} change={setFrom} error={faultOf(act.refusal, 'from')} product={code.trim()} />
      <SegmentedControl
        aria-label="O que fazer com as unidades"
        fullWidth
        value={fate}
        onChange={(value) => setFate(value as typeof fate)}
        data={[
          { value: 'shelf', label: 'Voltam à venda' },
          { value: 'loss', label: 'São perda' },
        ]}
      />
      {fate === 'shelf' && (
        <PlaceCode label="Para" value={to} change={setTo} error={faultOf(act.refusal, 'to')} product={code.trim()} autoFocus={Boolean(start.code)} />
      )}
      <Quantity value={quantity} change={setQuantity} error={faultOf(act.refusal, 'quantity')} />
      <TextInput
        label="Motivo"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={faultOf(act.refusal, 'reason')}
        maxLength={300}
      />
      <FormFaults refusal={act.refusal} fields={['code', 'from', 'to', 'quantity', 'reason']} />
      <Foot
        close={close}
        verb={fate === 'loss' ? 'Dar como perda' : 'Devolver à venda'}
        busy={act.busy}
        ready={Boolean(code && from && (fate === 'loss' || to) && quantity !== '' && reason.trim())}
      />
    </ScanForm>
  )
}

function Ask({ start, close }: Form) {
  const [code, setCode] = useState(start.code ?? '')
  const [place, setPlace] = useState(start.place ?? '')
  const [reason, setReason] = useState('')
  const act = useAct(requestCountEndpoint, { quiet: true, onDone: close, done: 'Contagem pedida' })
  return (
    <ScanForm send={() => act.run({ code: code.trim(), place, reason })}>
      <ProductCode label="Produto" value={code} change={setCode} error={faultOf(act.refusal, 'code')} autoFocus={!start.code} />
      <PlaceCode label="Endereço" value={place} change={setPlace} error={faultOf(act.refusal, 'place')} product={code.trim()} />
      <TextInput
        label="Por quê"
        placeholder="Por exemplo: parece faltar"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={faultOf(act.refusal, 'reason')}
        maxLength={300}
        {...(start.code ? { 'data-autofocus': true } : {})}
      />
      <FormFaults refusal={act.refusal} fields={['code', 'place', 'reason']} />
      <Foot close={close} verb="Pedir contagem" busy={act.busy} ready={Boolean(code && place && reason.trim())} />
    </ScanForm>
  )
}

function Quantity({
  label = 'Quantas unidades',
  value,
  change,
  error,
  autoFocus,
}: {
  label?: string
  value: number | string
  change: (value: number | string) => void
  error: string | null
  autoFocus?: boolean
}) {
  return (
    <NumberInput
      label={label}
      decimalScale={0}
      allowNegative={false}
      max={1_000_000}
      value={value}
      onChange={change}
      error={error}
      inputMode="numeric"
      {...(autoFocus ? { 'data-autofocus': true } : {})}
    />
  )
}

function Foot({ close, verb, busy, ready }: { close: () => void; verb: string; busy: boolean; ready: boolean }) {
  return (
    <div className="row form-end">
      <Button variant="default" onClick={close}>
        Voltar
      </Button>
      <Button type="submit" loading={busy} disabled={!ready}>
        {verb}
      </Button>
    </div>
  )
}
