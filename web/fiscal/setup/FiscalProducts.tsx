import { IconPackages } from '@tabler/icons-react'
import { useState } from 'react'
import { productGaps, productsFiscalEndpoint, productsFiscalSheet } from '../../../server/fiscal-setup/contract.ts'
import type { ProductFiscalRow } from '../../../server/fiscal-setup/contract.ts'
import { useRows } from '../../client.ts'
import { DataTable } from '../../components/DataTable.tsx'
import type { Column } from '../../components/DataTable.tsx'
import { Empty } from '../../components/Empty.tsx'
import { FilterChips } from '../../components/FilterChips.tsx'
import { State } from '../../components/State.tsx'
import { Code, Count } from '../../components/Values.tsx'
import { useFilters } from '../../filters.ts'
import { useMay } from '../../session.ts'
import { Page } from '../../shell/Page.tsx'
import { ProductFiscalDialog } from './ProductFiscal.tsx'
import { SetupTabs } from './SetupTabs.tsx'
import { Sheets } from './Sheets.tsx'

const none = <span className="quiet">falta</span>
const columns: Column<ProductFiscalRow>[] = [
  { key: 'name', title: 'Produto', card: 'title', long: 'cut', cell: (row) => row.name },
  { key: 'sku', title: 'SKU', cell: (row) => <Code of={row.sku} /> },
  { key: 'ncm', title: 'NCM', width: 100, cell: (row) => (row.ncm ? <Code of={row.ncm} /> : none) },
  { key: 'origin', title: 'Origem', width: 76, align: 'right', cell: (row) => (row.origin === null ? none : <span className="number">{row.origin}</span>) },
  { key: 'cest', title: 'CEST', width: 90, cell: (row) => <Code of={row.cest} /> },
  {
    key: 'gtin',
    title: 'GTIN',
    width: 140,
    cell: (row) =>
      row.gtin ? <Code of={row.gtin} /> : row.suggested_gtin ? <span className="quiet">{row.suggested_gtin}?</span> : <span className="quiet">sem GTIN</span>,
  },
  { key: 'class', title: 'cClassTrib', width: 96, cell: (row) => <Code of={row.class_trib} /> },
  { key: 'group', title: 'Grupo', cell: (row) => row.tax_group },
  { key: 'ordered', title: 'Em pedidos', align: 'right', width: 96, cell: (row) => <Count value={row.ordered || null} /> },
  {
    key: 'state',
    title: 'Situação',
    card: 'corner',
    width: 130,
    cell: (row) =>
      row.ncm === null || row.origin === null ? (
        <State tone={row.ordered > 0 ? 'bad' : 'warn'} word={row.ordered > 0 ? 'Trava a nota' : 'Incompleto'} />
      ) : (
        <State tone="ok" word="Completo" />
      ),
  },
]

/** `/fiscal/produtos`: what notas say of each product; what stops notas today stands on top. */
export function FiscalProducts() {
  const [filters, filter, clear] = useFilters(productsFiscalEndpoint)
  const rows = useRows(productsFiscalEndpoint, filters)
  const [editing, setEditing] = useState<ProductFiscalRow | null>(null)
  const may = useMay()('fiscal.manage')
  const gaps = rows.answer?.gaps
  const groups = rows.answer?.groups ?? []
  return (
    <Page
      title="Dados fiscais dos produtos"
      action={<Sheets endpoint={productsFiscalSheet} input={filters} kind="product_fiscal" disabled={!rows.rows.length} />}
      filters={
        <>
          <SetupTabs />
          <FilterChips
            filters={filters}
            change={filter}
            clear={clear}
            search="text"
            placeholder="Nome, SKU ou NCM"
            of={[
              {
                name: 'missing',
                label: 'O que falta',
                spread: true,
                options: (Object.keys(productGaps) as (keyof typeof productGaps)[]).map((value) => ({
                  value,
                  label: productGaps[value],
                  ...(gaps ? { count: gaps[value] } : {}),
                })),
              },
              { name: 'ordered', label: 'Com pedido', spread: true, options: [{ value: 'true', label: 'Com pedido' }] },
              ...(groups.length > 1 ? [{ name: 'group', label: 'Grupo', options: groups.map((value) => ({ value, label: value })) }] : []),
            ]}
          />
        </>
      }
    >
      <DataTable
        label="Produtos"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.product}
        {...(may ? { open: setEditing } : { href: (row: ProductFiscalRow) => `/catalogo/${row.product}` })}
        tone={(row) => (row.ordered > 0 && (row.ncm === null || row.origin === null) ? 'bad' : undefined)}
        empty={
          gaps?.all ? (
            <Empty icon={IconPackages} title="Nada com estes filtros">
              {filters.missing ? 'Nenhum produto com esta falta.' : 'Mude os filtros.'}
            </Empty>
          ) : (
            <Empty icon={IconPackages} title="O catálogo está vazio">
              Cadastre ou importe os produtos no catálogo; aqui se diz NCM, origem e o resto que a nota pede.
            </Empty>
          )
        }
      />
      {editing && <ProductFiscalDialog key={editing.product} row={editing} groups={groups} close={() => setEditing(null)} />}
    </Page>
  )
}
