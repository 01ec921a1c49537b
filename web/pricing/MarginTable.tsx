/** The columns of the table of margins, its totals, and where a row leads. */
import type { MarginAnswer } from '../../server/pricing/contract.ts'
import type { Column } from '../components/DataTable.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { money } from '../components/format.ts'
import { dimensionNames, signedPercent, unnamed } from './words.ts'
import type { Dimension } from './words.ts'

export const views = ['tabela', 'negativos', 'pedidos'] as const
/** What the address holds: the period, the cut, and what was drilled into (the names of the API's filters). */
export interface Written {
  dias?: string
  por?: Dimension
  ver?: (typeof views)[number]
  account?: string
  product?: string
  supplier?: string
  listing?: string
  carrier?: string
  state?: string
  kit?: string
  nome?: string
}

type Row = MarginAnswer['rows'][number]

/** The estimate beside what is. */
export function Against({ margin, predicted }: { margin: number; predicted: number }) {
  const change = margin - predicted
  if (predicted === 0 || change === 0) return <span className="quiet">igual ao previsto</span>
  return (
    <span className="quiet">
      previsto {money(predicted)}, {change > 0 ? '+' : '−'}
      {money(Math.abs(change))}
    </span>
  )
}

/** The columns of the table, by what it is cut. */
export function columnsOf(by: Dimension): Column<Row>[] {
  const figure = (key: string, title: string, amount: (row: Row) => number): Column<Row> => ({
    key,
    title: `${title} (R$)`,
    align: 'right',
    card: 'hidden',
    cell: (row) => <Money centavos={amount(row)} />,
  })
  return [
    {
      key: 'name',
      title: dimensionNames[by],
      card: 'title',
      long: 'cut',
      cell: (row) =>
        by === 'day' && row.name ? (
          dateOf(row.name)
        ) : row.name === null ? (
          <span className="quiet">{unnamed[by] ?? 'Não informado'}</span>
        ) : (
          <span title={row.code ?? undefined}>{row.name}</span>
        ),
    },
    ...(by === 'listing' ? [{ key: 'code', title: 'Canal', width: 140, cell: (row: Row) => row.code }] : []),
    { key: 'revenue', title: 'Receita (R$)', align: 'right', cell: (row) => <Money centavos={row.revenue} /> },
    figure('cost', 'Custo', ({ cost }) => cost),
    figure('tax', 'Impostos', ({ tax }) => tax),
    figure('channel', 'Canal e frete', ({ fees, freight }) => fees + freight),
    figure('other', 'Outros', ({ other }) => other),
    {
      key: 'margin',
      title: 'Margem (R$)',
      align: 'right',
      card: 'corner',
      cell: (row) => (row.known === 0 ? <span className="quiet">sem custo</span> : <Money centavos={row.margin} />),
    },
    { key: 'share', title: '%', align: 'right', width: 70, cell: (row) => <Share of={row.margin} in={row.known} /> },
    { key: 'predicted', title: 'Prevista (R$)', align: 'right', card: 'hidden', cell: (row) => <Money centavos={row.predicted} /> },
    { key: 'settled', title: 'Liquidado', align: 'right', width: 90, card: 'hidden', cell: (row) => <Share of={row.settled} in={row.revenue} decimals={0} /> },
  ]
}

const Share = ({ of, in: whole, decimals = 1 }: { of: number; in: number; decimals?: number }) => (
  <span className="number">{whole > 0 ? signedPercent(of / whole, decimals) : ''}</span>
)

export const totalsOf = (total: MarginAnswer['total']) => ({
  channel: <Money centavos={total.fees + total.freight} />,
  ...Object.fromEntries(
    (['revenue', 'cost', 'tax', 'other', 'margin', 'predicted'] as const).map((name) => [name, <Money key={name} centavos={total[name]} />]),
  ),
  share: <Share of={total.margin} in={total.known} />,
  settled: <Share of={total.settled} in={total.revenue} decimals={0} />,
})

/** The filter that keeps what a row is made of. */
export function drillOf(by: Dimension, row: Row): Partial<Record<keyof Written, string | undefined>> {
  const name = row.name ?? unnamed[by] ?? 'Não informado'
  if (row.key === null) return {}
  if (by === 'listing') {
    const [account, ...listing] = row.key.split(' ')
    return { account, listing: listing.join(' '), nome: `${name} em ${row.code}` }
  }
  if (by === 'day') return {}
  const filter = { channel: 'account', product: 'product', kit: 'product', supplier: 'supplier', carrier: 'carrier', state: 'state' } as const
  return { [filter[by]]: row.key, nome: name }
}
