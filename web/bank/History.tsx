import { Button } from '@mantine/core'
import { IconArrowBackUp, IconLock } from '@tabler/icons-react'
import { listBankLines, undoBankEndpoint } from '../../server/bank/contract.ts'
import type { LineRow } from '../../server/bank/contract.ts'
import type { SentTo } from '../../server/platform/endpoint.ts'
import { useAct, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count, money } from '../components/format.ts'
import { useMay } from '../session.ts'
import { foundWord } from './words.ts'

/** Lines that are explained, what they are, who said so and why; each can be opened again. */
export function History({ filters }: { filters: Omit<SentTo<typeof listBankLines>, 'after' | 'limit'> }) {
  const list = useRows(listBankLines, filters)
  const may = useMay()('money.reconcile')
  const undo = useAct(undoBankEndpoint, {
    done: ({ lines, late }) => `${count(lines.length, 'linha aberta', 'linhas abertas')} de novo${late ? '; o estorno entrou no primeiro dia aberto' : ''}`,
  })
  const totals = list.answer?.totals
  return (
    <DataTable
      label="Linhas explicadas"
      rows={list}
      rowKey={(row) => row.id}
      href={(row) => `/financeiro/rastro/${row.id}`}
      empty={<Empty title="Nenhuma linha explicada neste filtro" />}
      columns={[
        { key: 'day', title: 'Dia', cell: (row) => <When at={row.day} style="date" />, width: 100 },
        { key: 'memo', title: 'Extrato', long: 'wrap', card: 'title', cell: (row) => row.memo },
        { key: 'what', title: 'O que é', long: 'wrap', cell: (row) => <What row={row} /> },
        { key: 'who', title: 'Ligada por', cell: (row) => [...new Set(row.matches.map(foundWord))].join(', ') },
        { key: 'amount', title: 'Valor (R$)', align: 'right', card: 'corner', cell: (row) => <Money centavos={row.amount} /> },
        ...(may
          ? [
              {
                key: 'undo',
                title: <span className="only-for-readers">Desfazer</span>,
                cell: (row: LineRow) => (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    leftSection={<IconArrowBackUp size={14} />}
                    disabled={undo.busy}
                    onClick={() => undo.run({ line: row.id })}
                  >
                    Desfazer
                  </Button>
                ),
              },
            ]
          : []),
      ]}
      {...(totals ? { totals: { memo: count(totals.lines - totals.open, 'linha', 'linhas') } } : {})}
    />
  )
}

function What({ row }: { row: LineRow }) {
  return (
    <span className="bank-cell">
      {row.matches.map((match) => (
        <span key={match.id}>
          {match.closed && <IconLock size={13} aria-label="Dia fechado" className="bank-lock" />}
          {match.title}
          {row.matches.length > 1 && (
            <>
              {' '}
              <Money centavos={match.centavos} />
            </>
          )}
          {match.fee > 0 && <small className="quiet"> menos {money(match.fee)} de tarifa</small>}
          {match.evidence.length > 0 && <small className="quiet"> {match.evidence.map(({ words }) => words).join(', ')}</small>}
        </span>
      ))}
    </span>
  )
}
