import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { IconArrowRight, IconBox } from '@tabler/icons-react'
import { useState } from 'react'
import { listMoves, moveReasons, placeKinds, placeLabels, readPlace } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { State } from '../components/State.tsx'
import { Timeline } from '../components/Timeline.tsx'
import { Code, Count } from '../components/Values.tsx'
import { count, number, percent } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { ActItems, ActMenu, ActModal } from './Acts.tsx'
import type { Start } from './Acts.tsx'
import { PlaceForm } from './PlaceForm.tsx'
import '../components/Lines.css'
import './stock.css'

type Place = AnswerOf<typeof readPlace>

/** One place: what lies in it, what came and went, and its own facts. */
export function PlacePage() {
  const { place: code } = useParams({ strict: false }) as { place: string }
  const query = useRead(readPlace, { code }, { keepPrevious: false })
  const [start, setStart] = useState<Start | null>(null)
  const may = useMay()
  const place = query.data
  const back = { to: '/estoque/enderecos', label: 'Endereços' }
  if (query.error && !place) return <Failed error={query.error} retry={() => void query.refetch()} />
  if (!place)
    return (
      <Page title={code} back={back}>
        {null}
      </Page>
    )
  const share = place.capacity_units ? place.units / place.capacity_units : null
  return (
    <Page
      title={place.code}
      back={back}
      aside={
        <>
          <span className="quiet">{placeKinds[place.kind]}</span>
          {!place.active && <State tone="idle" word="Inativo" />}
          {share !== null && share > 1 && <State tone="warn" word="Acima da capacidade" />}
        </>
      }
      action={
        <>
          <Download endpoint={placeLabels} input={{ code: place.code, kind: place.kind }} open>
            Etiqueta
          </Download>
          <ActMenu open={(chosen) => setStart({ ...chosen, place: place.code })} />
        </>
      }
    >
      <Kpis>
        <Kpi label="Unidades" value={number(place.units)} note={count(place.products, 'produto', 'produtos')} to="/estoque" search={{ place: place.code }} />
        <Kpi label="Em separação" value={number(place.allocated)} note="prometidas a pedidos" />
        <Kpi
          label="Ocupação"
          value={share === null ? 'sem limite' : percent(share, 0)}
          note={place.capacity_units ? `cabem ${number(place.capacity_units)}` : 'sem capacidade informada'}
        />
      </Kpis>
      <Section title="O que há aqui">
        <DataTable
          label="O que há aqui"
          rows={asRows(query, (answer) => answer.content)}
          rowKey={(row) => row.product}
          columns={[
            { key: 'name', title: 'Produto', long: 'cut', card: 'title', cell: (row) => row.name },
            { key: 'sku', title: 'SKU', width: 170, cell: (row) => <Code of={row.sku} /> },
            { key: 'allocated', title: 'Em separação', align: 'right', width: 116, cell: (row) => <Count value={row.allocated || null} /> },
            {
              key: 'quantity',
              title: 'Unidades',
              align: 'right',
              width: 96,
              cell: (row) => (
                <strong>
                  <Count value={row.quantity} />
                </strong>
              ),
            },
          ]}
          href={(row) => `/catalogo/${row.product}`}
          {...(may('stock.move')
            ? {
                menu: (row: Place['content'][number]) => (
                  <ActItems
                    of={place.kind === 'quarantine' ? ['release', 'count'] : ['transfer', 'adjust', 'quarantine', 'count']}
                    open={(act) => setStart({ act, code: row.sku, place: place.code })}
                  />
                ),
              }
            : {})}
          empty={<Empty icon={IconBox} title="Este endereço está vazio" />}
        />
      </Section>
      <div className="halves">
        <LastMoves code={place.code} />
        {may('stock.adjust') && <PlaceForm key={place.id} place={place} />}
      </div>
      <ActModal start={start} close={() => setStart(null)} />
    </Page>
  )
}

function LastMoves({ code }: { code: string }) {
  const { rows, loading } = useRows(listMoves, { place: code }, { limit: 12 })
  return (
    <Section
      title="Últimos movimentos"
      action={
        <Button
          component={Link}
          to="/estoque/movimentos"
          search={{ place: code } as never}
          variant="subtle"
          size="compact-sm"
          rightSection={<IconArrowRight size={14} />}
        >
          Ver todos
        </Button>
      }
    >
      {!loading && rows.length === 0 && <p className="quiet">Nada entrou nem saiu daqui ainda.</p>}
      <Timeline
        label="Últimos movimentos"
        of={rows.map((move) => {
          const came = move.to === code
          return {
            key: move.id,
            at: move.at,
            title: `${came ? '+' : '−'}${number(move.quantity)} ${move.name}`,
            more: [moveReasons[move.reason], came ? `de ${move.from}` : `para ${move.to}`, move.who, move.note].filter(Boolean).join(' · '),
          }
        })}
      />
    </Section>
  )
}
