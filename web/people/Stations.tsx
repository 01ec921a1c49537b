import { Button, Menu, Select, TextInput } from '@mantine/core'
import { IconDeviceDesktop, IconLink, IconLinkOff, IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { addStationEndpoint, changeStationEndpoint, printersEndpoint, stationKinds, stationsEndpoint, unpairEndpoint } from '../../server/people/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { EditModal } from '../settings/EditModal.tsx'
import { Part } from '../settings/Part.tsx'
import { PairingCode } from './PairingCode.tsx'

type Station = AnswerOf<typeof stationsEndpoint>['rows'][number]
type Kind = keyof typeof stationKinds

/** The devices of the floor: what each does, where it prints, who is at it. */
export function Stations() {
  const stations = useRead(stationsEndpoint)
  const [editing, setEditing] = useState<Station | 'new' | null>(null)
  const [pairing, setPairing] = useState<Station | null>(null)
  const [leaving, setLeaving] = useState<Station | null>(null)
  const unpair = useAct(unpairEndpoint, { done: 'Pareamento desfeito', onDone: () => setLeaving(null) })
  const create = () => setEditing('new')
  return (
    <Part
      title="Estações"
      says="Cada celular, coletor ou computador do chão é uma estação. Ele é pareado uma vez com um código; depois, cada pessoa entra com crachá e PIN."
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={create}>
          Nova estação
        </Button>
      }
    >
      <DataTable
        label="Estações"
        rows={asRows(stations, (answer) => answer.rows)}
        rowKey={(station) => station.id}
        open={(station) => (station.paired_at ? setEditing(station) : setPairing(station))}
        columns={[
          { key: 'name', title: 'Nome', card: 'title', cell: (station) => station.name },
          { key: 'kind', title: 'Faz', cell: (station) => stationKinds[station.kind] },
          { key: 'printer', title: 'Imprime em', cell: (station) => station.printer?.name },
          {
            key: 'who',
            title: 'Quem está',
            cell: (station) =>
              station.operator ? (
                <>
                  {station.operator.name}{' '}
                  <span className="quiet">
                    desde <When at={station.operator.since} />
                  </span>
                </>
              ) : null,
          },
          {
            key: 'state',
            title: 'Situação',
            card: 'corner',
            width: 150,
            cell: (station) =>
              station.paired_at ? (
                <State tone={station.operator ? 'ok' : 'idle'} word={station.operator ? 'Em uso' : 'Pareada'} />
              ) : (
                <State tone="warn" word="Sem aparelho" />
              ),
          },
        ]}
        menu={(station) => (
          <>
            <Menu.Item leftSection={<IconLink size={16} />} onClick={() => setPairing(station)}>
              {station.paired_at ? 'Parear outro aparelho' : 'Parear um aparelho'}
            </Menu.Item>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setEditing(station)}>
              Alterar
            </Menu.Item>
            {station.paired_at && (
              <Menu.Item leftSection={<IconLinkOff size={16} />} onClick={() => setLeaving(station)}>
                Desfazer o pareamento
              </Menu.Item>
            )}
          </>
        )}
        empty={
          <Empty icon={IconDeviceDesktop} title="Nenhuma estação" action={{ label: 'Nova estação', run: create }}>
            Crie uma para cada carrinho, bancada e doca.
          </Empty>
        }
      />
      {editing && <StationForm station={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
      {pairing && (
        <PairingCode station={pairing} paired={stations.data?.rows.find((row) => row.id === pairing.id)?.paired_at ?? null} close={() => setPairing(null)} />
      )}
      <Confirm
        opened={leaving !== null}
        close={() => setLeaving(null)}
        title={`Desfazer o pareamento de ${leaving?.name ?? ''}?`}
        verb="Desfazer o pareamento"
        danger
        busy={unpair.busy}
        run={() => leaving && unpair.run({ station: leaving.id })}
      >
        {leaving?.operator ? `${leaving.operator.name} sai da estação agora. ` : ''}O aparelho só volta com um código novo.
      </Confirm>
    </Part>
  )
}

function StationForm({ station, close }: { station: Station | null; close: () => void }) {
  const printers = useRead(printersEndpoint)
  const [name, setName] = useState(station?.name ?? '')
  const [kind, setKind] = useState<Kind>(station?.kind ?? 'pick')
  const [printer, setPrinter] = useState(station?.printer ? String(station.printer.id) : null)
  const options = { quiet: true, done: 'Estação salva', onDone: close } as const
  const add = useAct(addStationEndpoint, options)
  const change = useAct(changeStationEndpoint, options)
  const refusal = add.refusal ?? change.refusal
  const sent = { name, kind, printer: printer === null ? null : Number(printer) }
  return (
    <EditModal
      opened
      close={close}
      title={station ? station.name : 'Nova estação'}
      send={() => (station ? change.run({ station: station.id, ...sent }) : add.run(sent))}
      busy={add.busy || change.busy}
      refusal={refusal}
      fields={['name', 'kind', 'printer']}
    >
      <TextInput
        label="Nome"
        placeholder="Por exemplo: Bancada 4"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(refusal, 'name')}
        data-autofocus
      />
      <Select
        label="O que faz"
        data={Object.entries(stationKinds).map(([value, label]) => ({ value, label }))}
        value={kind}
        onChange={(value) => value && setKind(value as Kind)}
        allowDeselect={false}
        error={faultOf(refusal, 'kind')}
      />
      <Select
        label="Imprime em"
        placeholder="Na própria tela"
        clearable
        data={(printers.data?.rows ?? []).map((row) => ({ value: String(row.id), label: row.name }))}
        value={printer}
        onChange={setPrinter}
        error={faultOf(refusal, 'printer')}
      />
    </EditModal>
  )
}
