import { Alert, Button, Menu, Skeleton } from '@mantine/core'
import { IconAlertTriangle, IconDots, IconRefresh } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { notaDanfe, notaOperations, notaPage, notaXml } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useRead } from '../client.ts'
import { Download } from '../components/Download.tsx'
import { Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money, TaxId } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { AccessKey } from './AccessKey.tsx'
import { Labels } from './Labels.tsx'
import { Faults } from './Mend.tsx'
import { NotaDialog, timeLeft } from './NotaDialogs.tsx'
import type { NotaOpen } from './NotaDialogs.tsx'
import { NotaEvents } from './NotaEvents.tsx'
import { NotaItems } from './NotaItems.tsx'
import { Transmissions } from './Transmissions.tsx'
import { WhoGotIt } from './WhoGotIt.tsx'
import { useRetry } from './useRetry.tsx'
import { emissionTypes, isTest, nameOf, notaMeanings, notaTones, stateWord } from './words.ts'
import '../orders/orders.css'
import '../orders/order.css'
import '../components/Lines.css'
import './fiscal.css'

type Nota = AnswerOf<typeof notaPage>

/** One nota: where it stands, what holds it, what it says, every call and event, and what can be done now. */
export function NotaPage() {
  const { nota } = useParams({ strict: false }) as { nota: string }
  const { data, error, refetch } = useRead(notaPage, { nota: Number(nota) }, { keepPrevious: false })
  const mayOrders = useMay()('orders.read')
  const back = { to: '/fiscal/notas', label: 'Notas' }
  if (!data)
    return (
      <Page title={`Nota ${nota}`} back={back}>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : (
          <div className="order-columns" aria-busy>
            <Skeleton height={320} />
            <Skeleton height={320} />
          </div>
        )}
      </Page>
    )
  return (
    <Page
      title={nameOf(data)}
      back={back}
      aside={
        <span className="order-states">
          <State tone={notaTones[data.state]} word={stateWord(data.state)} title={notaMeanings[data.state]} />
          {isTest(data.environment) && <State tone="warn" word="homologação: sem valor fiscal" />}
          {data.emission_type !== 1 && <State tone="warn" word={emissionTypes[data.emission_type] ?? `tipo de emissão ${data.emission_type}`} />}
        </span>
      }
      action={<Acts nota={data} />}
    >
      <p className="order-under quiet">
        {notaOperations[data.operation]}
        {data.series !== null && <> · série {data.series}</>}
        {data.state !== 'authorised' && <> · {notaMeanings[data.state]}</>}
      </p>
      <Trouble nota={data} />
      <div className="order-columns">
        <div className="stack">
          <Section title="Itens">
            <NotaItems of={data} />
          </Section>
          <Section title="Eventos">
            <NotaEvents of={data} />
          </Section>
          {mayOrders && <WhoGotIt nota={data.id} />}
        </div>
        <div className="stack">
          <Facts nota={data} />
          <Section title="Transmissões">
            <Transmissions of={data} />
          </Section>
        </div>
      </div>
    </Page>
  )
}

/** What stands in its way, each fault with the link to its field; of a rejection also the authoriser's own words. */
function Trouble({ nota }: { nota: Nota }) {
  const stuck = nota.state === 'faulty' || nota.state === 'rejected' || nota.state === 'denied'
  if (!stuck && nota.state !== 'uncertain') return null
  return (
    <Alert
      className="order-warning nota-trouble"
      data-tone={stuck ? 'bad' : 'warn'}
      icon={<IconAlertTriangle size={18} />}
      title={nota.problem ?? notaMeanings[nota.state]}
    >
      {nota.faults.length > 0 && <Faults of={nota.faults} />}
      {nota.status_text && (
        <p className="quiet">
          A SEFAZ disse: {nota.status_text}
          {nota.status_code !== null && ` (${nota.status_code})`}
        </p>
      )}
      {nota.state === 'uncertain' && <p className="quiet">Nada a fazer: a consulta pela chave se repete sozinha e a nota nunca é emitida duas vezes.</p>}
    </Alert>
  )
}

function Facts({ nota }: { nota: Nota }) {
  const may = useMay()
  return (
    <div className="surface nota-facts">
      {nota.key && (
        <div>
          <h3>Chave de acesso</h3>
          <AccessKey of={nota.key} />
        </div>
      )}
      <dl className="facts">
        {nota.protocol && (
          <>
            <dt>Protocolo</dt>
            <dd className="code">{nota.protocol}</dd>
          </>
        )}
        {nota.authorised_at && (
          <>
            <dt>Autorizada</dt>
            <dd>
              <When at={nota.authorised_at} style="full" />
            </dd>
          </>
        )}
        {nota.issued_at && (
          <>
            <dt>Emissão</dt>
            <dd>
              <When at={nota.issued_at} style="full" />
            </dd>
          </>
        )}
        <dt>Emitente</dt>
        <dd>
          {nota.company.name}
          {nota.origin === 'elsewhere' && <span className="quiet"> · emitida em outro sistema</span>}
        </dd>
        <dt>Destinatário</dt>
        <dd>
          {nota.recipient ?? 'não informado'}
          {nota.uf && ` · ${nota.uf}`}
          {nota.document && (
            <div>
              <TaxId of={nota.document} />
            </div>
          )}
        </dd>
        {nota.order && (
          <>
            <dt>Pedido</dt>
            <dd>
              {may('orders.read') ? (
                <Link to="/pedidos/$order" params={{ order: String(nota.order.id) }}>
                  {nota.order.id}
                </Link>
              ) : (
                nota.order.id
              )}{' '}
              <span className="quiet">
                {nota.order.channel} {nota.order.external_id}
              </span>
            </dd>
          </>
        )}
        {nota.carrier && (
          <>
            <dt>Transportadora</dt>
            <dd>
              {nota.carrier}
              {nota.due_at && !nota.authorised_at && (
                <span className="quiet">
                  {' '}
                  · sai <When at={nota.due_at} />
                </span>
              )}
            </dd>
          </>
        )}
        {nota.answers && (
          <>
            <dt>Responde à</dt>
            <dd>
              <Link to="/fiscal/notas/$nota" params={{ nota: String(nota.answers.id) }}>
                {nameOf(nota.answers)}
              </Link>
            </dd>
          </>
        )}
        {nota.answered_by.length > 0 && (
          <>
            <dt>Respondida por</dt>
            <dd>
              {nota.answered_by.map((one) => (
                <div key={one.id}>
                  <Link to="/fiscal/notas/$nota" params={{ nota: String(one.id) }}>
                    {nameOf(one)}
                  </Link>{' '}
                  <span className="quiet">
                    {notaOperations[one.operation]}, {stateWord(one.state)}
                  </span>
                </div>
              ))}
            </dd>
          </>
        )}
        {nota.total !== null && (
          <>
            <dt>Total</dt>
            <dd>
              <strong>
                <Money centavos={nota.total} currency />
              </strong>
            </dd>
          </>
        )}
      </dl>
      <div className="row">
        {nota.has_xml && (
          <Download endpoint={notaXml} input={{ nota: nota.id }} size="compact-sm">
            XML
          </Download>
        )}
        {(nota.has_xml || nota.emission_type === 4) && (
          <Download endpoint={notaDanfe} input={{ nota: nota.id }} open size="compact-sm">
            DANFE
          </Download>
        )}
        {nota.order && nota.shipment !== null && may('orders.read') && may('packing.work') && <Labels order={nota.order.id} shipment={nota.shipment} />}
      </div>
    </div>
  )
}

const acts: { open: NotaOpen; can: 'cancel' | 'correct' | 'return'; label: string }[] = [
  { open: 'correct', can: 'correct', label: 'Carta de correção' },
  { open: 'return', can: 'return', label: 'Nota de entrada da devolução' },
  { open: 'cancel', can: 'cancel', label: 'Cancelar a nota' },
]

/** What can be done now; what cannot stays readable with its reason. */
function Acts({ nota }: { nota: Nota }) {
  const may = useMay()
  const [open, setOpen] = useState<NotaOpen | null>(null)
  const retry = useRetry()
  if (!may('fiscal.issue')) return null
  return (
    <>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconDots size={16} />}>
            Mais
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {acts.map(({ open: what, can, label }) => {
            const { allowed, why } = nota.can[can]
            const until = can === 'cancel' ? nota.can.cancel.until : null
            return allowed ? (
              <Menu.Item key={what} onClick={() => setOpen(what)}>
                {label}
                {until && <small className="quiet act-until">{timeLeft(until)}</small>}
              </Menu.Item>
            ) : (
              <Menu.Item key={what} aria-disabled closeMenuOnClick={false} className="act-refused">
                {label}
                <small>{why}</small>
              </Menu.Item>
            )
          })}
        </Menu.Dropdown>
      </Menu>
      {nota.can.retry.allowed && (
        <Button leftSection={<IconRefresh size={16} />} loading={retry.busy} onClick={() => retry.run({ notas: [nota.id] })}>
          Tentar de novo
        </Button>
      )}
      {open && <NotaDialog nota={nota} open={open} until={nota.can.cancel.until} close={() => setOpen(null)} />}
      {retry.dialog}
    </>
  )
}
