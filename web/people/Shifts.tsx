import { Button, TextInput } from '@mantine/core'
import { IconClock, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { addShiftEndpoint, changeShiftEndpoint, peopleEndpoint, shiftsEndpoint } from '../../server/people/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { TimeField, settled } from '../components/TimeField.tsx'
import { count } from '../components/format.ts'
import { EditModal } from '../settings/EditModal.tsx'
import { Part } from '../settings/Part.tsx'

type Shift = AnswerOf<typeof shiftsEndpoint>['rows'][number]
const short = (time: string) => time.slice(0, 5)
const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** When people work; a shift may pass midnight. */
export function Shifts() {
  const shifts = useRead(shiftsEndpoint)
  const people = useRead(peopleEndpoint)
  const [editing, setEditing] = useState<Shift | 'new' | null>(null)
  const create = () => setEditing('new')
  return (
    <Part
      title="Turnos"
      says="A produtividade é comparada por turno."
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={create}>
          Novo turno
        </Button>
      }
    >
      <DataTable
        label="Turnos"
        rows={asRows(shifts, (answer) => answer.rows)}
        rowKey={(shift) => shift.id}
        open={setEditing}
        columns={[
          { key: 'name', title: 'Turno', card: 'title', cell: (shift) => shift.name },
          { key: 'hours', title: 'Horário', cell: (shift) => `${short(shift.starts_at)} às ${short(shift.ends_at)}` },
          { key: 'day', title: '0 h às 24 h', width: '40%', card: 'hidden', cell: (shift) => <Day shift={shift} /> },
          {
            key: 'people',
            title: 'Pessoas',
            align: 'right',
            cell: (shift) => count((people.data?.rows ?? []).filter((person) => person.active && person.shift?.id === shift.id).length, 'pessoa', 'pessoas'),
          },
        ]}
        empty={<Empty icon={IconClock} title="Nenhum turno" action={{ label: 'Novo turno', run: create }} />}
      />
      {editing && <ShiftForm shift={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
    </Part>
  )
}

/** The shift on the day's line; one that passes midnight is in two pieces. */
function Day({ shift }: { shift: Shift }) {
  const [from, to] = [minutesOf(shift.starts_at), minutesOf(shift.ends_at)]
  const pieces =
    from < to
      ? [[from, to]]
      : [
          [from, 1440],
          [0, to],
        ]
  return (
    <div className="shift-day" aria-hidden>
      {pieces.map(([start, end]) => (
        <i key={start} style={{ left: `${(start! / 1440) * 100}%`, width: `${((end! - start!) / 1440) * 100}%` }} />
      ))}
    </div>
  )
}

function ShiftForm({ shift, close }: { shift: Shift | null; close: () => void }) {
  const [name, setName] = useState(shift?.name ?? '')
  const [starts, setStarts] = useState(short(shift?.starts_at ?? ''))
  const [ends, setEnds] = useState(short(shift?.ends_at ?? ''))
  const options = { quiet: true, done: 'Turno salvo', onDone: close } as const
  const add = useAct(addShiftEndpoint, options)
  const change = useAct(changeShiftEndpoint, options)
  const refusal = add.refusal ?? change.refusal
  const sent = { name, starts_at: settled(starts), ends_at: settled(ends) }
  return (
    <EditModal
      opened
      close={close}
      title={shift ? shift.name : 'Novo turno'}
      send={() => (shift ? change.run({ shift: shift.id, ...sent }) : add.run(sent))}
      busy={add.busy || change.busy}
      refusal={refusal}
      fields={['name', 'starts_at', 'ends_at']}
    >
      <TextInput
        label="Nome"
        placeholder="Por exemplo: Manhã"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(refusal, 'name')}
        data-autofocus
      />
      <div className="two">
        <TimeField label="Começa" value={starts} change={setStarts} error={faultOf(refusal, 'starts_at')} />
        <TimeField label="Termina" value={ends} change={setEnds} error={faultOf(refusal, 'ends_at')} />
      </div>
      {starts && ends && minutesOf(ends) < minutesOf(starts) && <p className="quiet small">Passa da meia-noite: termina no dia seguinte.</p>}
    </EditModal>
  )
}
