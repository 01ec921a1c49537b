import { Button, Skeleton } from '@mantine/core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { makeReceiptEndpoint, manifestationKinds, readReceived, receivedDanfe, receivedXml } from '../../server/purchases/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { Download } from '../components/Download.tsx'
import { Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money, TaxId } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { AccessKey } from '../fiscal/AccessKey.tsx'
import { isTest } from '../fiscal/words.ts'
import { LateCosts } from '../pricing/LateCosts.tsx'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { Costs } from './Costs.tsx'
import { NotaPayables } from '../payables/NotaPayables.tsx'
import { useManifest } from './Manifest.tsx'
import { NextStep } from './NextStep.tsx'
import { ReceivedItems } from './ReceivedItems.tsx'
import { manifestationWords, stateWords, underWayWords } from './words.ts'
import '../orders/orders.css'
import '../orders/order.css'
import '../components/Lines.css'
import '../fiscal/fiscal.css'
import './purchases.css'

export type Received = AnswerOf<typeof readReceived>

/** One nota against us: what it holds, which products those are, and what is left to do until it is confirmed. */
export function ReceivedPage() {
  const { nota } = useParams({ strict: false }) as { nota: string }
  const { data, error, refetch } = useRead(readReceived, { nota: Number(nota) }, { keepPrevious: false })
  const back = { to: '/fiscal/recebidas', label: 'Notas recebidas' }
  if (!data)
    return (
      <Page title="Nota recebida" back={back}>
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
  return <Opened nota={data} back={back} />
}

function Opened({ nota, back }: { nota: Received; back: { to: string; label: string } }) {
  const may = useMay()
  const navigate = useNavigate()
  const manifest = useManifest()
  const receive = useAct(makeReceiptEndpoint, { onDone: ({ receipt }) => void navigate({ to: `/estoque/recebimentos/${receipt}` as never }) })
  const canManifest =
    may('fiscal.issue') && (nota.state === 'summary' || nota.state === 'complete') && (nota.under_way === null || nota.under_way.state === 'rejected')
  return (
    <Page
      title={`Nota ${nota.number}`}
      back={back}
      aside={
        <span className="order-states">
          <State {...stateWords[nota.state]} />
          <State {...manifestationWords[nota.manifestation]} />
          {isTest(nota.environment) && <State tone="warn" word="homologação: sem valor fiscal" />}
        </span>
      }
      action={
        <>
          {canManifest && nota.work !== 'confirm' && (
            <Button variant="default" onClick={() => manifest.open([nota])}>
              Manifestar
            </Button>
          )}
          {nota.work === 'receive' && may('stock.move') && (
            <Button loading={receive.busy} onClick={() => receive.run({ nota: nota.id })}>
              Criar lista de recebimento
            </Button>
          )}
          {nota.work === 'confirm' && canManifest && <Button onClick={() => manifest.open([nota], '210200')}>Confirmar operação</Button>}
        </>
      }
    >
      <p className="order-under quiet">
        {nota.supplier.name} · série {nota.series} · emitida <When at={nota.issued_at} />
      </p>
      <NextStep nota={nota} aware={canManifest ? () => manifest.open([nota], '210210') : null} />
      <div className="order-columns">
        <div className="stack">
          {nota.has_xml && (
            <Section title="Itens">
              <ReceivedItems key={`${nota.id} ${nota.unmatched}`} nota={nota} />
            </Section>
          )}
          {nota.costs.length > 0 && may('catalog.edit') && <Costs nota={nota} />}
          {nota.receipt && <LateCosts receipt={nota.receipt.id} />}
        </div>
        <div className="stack">
          <Facts nota={nota} />
          {nota.instalments.length > 0 && (
            <Section title="Parcelas">
              <ul className="surface lines">
                {nota.instalments.map(({ number, due, amount }, index) => (
                  <li key={index}>
                    <span className="quiet">{number ?? index + 1}</span>
                    <span className="grow">{due ? <When at={due} style="date" /> : 'sem vencimento'}</span>
                    <Money centavos={amount} currency />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <NotaPayables nota={nota.id} />
          <Section title="Manifestações e eventos">
            <Manifestations nota={nota} />
          </Section>
        </div>
      </div>
      {manifest.dialogs}
    </Page>
  )
}

function Facts({ nota }: { nota: Received }) {
  return (
    <div className="surface nota-facts">
      <div>
        <h3>Chave de acesso</h3>
        <AccessKey of={nota.key} />
      </div>
      <dl className="facts">
        <dt>Fornecedor</dt>
        <dd>
          {nota.supplier.name}
          <div>
            <TaxId of={nota.supplier.document} />
          </div>
          {nota.supplier_id === null && <span className="quiet">entra no cadastro quando você receber a nota</span>}
        </dd>
        <dt>Destinatária</dt>
        <dd>{nota.company.name}</dd>
        {nota.nature && (
          <>
            <dt>Natureza</dt>
            <dd>{nota.nature}</dd>
          </>
        )}
        <dt>Emissão</dt>
        <dd>
          <When at={nota.issued_at} style="full" />
        </dd>
        {nota.protocol && (
          <>
            <dt>Protocolo</dt>
            <dd className="code">{nota.protocol}</dd>
          </>
        )}
        <dt>Chegou</dt>
        <dd>
          <When at={nota.completed_at ?? nota.first_seen_at} />
        </dd>
        {nota.cancelled_at && (
          <>
            <dt>Cancelada</dt>
            <dd>
              <When at={nota.cancelled_at} style="full" />
            </dd>
          </>
        )}
        {nota.receipt && (
          <>
            <dt>Recebimento</dt>
            <dd>
              <Link to="/estoque/recebimentos/$receipt" params={{ receipt: String(nota.receipt.id) }}>
                Nº {nota.receipt.id}
              </Link>
            </dd>
          </>
        )}
        <dt>Total</dt>
        <dd>
          <strong>
            <Money centavos={nota.total} currency />
          </strong>
        </dd>
      </dl>
      {nota.has_xml && (
        <div className="row">
          <Download endpoint={receivedXml} input={{ nota: nota.id }} size="compact-sm">
            XML
          </Download>
          <Download endpoint={receivedDanfe} input={{ nota: nota.id }} open size="compact-sm">
            DANFE
          </Download>
        </div>
      )}
    </div>
  )
}

const eventNames: Record<string, string> = {
  '110110': 'Carta de correção do emitente',
  '110111': 'Cancelamento pelo emitente',
  '110130': 'Comprovante de entrega',
  '110192': 'Insucesso na entrega',
  ...manifestationKinds,
}

function Manifestations({ nota }: { nota: Received }) {
  const others = nota.events.filter(({ type }) => !nota.manifestation_history.some((one) => one.kind === type && one.state === 'registered'))
  if (!nota.manifestation_history.length && !others.length) return <p className="surface padded quiet">Nada foi dito à SEFAZ sobre esta nota.</p>
  return (
    <ul className="surface received-events">
      {nota.manifestation_history.map((one) => (
        <li key={one.id}>
          <strong>{manifestationKinds[one.kind]}</strong>
          {one.state === 'registered' ? <State tone="ok" word="registrada" /> : <State {...underWayWords[one.state]!} />}
          <span className="quiet">
            <When at={one.registered_at ?? one.requested_at} />
            {one.by ? ` · ${one.by}` : ' · automática'}
          </span>
          {one.reason && <span className="received-said">{one.reason}</span>}
          {one.status_text && one.state !== 'registered' && (
            <span className="received-said quiet">
              {one.status_text}
              {one.status_code !== null && ` (${one.status_code})`}
            </span>
          )}
        </li>
      ))}
      {others.map(({ type, at }) => (
        <li key={type + at}>
          <strong>{eventNames[type] ?? `Evento ${type}`}</strong>
          <span className="quiet">
            <When at={at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
