import { Button, Switch, TextInput } from '@mantine/core'
import { IconPlus, IconTruck } from '@tabler/icons-react'
import { useState } from 'react'
import { listCarriers, saveCarrier } from '../../server/orders/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { TimeField, settled } from '../components/TimeField.tsx'
import { Code } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { typing } from '../components/format.ts'
import { useMay } from '../session.ts'
import { EditModal } from './EditModal.tsx'
import { Part } from './Part.tsx'

type Carrier = AnswerOf<typeof listCarriers>['rows'][number]
// the week as the floor lives it: from Monday
const week = [
  [1, 'seg'],
  [2, 'ter'],
  [3, 'qua'],
  [4, 'qui'],
  [5, 'sex'],
  [6, 'sáb'],
  [0, 'dom'],
] as const

/** Who takes the boxes, and when their truck leaves on each day of the week. */
export function Carriers() {
  const carriers = useRead(listCarriers)
  const may = useMay()('settings.manage')
  const [editing, setEditing] = useState<Carrier | 'new' | null>(null)
  const create = () => setEditing('new')
  return (
    <Part
      title="Transportadoras"
      says="O horário de coleta decide o que desce primeiro para a separação."
      action={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={create}>
            Nova transportadora
          </Button>
        )
      }
    >
      <DataTable
        label="Transportadoras"
        rows={asRows(carriers, (answer) => answer.rows)}
        rowKey={(carrier) => carrier.id}
        {...(may ? { open: (carrier: Carrier) => setEditing(carrier) } : {})}
        columns={[
          { key: 'name', title: 'Nome', card: 'title', cell: (carrier) => carrier.name },
          { key: 'code', title: 'Código', cell: (carrier) => <Code of={carrier.code} /> },
          ...week.map(([weekday, title]) => ({
            key: title,
            title,
            align: 'center' as const,
            width: 64,
            cell: (carrier: Carrier) => timeOn(carrier, weekday) ?? <span className="quiet">·</span>,
          })),
          { key: 'next', title: 'Próxima coleta', width: 140, cell: (carrier) => <When at={carrier.next_cut_off} none="sem coleta" /> },
          { key: 'state', title: 'Situação', card: 'corner', width: 100, cell: (carrier) => (carrier.active ? null : <State tone="idle" word="Inativa" />) },
        ]}
        empty={
          <Empty icon={IconTruck} title="Nenhuma transportadora" action={may && { label: 'Nova transportadora', run: create }}>
            Cadastre quem leva as caixas e a que horas o caminhão sai.
          </Empty>
        }
      />
      {editing && <CarrierForm key={editing === 'new' ? 'new' : editing.id} carrier={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
    </Part>
  )
}

const timeOn = (carrier: Carrier, weekday: number) => carrier.cut_offs.find((row) => row.weekday === weekday)?.cut_off

function CarrierForm({ carrier, close }: { carrier: Carrier | null; close: () => void }) {
  const [code, setCode] = useState(carrier?.code ?? '')
  const [name, setName] = useState(carrier?.name ?? '')
  const [cnpj, setCnpj] = useState(typing.cnpj(carrier?.cnpj ?? ''))
  const [active, setActive] = useState(carrier?.active ?? true)
  const [times, setTimes] = useState<Record<number, string>>(Object.fromEntries((carrier?.cut_offs ?? []).map((row) => [row.weekday, row.cut_off])))
  const save = useAct(saveCarrier, { quiet: true, done: 'Transportadora salva', onDone: close })
  const monday = times[1]
  const cut_offs = week.flatMap(([weekday]) => (times[weekday] ? [{ weekday, cut_off: settled(times[weekday]) }] : []))
  return (
    <EditModal
      opened
      close={close}
      ready={Boolean(code && name.trim())}
      title={carrier ? carrier.name : 'Nova transportadora'}
      send={() => save.run({ code, name, cnpj: typing.store(cnpj) || null, active, cut_offs })}
      busy={save.busy}
      refusal={save.refusal}
      fields={['code', 'name', 'cnpj']}
      size="lg"
    >
      <div className="two">
        <TextInput label="Nome" value={name} onChange={(event) => setName(event.currentTarget.value)} error={faultOf(save.refusal, 'name')} data-autofocus />
        <TextInput
          label="Código"
          description={carrier ? 'Não muda: pedidos e arquivos o usam' : 'Letras maiúsculas, números e hífen'}
          classNames={{ input: 'code' }}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.toUpperCase())}
          error={faultOf(save.refusal, 'code')}
          readOnly={carrier !== null}
          {...(carrier ? { variant: 'filled' } : {})}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <TextInput
          label="CNPJ"
          placeholder="Opcional"
          classNames={{ input: 'code' }}
          value={cnpj}
          onChange={(event) => setCnpj(typing.cnpj(event.currentTarget.value))}
          error={faultOf(save.refusal, 'cnpj')}
        />
      </div>
      <fieldset className="week">
        <legend>Hora da coleta</legend>
        <div className="week-days">
          {week.map(([weekday, label]) => (
            <TimeField
              key={weekday}
              label={label}
              placeholder="sem coleta"
              value={times[weekday] ?? ''}
              change={(value) => setTimes((before) => ({ ...before, [weekday]: value }))}
              error={faultOf(save.refusal, `cut_offs.${cut_offs.findIndex((row) => row.weekday === weekday)}.cut_off`)}
            />
          ))}
        </div>
        <div className="row">
          <p className="quiet small grow">Dia em branco não tem coleta.</p>
          {monday && (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => setTimes({ ...times, ...Object.fromEntries([2, 3, 4, 5].map((weekday) => [weekday, monday])) })}
            >
              Repetir a segunda até sexta
            </Button>
          )}
        </div>
      </fieldset>
      <Switch label="Ativa: recebe pedidos" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
    </EditModal>
  )
}
