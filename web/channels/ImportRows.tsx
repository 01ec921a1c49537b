import { Button } from '@mantine/core'
import { IconCircleCheck, IconMoodSad } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { badRows, importRows, runImport } from '../../server/channels/contract.ts'
import type { ImportPage } from '../../server/channels/contract.ts'
import { mappingInbox } from '../../server/orders/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { count, number } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'
import { ImportColumns } from './ImportColumns.tsx'

type Row = AnswerOf<typeof importRows>['rows'][number]

/** After the check: how many are good, what is wrong with the others, and the button that lets the good ones in. */
export function ImportRows({ of }: { of: ImportPage }) {
  const { counts, state } = of
  const [columns, setColumns] = useState(false)
  const run = useAct(runImport)
  const done = state === 'done'
  if (columns) return <ImportColumns of={of} again={() => setColumns(false)} />
  const inside = counts.imported + counts.unchanged
  return (
    <>
      <div className="surface verdict">
        <dl>
          {done ? (
            <>
              <Figure tone="ok" value={counts.imported} label={counts.imported === 1 ? 'linha importada' : 'linhas importadas'} />
              {counts.unchanged > 0 && <Figure value={counts.unchanged} label="já estavam aqui" />}
            </>
          ) : (
            <>
              <Figure tone="ok" value={counts.good} label={counts.good === 1 ? 'linha certa' : 'linhas certas'} />
              {inside > 0 && <Figure value={inside} label="já importadas" />}
            </>
          )}
          {counts.bad > 0 && <Figure tone="bad" value={counts.bad} label="com erro" />}
        </dl>
        <div className="row verdict-acts">
          {counts.bad > 0 && (
            <Download endpoint={badRows} input={{ import: of.id }}>
              Baixar as com erro
            </Download>
          )}
          {!done && of.columns.length > 0 && (
            <Button variant="default" onClick={() => setColumns(true)}>
              Mudar as colunas
            </Button>
          )}
          {!done && (
            <Button disabled={!counts.good} loading={run.busy} onClick={() => run.run({ import: of.id })}>
              Importar {count(counts.good, 'linha', 'linhas')}
            </Button>
          )}
          {done && <Next of={of} />}
        </div>
      </div>
      {counts.bad > 0 ? (
        <Bad of={of} />
      ) : (
        !done && (
          <div className="surface">
            <Empty icon={IconCircleCheck} title="Nenhuma linha com erro">
              Confira os números acima e importe.
            </Empty>
          </div>
        )
      )}
    </>
  )
}

const Figure = ({ value, label, tone }: { value: number; label: string; tone?: 'ok' | 'bad' }) => (
  <div className="figure" data-tone={tone}>
    <dd>{number(value)}</dd>
    <dt>{label}</dt>
  </div>
)

/** Where what came in is now. */
function Next({ of }: { of: ImportPage }) {
  const may = useMay()
  const { data: inbox } = useRead(mappingInbox, {}, { when: of.kind === 'orders' && may('orders.read') })
  const waiting = inbox?.rows.length ?? 0
  if (of.kind === 'orders')
    return (
      <>
        {waiting > 0 && (
          <Button component={Link} to="/skus" variant="default">
            {count(waiting, 'SKU a ligar', 'SKUs a ligar')}
          </Button>
        )}
        <Button component={Link} to="/pedidos" search={(of.account ? { account: of.account } : {}) as never}>
          Ver os pedidos
        </Button>
      </>
    )
  if (of.kind === 'tracking')
    return (
      <Button component={Link} to="/pedidos" search={{ stage: 'outside' } as never}>
        Ver o que está na rua
      </Button>
    )
  return (
    <Button component={Link} to="/catalogo">
      Ver os produtos
    </Button>
  )
}

function Bad({ of }: { of: ImportPage }) {
  const rows = useRows(importRows, { import: of.id, state: 'bad' })
  const columns: Column<Row>[] = [
    { key: 'row', title: 'Onde', width: 96, card: 'title', cell: ({ row }) => `linha ${number(row)}` },
    {
      key: 'faults',
      title: 'O que corrigir',
      long: 'wrap',
      cell: ({ faults }) => (
        <ul className="faults">
          {faults.map(({ field, message }) => (
            <li key={field + message}>
              {!field.startsWith('(') && <strong>{field}: </strong>}
              {message}
            </li>
          ))}
        </ul>
      ),
    },
    {
      key: 'values',
      title: 'A linha',
      long: 'cut',
      card: 'hidden',
      cell: ({ values }) => {
        // the answer's own order is the database's; a person looks for the file's
        const cells = (of.columns.length ? of.columns : Object.keys(values)).flatMap((name) => (values[name] ? [{ name, value: values[name] }] : []))
        return (
          <span className="quiet" title={cells.map(({ name, value }) => `${name}: ${value}`).join('\n')}>
            {cells.map(({ value }) => value).join(' · ')}
          </span>
        )
      },
    },
  ]
  return (
    <Section title="Linhas com erro">
      <p className="import-under quiet">
        As certas entram sem esperar por estas. Baixe o arquivo delas, corrija na planilha e envie de novo: a coluna “erro” é ignorada.
      </p>
      <DataTable label="Linhas com erro" rows={rows} columns={columns} rowKey={({ row }) => row} empty={<Empty icon={IconMoodSad} title="Nada aqui" />} />
    </Section>
  )
}
