import { Button } from '@mantine/core'
import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import type { OrderPage } from '../../server/orders/contract.ts'
import { cep, phone } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { TaxId } from '../components/Values.tsx'
import { useMay } from '../session.ts'
import { AddressDialog } from './AddressDialog.tsx'
import { DeliveryDialog } from './DeliveryDialog.tsx'
import { onOrder } from './possible.ts'

/** Who bought, where it goes and with whom. */
export function OrderWho({ order }: { order: OrderPage }) {
  const may = useMay()
  const [open, setOpen] = useState<'address' | 'delivery' | null>(null)
  const { customer } = order
  const to = order.ship_to as Record<string, string | undefined>
  const can = (operation: string) => may('orders.edit') && onOrder(order).some((act) => act.operation === operation && act.allowed)
  return (
    <div className="surface order-who">
      <section>
        <h3>Comprador</h3>
        <p>
          <strong>{customer.name}</strong>
          {customer.kind === 'company' && (
            <>
              {' '}
              <State tone="idle" word="empresa" />
            </>
          )}
        </p>
        {customer.document && (
          <p>
            {customer.document.length === 11 ? 'CPF' : 'CNPJ'} <TaxId of={customer.document} />
          </p>
        )}
        {customer.phone && (
          <p>
            <a href={`tel:${customer.phone.replaceAll(/[^\d+]/g, '')}`}>{phone(customer.phone)}</a>
          </p>
        )}
        {customer.email && (
          <p className="order-mail">
            <a href={`mailto:${customer.email}`}>{customer.email}</a>
          </p>
        )}
        {customer.orders > 1 && (
          <p>
            <Link to="/pedidos" search={{ q: customer.document ?? customer.name } as never}>
              {customer.orders} pedidos desta pessoa
            </Link>
          </p>
        )}
      </section>
      <section>
        <div className="order-who-head">
          <h3>Entrega</h3>
          {can('change_address') && (
            <Button variant="subtle" size="compact-sm" onClick={() => setOpen('address')}>
              Mudar endereço
            </Button>
          )}
        </div>
        <address>
          {to['recipient'] && to['recipient'] !== customer.name && <div>{to['recipient']}</div>}
          <div>
            {[to['street'], to['number']].filter(Boolean).join(', ')}
            {to['complement'] && `, ${to['complement']}`}
          </div>
          <div>{[to['district'], [to['city'], to['state']].filter(Boolean).join('/')].filter(Boolean).join(', ')}</div>
          <div>CEP {to['cep'] ? cep(to['cep']) : 'não informado'}</div>
        </address>
      </section>
      <section>
        <div className="order-who-head">
          <h3>Transportadora</h3>
          {can('change_delivery') && (
            <Button variant="subtle" size="compact-sm" onClick={() => setOpen('delivery')}>
              Mudar
            </Button>
          )}
        </div>
        <p>
          {order.carrier?.name ?? 'Ainda sem transportadora'}
          {order.priority !== 0 && <span className="quiet"> · prioridade {order.priority}</span>}
        </p>
        {order.fulfilment_by !== 'own' && (
          <p className="quiet">{order.fulfilment_by === 'marketplace' ? 'Quem envia é o canal' : 'Quem envia é o fornecedor'}</p>
        )}
      </section>
      {open === 'address' && <AddressDialog order={order} close={() => setOpen(null)} />}
      {open === 'delivery' && <DeliveryDialog order={order} close={() => setOpen(null)} />}
    </div>
  )
}
