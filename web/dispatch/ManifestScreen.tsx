import { Button } from '@mantine/core'
import { IconPackageOff, IconScan, IconTruckDelivery } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { manifestPdfEndpoint, readManifest } from '../../server/dispatch/contract.ts'
import { asRows, useRead } from '../client.ts'
import { Countdown } from '../components/Countdown.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { count, weight } from '../components/format.ts'
import { When } from '../components/When.tsx'
import { Page, Section } from '../shell/Page.tsx'
import { aboardColumns, missingColumns, waitingColumns } from './boxes.tsx'
import { CloseManifest } from './CloseManifest.tsx'
import { manifestState } from './Manifests.tsx'
import { MustUnload } from './MustUnload.tsx'
import './dispatch.css'

/** `/expedicao/$manifest`: what is on the truck, what is missing, what must come off, and the closing. */
export function ManifestScreen() {
  const { manifest } = useParams({ strict: false }) as { manifest: string }
  const query = useRead(readManifest, { manifest: Number(manifest) })
  const [closing, setClosing] = useState(false)
  const back = { to: '/expedicao', label: 'Expedição' }
  if (!query.data)
    return (
      <Page title={`Romaneio ${manifest}`} back={back}>
        {query.error && <Failed error={query.error} retry={() => void query.refetch()} />}
      </Page>
    )
  const { manifest: head, boxes, missing, waiting } = query.data
  const open = head.state === 'open'
  const off = boxes.filter((box) => box.must_unload)
  return (
    <Page
      title={`Romaneio ${head.id}`}
      back={back}
      aside={manifestState(head.state)}
      action={
        <>
          <Download endpoint={manifestPdfEndpoint} input={{ manifest: head.id }} open>
            Romaneio em PDF
          </Download>
          {open && (
            <Button leftSection={<IconTruckDelivery size={17} />} disabled={boxes.length === off.length || off.length > 0} onClick={() => setClosing(true)}>
              Fechar romaneio
            </Button>
          )}
        </>
      }
    >
      <dl className="manifest-facts surface">
        <div>
          <dt>Transportadora</dt>
          <dd>{head.carrier_name}</dd>
        </div>
        {open ? (
          <div>
            <dt>Caminhão</dt>
            <dd>{head.cut_off ? <Countdown to={head.cut_off} /> : 'sem horário'}</dd>
          </div>
        ) : (
          <div>
            <dt>Saiu</dt>
            <dd>
              <When at={head.closed_at} /> {head.closed_by && <span className="quiet">fechado por {head.closed_by}</span>}
            </dd>
          </div>
        )}
        <div>
          <dt>Aberto</dt>
          <dd>
            <When at={head.opened_at} /> {head.opened_by && <span className="quiet">por {head.opened_by}</span>}
          </dd>
        </div>
        <div>
          <dt>Carga</dt>
          <dd>
            {head.volumes === 0
              ? 'vazio'
              : `${count(head.volumes, 'caixa', 'caixas')} de ${count(head.orders, 'pedido', 'pedidos')}${head.weight_g ? `, ${weight(head.weight_g)}` : ''}`}
          </dd>
        </div>
        {(head.driver_name || head.plate) && (
          <div>
            <dt>Motorista</dt>
            <dd>{[head.driver_name, head.driver_document, head.plate].filter(Boolean).join(' · ')}</dd>
          </div>
        )}
      </dl>
      <MustUnload manifest={head.id} boxes={off} />
      {open && missing.length > 0 && (
        <Section title={`Faltam no caminhão (${missing.length})`}>
          <DataTable label="Caixas prontas que faltam" rows={asRows(query, () => missing)} rowKey={(box) => box.volume} columns={missingColumns} />
        </Section>
      )}
      {waiting.length > 0 && (
        <Section title={`Sem nota, não embarcam (${waiting.length})`}>
          <DataTable
            label="Caixas sem nota"
            rows={asRows(query, () => waiting)}
            rowKey={(box) => box.volume}
            columns={waitingColumns}
            tone={(box) => (box.nota.problem ? 'bad' : 'warn')}
          />
        </Section>
      )}
      <Section title={`No caminhão (${boxes.length})`}>
        <DataTable
          label="Caixas no caminhão"
          rows={asRows(query, () => boxes)}
          rowKey={(box) => box.volume}
          columns={aboardColumns}
          tone={(box) => (box.must_unload ? 'bad' : undefined)}
          empty={
            <Empty icon={open ? IconScan : IconPackageOff} title="Nenhuma caixa ainda">
              Bipe as caixas na estação de expedição: cada uma entra aqui na hora.
            </Empty>
          }
        />
      </Section>
      <CloseManifest opened={closing} close={() => setClosing(false)} manifest={head} missing={missing} />
    </Page>
  )
}
