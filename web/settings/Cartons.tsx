import { Button, NumberInput, Switch, TextInput } from '@mantine/core'
import { IconBox, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { listCartons, saveCarton } from '../../server/packing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { BoxDrawing } from '../components/BoxDrawing.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { dimensions, weight } from '../components/format.ts'
import { useMay } from '../session.ts'
import { EditModal } from './EditModal.tsx'
import { Part } from './Part.tsx'
import '../components/DataTable.css'

type Carton = AnswerOf<typeof listCartons>['rows'][number]
const volume = (carton: Carton) => carton.length_mm * carton.width_mm * carton.height_mm

/** The boxes of the house, all drawn to one scale, the smallest first. */
export function Cartons() {
  const cartons = useRead(listCartons)
  const may = useMay()('settings.manage')
  const [editing, setEditing] = useState<Carton | 'new' | null>(null)
  const create = () => setEditing('new')
  const rows = (cartons.data?.rows ?? []).toSorted((a, b) => Number(b.active) - Number(a.active) || volume(a) - volume(b))
  const largest = Math.max(1, ...rows.flatMap((carton) => [carton.length_mm, carton.width_mm, carton.height_mm]))
  return (
    <Part
      title="Caixas de papelão"
      says="A conferência sugere a menor em que tudo cabe e que aguenta o peso. Medidas de dentro; desenhadas na mesma escala."
      action={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={create}>
            Nova caixa
          </Button>
        )
      }
    >
      {cartons.error && !cartons.data && <Failed error={cartons.error} retry={() => void cartons.refetch()} />}
      {cartons.data && rows.length === 0 && (
        <div className="surface">
          <Empty icon={IconBox} title="Nenhuma caixa" action={may && { label: 'Nova caixa', run: create }}>
            Meça por dentro as caixas que usa: a conferência passa a dizer qual pegar.
          </Empty>
        </div>
      )}
      <ul className="cartons">
        {rows.map((carton) => (
          <li key={carton.code} className="surface" data-off={!carton.active || undefined}>
            <div className="carton-picture">
              <BoxDrawing length={carton.length_mm} width={carton.width_mm} height={carton.height_mm} size={320} largest={largest} plain />
            </div>
            <div className="carton-words">
              {may ? (
                <button type="button" className="grid-link" onClick={() => setEditing(carton)}>
                  {carton.name}
                </button>
              ) : (
                <strong>{carton.name}</strong>
              )}
              <span className="code quiet">{carton.code}</span>
              {!carton.active && <State tone="idle" word="Inativa" />}
              <span className="whole">{dimensions(carton.length_mm, carton.width_mm, carton.height_mm)}</span>
              <span className="whole quiet small">
                pesa {weight(carton.weight_g)}, aguenta {weight(carton.max_weight_g)}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {editing && <CartonForm carton={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
    </Part>
  )
}

function CartonForm({ carton, close }: { carton: Carton | null; close: () => void }) {
  const [code, setCode] = useState(carton?.code ?? '')
  const [name, setName] = useState(carton?.name ?? '')
  const [sides, setSides] = useState({ length_mm: carton?.length_mm, width_mm: carton?.width_mm, height_mm: carton?.height_mm })
  const [grams, setGrams] = useState<number | string>(carton?.weight_g ?? '')
  const [most, setMost] = useState<number | string>(carton ? carton.max_weight_g / 1000 : '')
  const [active, setActive] = useState(carton?.active ?? true)
  const save = useAct(saveCarton, { quiet: true, done: 'Caixa salva', onDone: close })
  const side = (field: keyof typeof sides, label: string) => (
    <NumberInput
      label={label}
      suffix=" cm"
      decimalScale={1}
      allowNegative={false}
      value={sides[field] === undefined ? '' : sides[field] / 10}
      onChange={(value) => setSides({ ...sides, [field]: value === '' ? undefined : Math.round(Number(value) * 10) })}
      error={faultOf(save.refusal, field)}
    />
  )
  const { length_mm, width_mm, height_mm } = sides
  const send = () =>
    save.run({
      code,
      name,
      ...sides,
      weight_g: grams === '' ? undefined : Number(grams),
      max_weight_g: most === '' ? undefined : Math.round(Number(most) * 1000),
      active,
    } as Parameters<typeof save.run>[0])
  return (
    <EditModal
      opened
      close={close}
      ready={Boolean(code && name.trim())}
      title={carton ? carton.name : 'Nova caixa'}
      send={send}
      busy={save.busy}
      refusal={save.refusal}
      fields={['code', 'name', 'length_mm', 'width_mm', 'height_mm', 'weight_g', 'max_weight_g']}
    >
      <div className="two">
        <TextInput
          label="Nome"
          placeholder="Por exemplo: Caixa média"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(save.refusal, 'name')}
          data-autofocus
        />
        <TextInput
          label="Código"
          classNames={{ input: 'code' }}
          placeholder="CX-10"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.toUpperCase())}
          error={faultOf(save.refusal, 'code')}
          readOnly={carton !== null}
          {...(carton ? { variant: 'filled' } : {})}
        />
      </div>
      <div className="three">
        {side('length_mm', 'Comprimento')}
        {side('width_mm', 'Largura')}
        {side('height_mm', 'Altura')}
      </div>
      {length_mm && width_mm && height_mm ? (
        <div className="carton-picture">
          <BoxDrawing length={length_mm} width={width_mm} height={height_mm} size={140} />
        </div>
      ) : null}
      <div className="two">
        <NumberInput
          label="Peso da caixa vazia"
          suffix=" g"
          decimalScale={0}
          allowNegative={false}
          value={grams}
          onChange={setGrams}
          error={faultOf(save.refusal, 'weight_g')}
        />
        <NumberInput
          label="Aguenta até"
          suffix=" kg"
          decimalScale={2}
          allowNegative={false}
          value={most}
          onChange={setMost}
          error={faultOf(save.refusal, 'max_weight_g')}
        />
      </div>
      <Switch label="Ativa: pode ser sugerida" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
    </EditModal>
  )
}
