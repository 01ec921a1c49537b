import { Button, Skeleton } from '@mantine/core'
import { IconTruckDelivery } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { dispatchBoard, openManifestEndpoint } from '../../server/dispatch/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { Countdown } from '../components/Countdown.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { number } from '../components/format.ts'
import { Truck, TruckLegend } from '../components/Truck.tsx'
import { Page, Section } from '../shell/Page.tsx'
import { Manifests } from './Manifests.tsx'
import './dispatch.css'

type Carrier = AnswerOf<typeof dispatchBoard>['rows'][number]

/** `/expedicao`: for each carrier what is loaded, ready and still coming, and the papers of the trucks. */
export function Dispatch() {
  const { data, error, refetch } = useRead(dispatchBoard)
  return (
    <Page title="Expedição">
      <Section
        title="Próximos caminhões"
        action={
          data?.rows.length !== 0 && (
            <TruckLegend
              of={[
                { kind: 'gone', word: 'No caminhão' },
                { kind: 'ready', word: 'Caixa pronta' },
                { kind: 'floor', word: 'Pedido a caminho' },
              ]}
            />
          )
        }
      >
        {!data ? (
          error ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : (
            <Skeleton height={210} />
          )
        ) : data.rows.length === 0 ? (
          <div className="surface">
            <Empty
              icon={IconTruckDelivery}
              title="Nenhuma transportadora ativa"
              action={
                <Button component={Link} to="/configuracoes/transportadoras">
                  Cadastrar transportadora
                </Button>
              }
            >
              Cadastre a transportadora e o horário em que o caminhão passa; as caixas dela aparecem aqui.
            </Empty>
          </div>
        ) : (
          <ul className="docks">
            {data.rows.map((row) => (
              <Dock key={row.carrier} of={row} />
            ))}
          </ul>
        )}
      </Section>
      <Manifests />
    </Page>
  )
}

function Dock({ of }: { of: Carrier }) {
  const navigate = useNavigate()
  const open = useAct(openManifestEndpoint, { onDone: ({ manifest }) => void navigate({ to: `/expedicao/${manifest}` as never }) })
  const nothing = of.ready + of.loaded + of.coming === 0
  return (
    <li className="surface dock">
      <header>
        <div>
          <h3>{of.name}</h3>
          {of.cut_off ? <Countdown to={of.cut_off} calm={nothing} /> : <span className="quiet">sem horário de coleta</span>}
        </div>
        {of.manifest === null ? (
          <Button variant={of.ready > 0 ? 'light' : 'default'} loading={open.busy} onClick={() => open.run({ carrier: of.carrier })}>
            Abrir romaneio
          </Button>
        ) : (
          <Button component={Link} to={`/expedicao/${of.manifest}`}>
            {`Romaneio ${of.manifest}`}
          </Button>
        )}
      </header>
      <Truck
        loads={[
          { kind: 'gone', count: of.loaded, word: 'caixas no caminhão' },
          { kind: 'ready', count: of.ready, word: 'caixas prontas' },
          { kind: 'floor', count: of.coming, word: 'pedidos a caminho' },
        ]}
      />
      <dl className="dock-figures">
        <div>
          <dt>No caminhão</dt>
          <dd>{number(of.loaded)}</dd>
        </div>
        <div>
          <dt>Prontas</dt>
          <dd>{number(of.ready)}</dd>
        </div>
        {of.without_nota > 0 && (
          <div data-tone="bad">
            <dt>Sem nota</dt>
            <dd>{number(of.without_nota)}</dd>
          </div>
        )}
        <div>
          <dt>A caminho</dt>
          <dd>{number(of.coming)}</dd>
        </div>
      </dl>
    </li>
  )
}
