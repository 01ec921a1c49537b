import { Alert, Skeleton } from '@mantine/core'
import { IconArrowBackUp, IconHandStop, IconPackageOff, IconTag } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { readOrderPage } from '../../server/orders/contract.ts'
import type { OrderPage as Order } from '../../server/orders/contract.ts'
import { useRead } from '../client.ts'
import { Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Code } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { Page, Section } from '../shell/Page.tsx'
import { OrderTrace } from '../money/OrderTrace.tsx'
import { OrderActions } from './OrderActions.tsx'
import { OrderItems } from './OrderItems.tsx'
import { OrderMoney } from './OrderMoney.tsx'
import { OrderMargin } from '../pricing/OrderMargin.tsx'
import { OrderNotas } from './OrderNotas.tsx'
import { OrderStory } from './OrderStory.tsx'
import { OrderWho } from './OrderWho.tsx'
import { ShipmentCard } from './ShipmentCard.tsx'
import { deadlineOf, situationOf } from './words.ts'
import './orders.css'
import './order.css'
import '../fiscal/fiscal.css'

/** One order: what it is, where it stands, what can be done now, all that happened. */
export function OrderPage() {
  const { order } = useParams({ strict: false }) as { order: string }
  const { data, error, refetch } = useRead(readOrderPage, { order: Number(order) }, { keepPrevious: false })
  if (!data)
    return (
      <Page title={`Pedido ${order}`} back={{ to: '/pedidos', label: 'Pedidos' }}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Bones />}
      </Page>
    )
  const states = data.shipments.map((shipment) => shipment.fulfilment)
  const held = data.lines.some((line) => line.product === null && line.cancelled < line.quantity)
  const short =
    !held &&
    data.commercial === 'approved' &&
    data.shipments.some((shipment) => shipment.fulfilment === 'waiting' && !shipment.covered && shipment.lines.length > 0)
  const deadline = deadlineOf({ ...data, fulfilment: states })
  return (
    <Page
      title={`Pedido ${data.id}`}
      back={{ to: '/pedidos', label: 'Pedidos' }}
      aside={
        <span className="order-states">
          {situationOf({ commercial: data.commercial, fulfilment: states, held, short }).map(({ tone, word }) => (
            <State key={word} tone={tone} word={word} />
          ))}
          {deadline && <State {...deadline} />}
        </span>
      }
      action={<OrderActions order={data} />}
    >
      <p className="order-under quiet">
        {data.channel} <Code of={data.external_id} /> · feito <When at={data.placed_at} />
        {data.dispatch_by && (
          <>
            {' '}
            · despachar até <When at={data.dispatch_by} />
          </>
        )}
        {data.promised_at && (
          <>
            {' '}
            · prometido para <When at={data.promised_at} style="date" />
          </>
        )}
      </p>
      <Warnings order={data} held={held} short={short} />
      <div className="order-columns">
        <div className="stack">
          <Section title={count(data.lines.length, 'item', 'itens')}>
            <OrderItems order={data} />
          </Section>
          {data.shipments.map((shipment) => (
            <ShipmentCard key={shipment.id} order={data} shipment={shipment} />
          ))}
          <OrderNotas order={data} />
          <Section title="Dinheiro">
            <OrderMoney order={data} />
            <OrderMargin order={data.id} />
          </Section>
          <OrderTrace order={data.id} />
        </div>
        <div className="stack">
          <OrderWho order={data} />
          <Section title="Linha do tempo">
            <div className="surface order-story">
              <OrderStory order={data} />
            </div>
          </Section>
        </div>
      </div>
    </Page>
  )
}

const Bones = () => (
  <div className="order-columns" aria-busy>
    <div className="stack">
      <Skeleton height={160} />
      <Skeleton height={180} />
      <Skeleton height={120} />
    </div>
    <Skeleton height={420} />
  </div>
)

/** What stands in the way, each with the one thing to do about it. */
function Warnings({ order, held, short }: { order: Order; held: boolean; short: boolean }) {
  const back = order.put_backs.reduce((sum, { quantity }) => sum + quantity, 0)
  return (
    <>
      {order.commercial === 'on_hold' && (
        <Alert className="order-warning" icon={<IconHandStop size={18} />} title="Retido">
          {order.hold_reason ?? 'Sem motivo escrito'}
        </Alert>
      )}
      {order.commercial === 'cancel_requested' && (
        <Alert className="order-warning" icon={<IconArrowBackUp size={18} />} title="Em cancelamento">
          A caixa está fora de casa; o cancelamento conclui quando ela for recebida de volta.
        </Alert>
      )}
      {held && (
        <Alert className="order-warning" icon={<IconTag size={18} />} title="Um SKU deste pedido ainda não tem produto">
          Ligado uma vez, todos os pedidos que esperam por ele andam.{' '}
          <Link to="/skus" search={{ sku: order.lines.find((line) => line.product === null)?.sku } as never}>
            Ligar o SKU
          </Link>
        </Alert>
      )}
      {short && (
        <Alert className="order-warning" icon={<IconPackageOff size={18} />} title="Falta estoque">
          {back > 0
            ? 'O que foi separado volta a contar quando estiver na prateleira; então o pedido é reservado sozinho.'
            : 'O pedido espera a mercadoria e é reservado sozinho quando ela entrar.'}
        </Alert>
      )}
      {back > 0 && (
        <Alert
          className="order-warning"
          icon={<IconArrowBackUp size={18} />}
          title={`${count(back, 'unidade a devolver', 'unidades a devolver')} à prateleira`}
        >
          <ul className="told">
            {order.put_backs.map(({ id, product, place, quantity }) => (
              <li key={id}>
                {quantity} × {product}, em <Code of={place} />
              </li>
            ))}
          </ul>
          <Link to="/estoque/devolucoes">Ver as devoluções à prateleira</Link>
        </Alert>
      )}
    </>
  )
}
