import { IconChartBar } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { marginCsvEndpoint, marginEndpoint, waterfallEndpoint } from '../../server/pricing/contract.ts'
import { asRows, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { State } from '../components/State.tsx'
import { dateOf, dayOf } from '../components/days.ts'
import { count, money, percent } from '../components/format.ts'
import { Page, Section } from '../shell/Page.tsx'
import { Filtered } from '../stock/Filtered.tsx'
import { Negatives } from './Negatives.tsx'
import { OneOf } from './OneOf.tsx'
import { MarginOrders } from './MarginOrders.tsx'
import { Against, columnsOf, drillOf, totalsOf, views } from './MarginTable.tsx'
import type { Written } from './MarginTable.tsx'
import { Waterfall } from './Waterfall.tsx'
import { dimensionNames, shareOf } from './words.ts'
import type { Dimension } from './words.ts'
import './pricing.css'

const periods = [
  { value: '7', label: '7 dias' },
  { value: '30', label: '30 dias' },
  { value: '90', label: '90 dias' },
  { value: '365', label: '12 meses' },
]

/** `/vendas/margem?dias=30&por=product`: where the margin comes from and where it goes, down to the order. */
export function Margin() {
  const written = useSearch({ strict: false } as never) as Written
  const navigate = useNavigate()
  const go = (change: Partial<Record<keyof Written, string | undefined>>) =>
    void navigate({ to: '.', search: Object.fromEntries(Object.entries({ ...written, ...change }).filter(([, value]) => value)) as never, replace: true })
  const days = Number(periods.find(({ value }) => value === written.dias)?.value ?? 30)
  const by = written.por && written.por in dimensionNames ? written.por : 'channel'
  const view = views.find((one) => one === written.ver) ?? 'tabela'
  const narrow = Object.fromEntries(
    (['account', 'product', 'supplier', 'listing', 'carrier', 'state', 'kit'] as const).flatMap((name) => (written[name] ? [[name, written[name]]] : [])),
  ) as { account?: string }
  const filter = { from: dayOf(new Date(Date.now() - (days - 1) * 86_400_000)), to: dayOf(new Date()), ...narrow } as { from: string; to: string }
  const table = useRead(marginEndpoint, { ...filter, by })
  const falls = useRead(waterfallEndpoint, filter)
  const { data } = table
  const total = data?.total
  const drilled = Object.keys(narrow).length > 0
  const clear = {
    account: undefined,
    product: undefined,
    supplier: undefined,
    listing: undefined,
    carrier: undefined,
    state: undefined,
    kit: undefined,
    nome: undefined,
  }
  if (!data && table.error)
    return (
      <Page title="Margem">
        <Failed error={table.error} retry={() => void table.refetch()} />
      </Page>
    )
  return (
    <Page
      title="Margem"
      action={
        <Download endpoint={marginCsvEndpoint} input={{ ...filter, by }} visibleFrom="sm">
          Exportar
        </Download>
      }
      filters={
        <FilterChips
          filters={{ dias: String(days) } as { dias?: string }}
          change={(change) => go({ dias: change.dias ?? String(days) })}
          of={[{ name: 'dias', label: 'Período', spread: true, options: periods }]}
        >
          {drilled && <Filtered clear={() => go(clear)}>{written.nome ?? 'Recorte'}</Filtered>}
          <span className="quiet">
            {dateOf(filter.from)} a {dateOf(filter.to)}, pela data de aprovação
          </span>
        </FilterChips>
      }
    >
      {data && data.groups === 0 ? (
        <div className="surface">
          <Empty
            icon={IconChartBar}
            title="Nenhuma venda neste período"
            action={days < 365 ? { label: 'Ver 12 meses', run: () => go({ dias: '365', ...clear }) } : undefined}
          >
            A margem de cada venda aparece aqui assim que o pedido é aprovado, e se acerta quando o repasse chega.
          </Empty>
        </div>
      ) : (
        <>
          <Kpis>
            <Kpi
              label="Receita (R$)"
              value={total && money(total.revenue)}
              note={total && <span className="quiet">{count(total.units, 'unidade', 'unidades')}</span>}
            />
            <Kpi
              label="Margem de contribuição (R$)"
              value={total && money(total.margin)}
              definition="Receita menos impostos, custo, taxas do canal, frete, embalagem, anúncios e devoluções"
              note={total && <Against margin={total.margin} predicted={total.predicted} />}
            />
            <Kpi
              label="Margem sobre a receita"
              value={total && (total.known > 0 ? percent(total.margin / total.known) : '')}
              note={total && total.uncosted > 0 && <State tone="warn" word={`${count(total.uncosted, 'item', 'itens')} sem custo, fora da conta`} />}
            />
            <Kpi
              label="Já liquidado"
              value={total && percent(shareOf(total.settled, total.revenue) ?? 0, 0)}
              definition="Parte da receita cujo repasse já veio: o resto ainda é previsão"
              note={<span className="quiet">o resto é previsto pelas taxas combinadas</span>}
            />
          </Kpis>
          {falls.data?.untaxed && (
            <p className="margin-warning">
              <State tone="warn" word="Sem imposto" /> Nenhuma nota nem alíquota diz o imposto destas vendas: a margem parece maior do que é.{' '}
              <Link to="/vendas/precos" search={{ ver: 'termos' } as never}>
                Informar a alíquota
              </Link>
            </p>
          )}
          {falls.data && falls.data.lines > 0 && <Waterfall of={falls.data} />}
          <Section
            title={
              view === 'tabela'
                ? `Por ${dimensionNames[by].toLowerCase() === 'uf' ? 'UF' : dimensionNames[by].toLowerCase()}`
                : view === 'negativos'
                  ? 'Anúncios que perdem dinheiro'
                  : 'Pedidos, da pior margem para a melhor'
            }
            action={
              <OneOf
                label="Ver"
                value={view}
                change={(ver) => go({ ver })}
                of={[
                  { value: 'tabela', label: 'Tabela' },
                  { value: 'negativos', label: 'Negativos' },
                  { value: 'pedidos', label: 'Pedidos' },
                ]}
              />
            }
          >
            {view === 'negativos' ? (
              <Negatives filter={filter} open={(row) => go({ account: String(row.account), listing: row.listing, nome: row.listing, ver: 'pedidos' })} />
            ) : view === 'pedidos' ? (
              <MarginOrders filter={filter} />
            ) : (
              <>
                <OneOf
                  label="Ver por"
                  value={by}
                  change={(por) => go({ por })}
                  of={(Object.keys(dimensionNames) as Dimension[]).map((value) => ({ value, label: dimensionNames[value] }))}
                />
                <DataTable
                  label={`Margem por ${dimensionNames[by]}`}
                  rows={asRows(table, ({ rows }) => rows)}
                  rowKey={(row) => row.key ?? 'nenhum'}
                  columns={columnsOf(by)}
                  open={(row) => go({ ...drillOf(by, row), ver: 'pedidos' })}
                  tone={(row) => (row.margin < 0 ? 'bad' : undefined)}
                  {...(total ? { totals: totalsOf(total) } : {})}
                />
                {data && data.groups > data.rows.length && (
                  <p className="quiet">
                    As {data.rows.length} maiores de {data.groups.toLocaleString('pt-BR')}. Exporte para ver todas.
                  </p>
                )}
              </>
            )}
          </Section>
        </>
      )}
    </Page>
  )
}
