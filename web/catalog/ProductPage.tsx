import { Button } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { readProduct } from '../../server/catalog/contract.ts'
import type { ProductPage as Product } from '../../server/catalog/contract.ts'
import { placeKinds } from '../../server/stock/contract.ts'
import { useRead } from '../client.ts'
import { BoxDrawing } from '../components/BoxDrawing.tsx'
import { Failed } from '../components/Empty.tsx'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { State } from '../components/State.tsx'
import { Code, Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { number } from '../components/format.ts'
import { ProductFiscal } from '../fiscal/setup/ProductFiscal.tsx'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { Barcodes } from './Barcodes.tsx'
import { Costs } from './Costs.tsx'
import { Kit } from './Kit.tsx'
import { PictureUpload } from './PictureUpload.tsx'
import { ProductForm } from './ProductForm.tsx'
import '../components/Lines.css'
import './catalog.css'

/** Everything about one product; what may be changed is changed where it stands. */
export function ProductPage() {
  const { product: id } = useParams({ strict: false }) as { product: string }
  const { data: product, error, refetch } = useRead(readProduct, { product: id }, { keepPrevious: false })
  const may = useMay()('catalog.edit')
  if (error && !product) return <Failed error={error} retry={() => void refetch()} />
  const back = { to: '/catalogo', label: 'Catálogo' }
  if (!product)
    return (
      <Page title="Produto" back={back}>
        {null}
      </Page>
    )
  return (
    <Page
      title={product.name}
      back={back}
      aside={
        <>
          <Code of={product.sku} />
          {product.kind === 'kit' && <span className="quiet">Kit</span>}
          {!product.active && <State tone="idle" word="Inativo" />}
        </>
      }
      action={
        product.kind === 'simple' && (
          <Button
            component={Link}
            to="/estoque/movimentos"
            search={{ product: String(product.id) } as never}
            variant="default"
            leftSection={<IconArrowsExchange size={16} />}
          >
            Movimentos
          </Button>
        )
      }
    >
      <div className="product-page">
        <aside>
          <PictureUpload product={product} may={may} />
          <Drawn product={product} />
          <Where product={product} />
          <PartOf product={product} />
          <p className="quiet small">
            Criado <When at={product.created_at} />, alterado <When at={product.updated_at} />
          </p>
        </aside>
        <div className="product-main">
          <Stock product={product} />
          {/* another product is another draft */}
          <ProductForm key={product.id} product={product} may={may} />
          {(product.kind === 'kit' || may) && <Kit key={`kit ${product.id}`} product={product} may={may} />}
          {(product.kind === 'simple' || product.barcodes.length > 0) && <Barcodes product={product} may={may} />}
          <Costs product={product} may={may} />
          <ProductFiscal product={product.id} />
        </div>
      </div>
    </Page>
  )
}

function Stock({ product }: { product: Product }) {
  const kit = product.kind === 'kit'
  const rows = kit ? {} : { to: '/estoque', search: { product: String(product.id) } }
  return (
    <Kpis>
      <Kpi
        label="Livre para vender"
        value={number(product.free)}
        note={product.free > 0 ? <State tone="ok" word="Vende" /> : <State tone="bad" word="Sem estoque" />}
        definition="Em estoque menos o que já é de pedidos"
      />
      <Kpi label="Reservado" value={number(product.reserved)} note="para pedidos" />
      <Kpi
        label={kit ? 'Dá para montar' : 'Em estoque'}
        value={number(product.sellable)}
        note={
          kit
            ? 'com os componentes'
            : product.places.length === 0
              ? 'em nenhum endereço'
              : product.places.length === 1
                ? 'em 1 endereço'
                : `em ${product.places.length} endereços`
        }
        {...rows}
      />
    </Kpis>
  )
}

function Drawn({ product: { length_mm, width_mm, height_mm } }: { product: Product }) {
  if (!length_mm || !width_mm || !height_mm) return null
  return (
    <figure className="surface product-drawing">
      <BoxDrawing length={length_mm} width={width_mm} height={height_mm} size={130} />
      <figcaption className="quiet small">Embalado, em centímetros</figcaption>
    </figure>
  )
}

function Where({ product }: { product: Product }) {
  if (product.kind === 'kit') return null
  return (
    <Section title="Onde está">
      {product.places.length === 0 ? (
        <p className="quiet small">Em nenhum endereço.</p>
      ) : (
        <ul className="surface lines">
          {product.places.map((place) => (
            <li key={place.place}>
              <Link to="/estoque/enderecos/$place" params={{ place: place.code }} className="code">
                {place.code}
              </Link>
              <span className="quiet grow">{placeKinds[place.kind as keyof typeof placeKinds]}</span>
              {place.allocated > 0 && <span className="quiet small">{number(place.allocated)} em separação</span>}
              <strong>
                <Count value={place.quantity} />
              </strong>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function PartOf({ product }: { product: Product }) {
  if (product.part_of.length === 0) return null
  return (
    <Section title="Faz parte de">
      <ul className="surface lines">
        {product.part_of.map((kit) => (
          <li key={kit.product}>
            <Link to="/catalogo/$product" params={{ product: String(kit.product) }} className="grow">
              {kit.name}
            </Link>
            <span className="number">{number(kit.quantity)} un.</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
