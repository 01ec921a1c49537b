import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBarcode } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { closeReceiptEndpoint, readReceipt } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { ProductPicture } from '../components/Picture.tsx'
import { State } from '../components/State.tsx'
import { Code, Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count, number } from '../components/format.ts'
import { LateCosts } from '../pricing/LateCosts.tsx'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { CountLine } from './CountLine.tsx'
import { PutAway } from './PutAway.tsx'
import { ReceiptState } from './Receipts.tsx'
import '../components/Lines.css'
import './stock.css'

type Receipt = AnswerOf<typeof readReceipt>
type Line = Receipt['lines'][number]

/** One receipt: count by scanning, put away, close and see what differs. */
export function ReceiptPage() {
  const { receipt: id } = useParams({ strict: false }) as { receipt: string }
  const query = useRead(readReceipt, { receipt: id }, { keepPrevious: false })
  const may = useMay()('stock.move')
  const [putting, setPutting] = useState<Line | null>(null)
  const [closing, { open, close }] = useDisclosure(false)
  const finish = useAct(closeReceiptEndpoint, {
    onDone: close,
    done: ({ differences, to_put_away }) =>
      `Contagem encerrada${differences.length ? ` com ${count(differences.length, 'diferença', 'diferenças')}` : ' sem diferença'}${to_put_away ? `; falta guardar ${count(to_put_away, 'unidade', 'unidades')}` : ''}`,
  })
  const receipt = query.data
  const back = { to: '/estoque/recebimentos', label: 'Recebimentos' }
  if (query.error && !receipt) return <Failed error={query.error} retry={() => void query.refetch()} />
  if (!receipt)
    return (
      <Page title="Recebimento" back={back}>
        {null}
      </Page>
    )
  const different = receipt.lines.filter((line) => line.difference)
  const left = receipt.counted - receipt.put_away
  return (
    <Page
      title={`Recebimento ${receipt.id}`}
      back={back}
      aside={
        <>
          <ReceiptState receipt={receipt} />
          <span className="quiet">{[receipt.supplier, receipt.reference].filter(Boolean).join(' · ')}</span>
        </>
      }
      action={
        receipt.state === 'open' &&
        may && (
          <Button onClick={open} disabled={receipt.counted === 0}>
            Encerrar contagem
          </Button>
        )
      }
    >
      <Kpis>
        <Kpi
          label="Esperado"
          value={receipt.expected === null ? 'não informado' : number(receipt.expected)}
          note={
            <span>
              aberto <When at={receipt.opened_at} />
              {receipt.opened_by ? ` por ${receipt.opened_by}` : ''}
            </span>
          }
        />
        <Kpi
          label="Contado"
          value={number(receipt.counted)}
          note={
            receipt.expected === null ? undefined : different.length ? (
              <State tone="warn" word={count(different.length, 'produto difere', 'produtos diferem')} />
            ) : (
              <State tone="ok" word="Confere" />
            )
          }
        />
        <Kpi
          label="Guardado"
          value={number(receipt.put_away)}
          note={
            left > 0 ? <State tone="warn" word={`Falta guardar ${number(left)}`} /> : receipt.counted > 0 ? <State tone="ok" word="Tudo guardado" /> : undefined
          }
        />
      </Kpis>
      {receipt.state === 'open' && may && <CountLine receipt={receipt.id} off={putting !== null || closing} />}
      <Section title="Itens">
        <DataTable
          label="Itens do recebimento"
          rows={asRows(query, (answer) => answer.lines)}
          rowKey={(line) => line.product}
          columns={[...columns, ...(may && left > 0 ? [putColumn(setPutting)] : [])]}
          href={(line) => `/catalogo/${line.product}`}
          tone={(line) => (line.difference ? 'warn' : undefined)}
          empty={
            <Empty icon={IconBarcode} title="Nada contado ainda">
              Bipe o primeiro produto ali em cima: a caixa fechada conta todas as suas unidades.
            </Empty>
          }
        />
      </Section>
      <LateCosts receipt={receipt.id} />
      <PutAway receipt={receipt.id} line={putting} close={() => setPutting(null)} />
      <Confirm
        opened={closing}
        close={close}
        title="Encerrar a contagem?"
        verb="Encerrar contagem"
        busy={finish.busy}
        run={() => finish.run({ receipt: receipt.id })}
      >
        {different.length === 0 ? (
          <p>{receipt.expected === null ? `Foram contadas ${count(receipt.counted, 'unidade', 'unidades')}.` : 'O contado confere com o esperado.'}</p>
        ) : (
          <>
            <p>O contado difere do esperado:</p>
            <ul>
              {different.map((line) => (
                <li key={line.product}>
                  {line.name}: {line.difference! > 0 ? `sobram ${number(line.difference!)}` : `faltam ${number(-line.difference!)}`}
                </li>
              ))}
            </ul>
          </>
        )}
        {left > 0 && <p className="quiet">O que falta guardar ainda pode ser guardado depois.</p>}
      </Confirm>
    </Page>
  )
}

const columns: Column<Line>[] = [
  {
    key: 'name',
    title: 'Produto',
    long: 'cut',
    card: 'title',
    cell: (line) => (
      <span className="with-picture">
        <ProductPicture product={line.product} name={line.name} size={28} beside />
        <span>{line.name}</span>
      </span>
    ),
  },
  { key: 'sku', title: 'SKU', width: 160, cell: (line) => <Code of={line.sku} /> },
  { key: 'expected', title: 'Esperado', align: 'right', width: 90, cell: (line) => <Count value={line.expected} /> },
  {
    key: 'counted',
    title: 'Contado',
    align: 'right',
    width: 86,
    cell: (line) => (
      <strong>
        <Count value={line.counted} />
      </strong>
    ),
  },
  {
    key: 'difference',
    title: 'Diferença',
    align: 'right',
    width: 92,
    cell: (line) =>
      line.difference ? (
        <span className="number">
          {line.difference > 0 ? '+' : '−'}
          {number(Math.abs(line.difference))}
        </span>
      ) : null,
  },
  { key: 'put_away', title: 'Guardado', align: 'right', width: 90, cell: (line) => <Count value={line.put_away} /> },
]

const putColumn = (put: (line: Line) => void): Column<Line> => ({
  key: 'put',
  title: 'Guardar',
  width: 170,
  cell: (line) =>
    line.counted > line.put_away ? (
      <button type="button" className="grid-link" onClick={() => put(line)}>
        {number(line.counted - line.put_away)} un.{line.suggested ? ` em ${line.suggested}` : ''}
      </button>
    ) : line.counted > 0 ? (
      <span className="quiet">guardado</span>
    ) : null,
})
