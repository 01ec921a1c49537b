import type { OrderPage } from '../../server/orders/contract.ts'
import { ProductPicture } from '../components/Picture.tsx'
import { State } from '../components/State.tsx'
import { Code, Count, Money } from '../components/Values.tsx'

type Line = OrderPage['lines'][number]

/** What was bought, with the product that each SKU of the channel is and, of a kit, what it is made of. */
export function OrderItems({ order }: { order: OrderPage }) {
  const discounts = order.lines.some((line) => line.discount > 0)
  return (
    <div className="surface order-items">
      <table aria-label="Itens do pedido">
        <thead>
          <tr>
            <th colSpan={2}>Produto</th>
            <th className="number">Un.</th>
            <th className="number wide">Preço (R$)</th>
            {discounts && <th className="number wide">Desconto (R$)</th>}
            <th className="number">Total (R$)</th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map((line) => (
            <Item key={line.id} line={line} discounts={discounts} parts={partsOf(order, line)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Item({ line, discounts, parts }: { line: Line; discounts: boolean; parts: { product: number; sku: string; name: string; quantity: number }[] }) {
  const live = line.quantity - line.cancelled
  return (
    <tr data-cancelled={live === 0 || undefined}>
      <td className="order-item-picture">{line.product !== null && <ProductPicture product={line.product} name={line.name} size={40} />}</td>
      <td>
        <div className="order-item-name">{line.name}</div>
        <div className="quiet">
          <Code of={line.sku} />
          {line.product === null ? (
            <>
              {' '}
              <State tone="warn" word="sem produto ligado" />
            </>
          ) : (
            line.product_sku !== line.sku && (
              <>
                {' '}
                é o nosso <Code of={line.product_sku} />
              </>
            )
          )}
        </div>
        {parts.length > 0 && (
          <ul className="order-parts" aria-label={`Componentes de ${line.name}`}>
            {parts.map((part) => (
              <li key={part.product}>
                <span className="number">{part.quantity} ×</span> {part.name} <Code of={part.sku} />
              </li>
            ))}
          </ul>
        )}
      </td>
      <td className="number">
        <Count value={live} />
        {line.cancelled > 0 && (
          <div className="order-item-gone">
            {line.cancelled} cancelada{line.cancelled > 1 && 's'}
          </div>
        )}
      </td>
      <td className="number wide">
        <Money centavos={line.unit_price} />
      </td>
      {discounts && <td className="number wide">{line.discount > 0 && <Money centavos={-line.discount} />}</td>}
      <td className="number">
        <Money centavos={line.unit_price * line.quantity - line.discount} />
      </td>
    </tr>
  )
}

/** The products that a kit was taken apart into for this order, over all its shipments; empty for a plain product. */
function partsOf(order: OrderPage, line: Line) {
  const parts = new Map<number, { product: number; sku: string; name: string; quantity: number }>()
  for (const part of order.shipments.flatMap((shipment) => shipment.lines).filter((part) => part.line === line.id && part.product !== line.product))
    parts.set(part.product, { product: part.product, sku: part.sku, name: part.name, quantity: (parts.get(part.product)?.quantity ?? 0) + part.quantity })
  return [...parts.values()]
}
