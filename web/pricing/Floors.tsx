import { Button } from '@mantine/core'
import { IconTag } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { priceFloors, priceFloorsCsv } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { listChannels } from '../../server/orders/contract.ts'
import { useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Code, Money } from '../components/Values.tsx'
import { money } from '../components/format.ts'

type Row = AnswerOf<typeof priceFloors>['rows'][number]

/** For each product and channel with its fees known: the lowest price that reaches the target, beside what it sells for. */
export function Floors() {
  const { ver: _, ...filters } = useSearch({ strict: false } as never) as { ver?: string; q?: string; below?: string; account?: string }
  const navigate = useNavigate()
  const go = (next: object) => void navigate({ to: '.', search: Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as never, replace: true })
  const asked = {
    ...(filters.q ? { q: filters.q } : {}),
    ...(filters.account ? { account: filters.account } : {}),
    ...(filters.below ? { below: 'sim' as const } : {}),
  }
  const rows = useRows(priceFloors, asked)
  const channels = useRead(listChannels)
  return (
    <>
      <FilterChips
        filters={filters}
        change={(change) => go({ ...filters, ...change })}
        clear={() => go({})}
        search="q"
        placeholder="Produto ou SKU"
        of={[
          { name: 'below', label: 'Preço', spread: true, options: [{ value: 'sim', label: 'Vendendo abaixo do mínimo', alarm: true }] },
          { name: 'account', label: 'Canal', options: (channels.data?.rows ?? []).map((channel) => ({ value: String(channel.id), label: channel.name })) },
        ]}
      >
        <Download endpoint={priceFloorsCsv} input={asked} size="compact-sm" visibleFrom="sm">
          Exportar
        </Download>
      </FilterChips>
      {rows.answer && !rows.answer.targets && rows.rows.length > 0 && (
        <p className="quiet">
          Sem meta de margem definida, o mínimo é o preço que empata.{' '}
          <Link to="/vendas/precos" search={{ ver: 'termos' } as never}>
            Definir a meta
          </Link>
        </p>
      )}
      <DataTable
        label="Preço mínimo por canal"
        rows={rows}
        rowKey={(row) => `${row.product} ${row.account}`}
        href={(row) => `/vendas/precos?ver=calculadora&product=${row.product}${row.floor ? `&price=${row.floor.price}` : ''}`}
        tone={(row) => (row.leaves !== null && row.leaves < 0 ? 'bad' : below(row) || row.better !== null ? 'warn' : undefined)}
        columns={[
          { key: 'name', title: 'Produto', card: 'title', long: 'cut', cell: (row) => row.name },
          { key: 'sku', title: 'SKU', width: 130, card: 'hidden', cell: (row) => <Code of={row.sku} /> },
          { key: 'channel', title: 'Canal', cell: (row) => row.channel },
          {
            key: 'cost',
            title: 'Custo (R$)',
            align: 'right',
            cell: (row) => (row.unit_cost === null ? <span className="quiet">sem custo</span> : <Money centavos={row.unit_cost} />),
          },
          {
            key: 'floor',
            title: 'Mínimo (R$)',
            align: 'right',
            card: 'corner',
            cell: (row) =>
              row.floor ? (
                <Money centavos={row.floor.price} />
              ) : row.unit_cost === null ? (
                ''
              ) : (
                <span className="quiet">{unknown(row) ? 'não se sabe' : 'nenhum'}</span>
              ),
          },
          { key: 'selling', title: 'Vende por (R$)', align: 'right', cell: (row) => <Money centavos={row.selling} /> },
          { key: 'leaves', title: 'Deixa (R$)', align: 'right', cell: (row) => <Money centavos={row.leaves} /> },
          { key: 'says', title: 'Situação', width: 190, long: 'wrap', cell: (row) => <Says of={row} /> },
        ]}
        empty={
          filters.q || filters.below ? (
            <Empty icon={IconTag} title="Nada com este filtro" />
          ) : (
            <Empty
              icon={IconTag}
              title="Ainda não dá para calcular preços"
              action={
                <Button component={Link} to={'/financeiro/taxas' as never}>
                  Informar as taxas dos canais
                </Button>
              }
            >
              O preço mínimo nasce do custo do produto e das taxas combinadas com cada canal.
            </Empty>
          )
        }
      />
    </>
  )
}

/** A floor that nobody can tell, not one that there is none of. */
const unknown = ({ unknown: { tax, freight_from } }: Row) => tax || freight_from !== null
const below = ({ floor, selling }: Row) => floor !== null && selling !== null && selling < floor.price

function Says({ of: row }: { of: Row }) {
  if (row.unit_cost === null) return <State tone="idle" word="Falta o custo" />
  if (row.unknown.tax) return <State tone="warn" word="Falta o imposto" />
  if (row.floor === null && unknown(row)) return <State tone="warn" word="Falta o frete" />
  if (row.selling !== null && row.leaves === null) return <State tone="warn" word="Falta o frete do preço" />
  if (row.better !== null) return <State tone="warn" word={`Por R$ ${money(row.better)} deixa mais`} />
  if (row.leaves !== null && row.leaves < 0) return <State tone="bad" word="Perde dinheiro" />
  if (below(row)) return <State tone="warn" word="Abaixo do mínimo" />
  if (row.floor === null) return <State tone="bad" word="As taxas levam tudo" />
  return row.selling === null ? null : <State tone="ok" word="Dentro da meta" />
}
