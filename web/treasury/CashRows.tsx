import { cashRowsCsv, cashRowsEndpoint, certaintyWords, outflowWords } from '../../server/treasury/contract.ts'
import type { CashRow } from '../../server/treasury/contract.ts'
import { useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { dateOf } from '../components/days.ts'
import { count } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { Page } from '../shell/Page.tsx'

const sides = { in: 'Entradas', out: 'Saídas', late: 'Atrasado a receber', late_out: 'Vencido a pagar' } as const
const ways = { receivable: '/financeiro/recebiveis/', payable: '/financeiro/pagar/', contract: '/financeiro/antecipacoes/' } as const
const wayOf = ({ source, id }: CashRow) => (source === 'recurrence' ? '/financeiro/pagar' : `${ways[source]}${id}`)
const tones = { announced: 'ok', firm: 'info', predicted: 'idle' } as const

/** `/financeiro/caixa/linhas`: the rows that a figure of the cash is made of. */
export function CashRows() {
  const [filters, filter, clear] = useFilters(cashRowsEndpoint)
  const rows = useRows(cashRowsEndpoint, filters)
  const side = filters.side ?? 'in'
  const coming = side === 'in' || side === 'late'
  const { totals } = rows.answer ?? {}
  const span =
    filters.from && filters.until
      ? filters.from === filters.until
        ? `de ${dateOf(filters.from)}`
        : `de ${dateOf(filters.from)} a ${dateOf(filters.until)}`
      : ''
  return (
    <Page
      title={`${sides[side]} ${span}`.trim()}
      back={{ to: '/financeiro/caixa', label: 'Caixa' }}
      aside={totals && <span className="quiet">{count(totals.rows, 'linha', 'linhas')}</span>}
      action={
        <Download endpoint={cashRowsCsv} input={filters}>
          Baixar CSV
        </Download>
      }
      filters={
        <FilterChips
          filters={filters as Record<string, string | undefined>}
          change={(change) => filter(change as never)}
          clear={clear}
          more={Boolean(filters.from)}
          of={[
            { name: 'side', label: 'Lado', spread: true, options: Object.entries(sides).map(([value, label]) => ({ value, label })) },
            ...(side === 'in'
              ? [
                  {
                    name: 'certainty',
                    label: 'Certeza',
                    options: (['announced', 'firm', 'predicted'] as const).map((value) => ({ value, label: certaintyWords[value] })),
                  },
                ]
              : []),
            ...(coming ? [] : [{ name: 'kind', label: 'Tipo', options: Object.entries(outflowWords).map(([value, label]) => ({ value, label })) }]),
          ]}
        />
      }
    >
      <DataTable<CashRow>
        label={sides[side]}
        rows={rows}
        rowKey={(row) => row.key}
        href={wayOf}
        columns={[
          { key: 'day', title: 'Dia', width: 110, cell: (row) => <When at={row.day} style="date" /> },
          { key: 'title', title: coming ? 'Recebível' : 'Conta', card: 'title', long: 'cut', cell: (row) => row.title },
          { key: 'who', title: coming ? 'Canal' : 'Para quem', long: 'cut', cell: (row) => row.who },
          {
            key: 'state',
            title: coming ? 'Certeza' : 'Tipo',
            width: 180,
            cell: (row) =>
              coming ? (
                <State tone={tones[row.state as keyof typeof tones]} word={certaintyWords[row.state as keyof typeof certaintyWords]} />
              ) : (
                `${outflowWords[row.state] ?? row.state}${row.source === 'recurrence' ? ', recorrente' : ''}`
              ),
          },
          { key: 'centavos', title: 'Valor (R$)', align: 'right', card: 'corner', width: 130, cell: (row) => <Money centavos={row.centavos} /> },
        ]}
        {...(totals ? { totals: { title: 'Total', centavos: <Money centavos={totals.centavos} /> } } : {})}
        empty={<Empty title={coming ? 'Nada entra nestes dias' : 'Nada sai nestes dias'}>Escolha outro dia no gráfico do caixa ou limpe os filtros.</Empty>}
      />
    </Page>
  )
}
