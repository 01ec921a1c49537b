import { Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { approveOrderEndpoint, holdOrderEndpoint, unholdOrderEndpoint } from '../../server/orders/contract.ts'
import type { OrderPage } from '../../server/orders/contract.ts'
import { releaseEndpoint } from '../../server/picking/contract.ts'
import { notifications } from '@mantine/notifications'
import { useAct } from '../client.ts'
import { useMay } from '../session.ts'
import { AddressDialog } from './AddressDialog.tsx'
import { CancelDialog } from './CancelDialog.tsx'
import { DeliveryDialog } from './DeliveryDialog.tsx'
import { ReasonDialog } from './Dialog.tsx'
import { UnitsDialog } from './UnitsDialog.tsx'
import { onOrder, possible } from './possible.ts'
import type { Possible } from './possible.ts'
import { isInHouse, saidOf } from './words.ts'

type Open = 'hold' | 'cancel' | 'cancel_items' | 'change_address' | 'change_delivery'

/** What can be done to the whole order: the next step as the one primary button, the rest beside it, what cannot with its reason. */
export function OrderActions({ order }: { order: OrderPage }) {
  const may = useMay()
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const approve = useAct(approveOrderEndpoint, { done: 'Pedido aprovado' })
  const unhold = useAct(unholdOrderEndpoint, { done: 'Pedido solto' })
  const hold = useAct(holdOrderEndpoint, { done: 'Pedido retido', onDone: close, quiet: true })
  const release = useAct(releaseEndpoint, {
    onDone: ({ shipments, left }) =>
      notifications.show(
        left[0]
          ? { title: 'Ficou', message: saidOf(left[0]), color: 'red' }
          : { message: shipments > 1 ? `${shipments} envios desceram para a separação` : 'O pedido desceu para a separação', color: 'petrol' },
      ),
  })

  // why an approved order cannot be approved helps nobody
  const acts = onOrder(order).filter(
    ({ operation, permission, allowed }) => may(permission) && (allowed || (operation !== 'approve' && operation !== 'unhold')),
  )
  const run: Record<string, () => void> = {
    approve: () => approve.run({ order: order.id }),
    unhold: () => unhold.run({ order: order.id }),
    release: () => release.run({ orders: [order.id], limit: 5000 }),
  }
  const start = (act: Possible) => (run[act.operation] ?? (() => setOpen(act.operation as Open)))()
  const allowed = acts.filter(possible)
  const primary = allowed.find(({ operation }) => operation in run)
  // holding what is already on the road stops nobody: it stays in the menu
  const beside = allowed.filter(
    (act) => act !== primary && (act.operation === 'cancel' || (act.operation === 'hold' && isInHouse(order.shipments.map(({ fulfilment }) => fulfilment)))),
  )
  const rest = acts.filter((act) => act !== primary && !beside.includes(act))
  return (
    <>
      {rest.length > 0 && (
        <Menu position="bottom-end" width={340}>
          <Menu.Target>
            <Button variant="default" rightSection={<IconDots size={16} />}>
              Mais
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest
              .toSorted((left, right) => Number(right.allowed) - Number(left.allowed))
              .map((act) => (
                <ActItem key={act.operation} act={act} run={() => start(act)} />
              ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {beside.map((act) => (
        <Button key={act.operation} variant="default" onClick={() => start(act)}>
          {act.label}
        </Button>
      ))}
      {primary && (
        <Button onClick={() => start(primary)} loading={approve.busy || unhold.busy || release.busy}>
          {primary.label}
        </Button>
      )}
      {open === 'hold' && (
        <ReasonDialog
          title={`Reter o pedido ${order.id}`}
          verb="Reter"
          busy={hold.busy}
          refusal={hold.refusal}
          usual={['Conferir endereço', 'Suspeita de fraude', 'Cliente pediu para esperar']}
          close={close}
          run={(reason) => hold.run({ order: order.id, reason })}
        />
      )}
      {open === 'cancel' && <CancelDialog order={order} close={close} />}
      {open === 'cancel_items' && <UnitsDialog order={order} close={close} />}
      {open === 'change_address' && <AddressDialog order={order} close={close} />}
      {open === 'change_delivery' && <DeliveryDialog order={order} close={close} />}
    </>
  )
}

/** An act in a menu; one that is not possible stays readable by keyboard and says why. */
export function ActItem({ act, run }: { act: Possible; run: () => void }) {
  if (possible(act)) return <Menu.Item onClick={run}>{act.label}</Menu.Item>
  return (
    <Menu.Item aria-disabled closeMenuOnClick={false} className="act-refused">
      {act.label}
      <small>{act.why}</small>
    </Menu.Item>
  )
}
