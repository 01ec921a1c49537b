import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconTags } from '@tabler/icons-react'
import { exportProducts, listProducts, listSuppliers } from '../../server/catalog/contract.ts'
import type { ProductRow } from '../../server/catalog/contract.ts'
import { useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { ProductPicture } from '../components/Picture.tsx'
import { State } from '../components/State.tsx'
import { Code, Count } from '../components/Values.tsx'
import { dimensions, weight } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { NewProduct } from './NewProduct.tsx'
import '../components/Lines.css'
import './catalog.css'

const columns: Column<ProductRow>[] = [
  {
    key: 'name',
    title: 'Produto',
    card: 'title',
    long: 'cut',
    cell: (product) => (
      <span className="product-cell">
        <ProductPicture product={product.id} name={product.name} size={28} has={product.has_picture} beside />
        <span>{product.name}</span>
      </span>
    ),
  },
  { key: 'sku', title: 'SKU', cell: (product) => <Code of={product.sku} /> },
  { key: 'barcode', title: 'Código de barras', cell: (product) => <Code of={product.barcode} /> },
  { key: 'size', title: 'Medidas e peso', cell: (product) => <Size product={product} /> },
  { key: 'sellable', title: 'Em estoque', align: 'right', width: 96, cell: (product) => <Count value={product.sellable} /> },
  { key: 'reserved', title: 'Reservado', align: 'right', width: 92, cell: (product) => <Count value={product.reserved || null} /> },
  {
    key: 'free',
    title: 'Livre',
    align: 'right',
    width: 76,
    cell: (product) =>
      product.free > 0 ? (
        <strong>
          <Count value={product.free} />
        </strong>
      ) : (
        <Count value={product.free} />
      ),
  },
  { key: 'state', title: 'Situação', card: 'corner', width: 132, cell: (product) => <Situation product={product} /> },
]

/** Every product and kit, with what can be sold of it right now. */
export function ProductList() {
  const may = useMay()
  const [filters, filter, clear] = useFilters(listProducts)
  const products = useRows(listProducts, filters)
  const suppliers = useRead(listSuppliers)
  const [creating, { open, close }] = useDisclosure(false)
  const filtered = Object.keys(filters).length > 0
  return (
    <Page
      title="Catálogo"
      action={
        <>
          <Download endpoint={exportProducts} input={filters}>
            Baixar CSV
          </Download>
          {may('catalog.edit') && (
            <Button leftSection={<IconPlus size={16} />} onClick={open}>
              Novo produto
            </Button>
          )}
        </>
      }
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          search="q"
          placeholder="Nome, SKU ou código de barras"
          of={[
            {
              name: 'only',
              label: 'Situação',
              spread: true,
              options: [
                { value: 'no_stock', label: 'Sem estoque' },
                { value: 'low', label: 'Acabando' },
                { value: 'no_dimensions', label: 'Sem medidas' },
              ],
            },
            {
              name: 'kind',
              label: 'Tipo',
              options: [
                { value: 'simple', label: 'Produtos' },
                { value: 'kit', label: 'Kits' },
              ],
            },
            {
              name: 'supplier',
              label: 'Fornecedor',
              options: (suppliers.data?.rows ?? []).map((supplier) => ({ value: String(supplier.id), label: supplier.name, count: supplier.products })),
            },
            {
              name: 'active',
              label: 'Cadastro',
              options: [
                { value: 'true', label: 'Ativos' },
                { value: 'false', label: 'Inativos' },
              ],
            },
          ]}
        />
      }
    >
      <DataTable
        label="Produtos"
        rows={products}
        rowKey={(product) => product.id}
        columns={columns}
        href={(product) => `/catalogo/${product.id}`}
        empty={
          filtered ? (
            <Empty
              icon={IconTags}
              title="Nenhum produto com este filtro"
              action={
                <Button variant="default" onClick={clear}>
                  Ver todos
                </Button>
              }
            >
              {filters.only === 'no_dimensions'
                ? 'Todos têm peso e medidas: a conferência consegue sugerir a caixa.'
                : filters.only === 'low'
                  ? 'Nada acaba antes do prazo de reposição do fornecedor.'
                  : null}
            </Empty>
          ) : (
            <Empty icon={IconTags} title="O catálogo está vazio" action={may('catalog.edit') && { label: 'Novo produto', run: open }}>
              Cadastre o primeiro produto aqui ou traga todos de uma planilha.
            </Empty>
          )
        }
      />
      <NewProduct opened={creating} close={close} />
    </Page>
  )
}

function Size({ product: { kind, length_mm, width_mm, height_mm, weight_g } }: { product: ProductRow }) {
  if (kind === 'kit') return <span className="quiet">dos componentes</span>
  const size = length_mm && width_mm && height_mm ? dimensions(length_mm, width_mm, height_mm) : null
  return (
    <span className="quiet">
      {size ?? 'sem medidas'} · {weight_g ? weight(weight_g) : 'sem peso'}
    </span>
  )
}

function Situation({ product }: { product: ProductRow }) {
  if (!product.active) return <State tone="idle" word="Inativo" />
  if (product.free <= 0) return <State tone="bad" word="Sem estoque" />
  if (product.kind === 'simple' && !(product.length_mm && product.width_mm && product.height_mm && product.weight_g))
    return <State tone="warn" word="Sem medidas" />
  return product.kind === 'kit' ? <span className="quiet">Kit</span> : null
}
