import { Button, Skeleton } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { releasable } from '../../server/picking/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import type { Refusal } from '../client.ts'
import { Countdown } from '../components/Countdown.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { count, number } from '../components/format.ts'
import { When } from '../components/When.tsx'
import './picking.css'

type Answer = AnswerOf<typeof releasable>
const key = (row: Answer['rows'][number]) => row.carrier ?? 'none'

/** One line for each truck, the next one first, with the one button that sends its orders to the floor. */
export function Releasable({
  query,
  busy,
  release,
}: {
  query: { data: Answer | undefined; error: Refusal | null; refetch: () => unknown }
  busy: boolean
  release: (carrier: string, limit: number) => void
}) {
  const { data, error, refetch } = query
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <Skeleton height={150} />
  return (
    <div className="surface">
      {data.rows.length === 0 ? (
        <Empty icon={IconChecks} title="Nada espera liberação">
          Pedidos aprovados e com estoque reservado aparecem aqui, por caminhão.
        </Empty>
      ) : (
        <ul className="releasable">
          {data.rows.map((row) => (
            <li key={key(row)}>
              <div className="releasable-truck">
                <h3>{row.carrier_name ?? 'Sem transportadora'}</h3>
                {row.cut_off ? (
                  <Countdown to={row.cut_off} />
                ) : (
                  <span className="quiet">{row.carrier === null ? 'escolha a transportadora no pedido' : 'sem horário de coleta'}</span>
                )}
              </div>
              <dl>
                <div>
                  <dt>Unidades</dt>
                  <dd>{number(row.units)}</dd>
                </div>
                <div>
                  <dt>De um item</dt>
                  <dd>{number(row.singles)}</dd>
                </div>
                <div>
                  <dt>Mais antigo</dt>
                  <dd>
                    <When at={row.oldest} />
                  </dd>
                </div>
              </dl>
              {row.carrier === null ? (
                <Button component={Link} to="/pedidos" search={{ fulfilment: 'waiting' } as never} variant="default">
                  {`Ver ${count(row.shipments, 'pedido', 'pedidos')}`}
                </Button>
              ) : (
                <Button variant="light" disabled={busy} onClick={() => release(row.carrier!, row.shipments)}>
                  {`Liberar ${count(row.shipments, 'pedido', 'pedidos')}`}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Staying short={data.short} held={data.held} />
    </div>
  )
}

/** Who cannot go down yet, each opening its rows. */
function Staying({ short, held }: { short: number; held: number }) {
  if (short + held === 0) return null
  return (
    <p className="staying">
      Não podem descer ainda:
      {short > 0 && (
        <Link to={'/pedidos' as string} search={{ only: 'short' } as never}>
          {count(short, 'pedido sem estoque', 'pedidos sem estoque')}
        </Link>
      )}
      {held > 0 && (
        <Link to={'/pedidos' as string} search={{ only: 'held' } as never}>
          {count(held, 'pedido com SKU desconhecido', 'pedidos com SKU desconhecido')}
        </Link>
      )}
    </p>
  )
}
