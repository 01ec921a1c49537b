import { IconArrowBackUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { putBackEndpoint, putBackQueue } from '../../server/orders/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Code, Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { Page } from '../shell/Page.tsx'
import { StockTabs } from './StockTabs.tsx'

type Task = AnswerOf<typeof putBackQueue>['rows'][number]

const columns: Column<Task>[] = [
  { key: 'name', title: 'Produto', long: 'cut', card: 'title', cell: (task) => task.name },
  { key: 'sku', title: 'SKU', cell: (task) => <Code of={task.sku} /> },
  {
    key: 'quantity',
    title: 'Unidades',
    align: 'right',
    width: 90,
    cell: (task) => (
      <strong>
        <Count value={task.quantity} />
      </strong>
    ),
  },
  { key: 'from', title: 'Está em', width: 110, cell: (task) => <Code of={task.from} /> },
  {
    key: 'order',
    title: 'Pedido',
    width: 110,
    cell: (task) => (
      <Link to="/pedidos/$order" params={{ order: String(task.order) }}>
        {task.order}
      </Link>
    ),
  },
  { key: 'since', title: 'Desde', width: 120, cell: (task) => <When at={task.created_at} /> },
  { key: 'to', title: 'Guardar em', width: 260, cell: (task) => <PutHere task={task} /> },
]

/** What cancelled orders left in totes and boxes, until it is back on a shelf. */
export function PutBacks() {
  const tasks = useRead(putBackQueue)
  return (
    <Page title="Estoque" filters={<StockTabs />}>
      <DataTable
        label="Volta à prateleira"
        rows={asRows(tasks, (answer) => answer.rows)}
        rowKey={(task) => task.id}
        columns={columns}
        empty={
          <Empty icon={IconArrowBackUp} title="Nada a devolver">
            Quando um pedido é cancelado depois de separado, os itens aparecem aqui até voltarem à prateleira.
          </Empty>
        }
      />
    </Page>
  )
}

function PutHere({ task }: { task: Task }) {
  const [place, setPlace] = useState('')
  const act = useAct(putBackEndpoint, {
    quiet: true,
    done: ({ left }) => `${task.name} de volta à prateleira${left ? `; ${count(left, 'item espera', 'itens esperam')}` : ''}`,
  })
  return (
    <>
      <form
        className="count-here"
        onSubmit={(event) => {
          event.preventDefault()
          if (place.trim()) act.run({ task: task.id, place: place.trim() })
        }}
      >
        <input
          className="code wide"
          aria-label={`Endereço para ${task.name}`}
          placeholder={task.suggested ?? 'Bipe o endereço'}
          value={place}
          onChange={(event) => setPlace(event.currentTarget.value.toUpperCase())}
          autoComplete="off"
          spellCheck={false}
          maxLength={30}
        />
        <button type="submit" className="chip" disabled={!place.trim() || act.busy}>
          Guardar
        </button>
      </form>
      {act.refusal && <State tone="bad" word={act.refusal.title} />}
    </>
  )
}
