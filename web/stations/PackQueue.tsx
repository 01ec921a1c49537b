import { IconBarcode, IconPackages } from '@tabler/icons-react'
import type { benchQueue } from '../../server/packing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { Countdown } from '../components/Countdown.tsx'
import { count } from '../components/format.ts'
import { AsideBoxes } from './AsideBoxes.tsx'
import './Work.css'

type Tote = AnswerOf<typeof benchQueue>['rows'][number]

/** An empty bench: any tote may come next; the list says which one the truck needs first. */
export function PackQueue({
  rows,
  batch,
  open,
}: {
  rows: Tote[] | undefined
  batch: { tote: string; shipments: number; units: number } | null
  open: (tote: string) => void
}) {
  if (batch)
    return (
      <section className="big-sign">
        <IconBarcode size={110} stroke={1.1} aria-hidden />
        <h1>Bipe um item do cesto</h1>
        <p>
          Cesto <b>{batch.tote}</b>: pedidos de um item só. Pegue qualquer um e bipe: a tela abre o pedido dele.
        </p>
      </section>
    )
  return (
    <>
      <AsideBoxes open={open} />
      <section className={rows?.length ? 'bench-sign' : 'big-sign'}>
        {!rows?.length && <IconPackages size={110} stroke={1.1} aria-hidden />}
        <h1>Bipe um cesto</h1>
        <p>
          {rows === undefined
            ? 'Procurando o que espera.'
            : rows.length
              ? 'Comece pelo primeiro da lista: o caminhão dele sai antes.'
              : 'Nada espera a conferência. Os cestos aparecem aqui quando a separação termina.'}
        </p>
      </section>
      {rows && rows.length > 0 && (
        <ol className="queue">
          {rows.map(({ tote, shipments, units, order, carrier, cut_off }) => (
            <li key={tote}>
              <button type="button" onClick={() => open(tote)}>
                <strong>{tote}</strong>
                <span>
                  {order ? `Pedido ${order}` : `${count(shipments, 'pedido', 'pedidos')} de um item`}
                  <small>{count(units, 'unidade', 'unidades')}</small>
                </span>
                <span className="queue-truck">
                  {carrier ?? 'sem transportadora'}
                  {cut_off && <Countdown to={cut_off} />}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
