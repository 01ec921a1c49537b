import { Button, Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { shareLineEndpoint } from '../../server/reconciliation/contract.ts'
import type { lineCandidates, SettlementRow } from '../../server/reconciliation/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct } from '../client.ts'
import { Money } from '../components/Values.tsx'
import { money } from '../components/format.ts'

type Sales = AnswerOf<typeof lineCandidates>['sales']

/** Of a payment that names only its batch: the sales in it, as the channel told them, and which of them a person says it pays. */
export function BatchSales({ row, sales, next }: { row: SettlementRow; sales: Sales; next: () => void }) {
  const share = useAct(shareLineEndpoint, { done: 'Pagamento dividido entre as vendas' })
  const [left, leave] = useState<string[]>([])
  if (row.reason === 'unknown_batch')
    return (
      <p className="quiet small">
        O canal pagou um lote e ainda não disse quais vendas estão nele. Envie o arquivo de vendas (na Rede, EEVC ou EEVD): as vendas são quitadas sozinhas.
      </p>
    )
  if (!sales.length) return null
  const chosen = sales.filter(({ payment_ref }) => !left.includes(payment_ref))
  const gap = (row.charged?.net ?? 0) - chosen.reduce((total, { net }) => total + net, 0)
  const send = async () => {
    await share.send({ line: row.line!, sales: chosen.map(({ payment_ref }) => payment_ref) })
    next()
  }
  return (
    <section className="stack" aria-label="Vendas do lote">
      <ul className="surface lines">
        {sales.map(({ payment_ref, net, order, receivable, open }) => (
          <li key={payment_ref}>
            <Checkbox
              className="grow"
              label={`NSU ${payment_ref}`}
              checked={!left.includes(payment_ref)}
              onChange={({ currentTarget: { checked } }) => leave((all) => (checked ? all.filter((one) => one !== payment_ref) : [...all, payment_ref]))}
            />
            {receivable === null ? (
              <small className="quiet">venda desconhecida</small>
            ) : (
              <Link to="/financeiro/recebiveis/$receivable" params={{ receivable: String(receivable) }}>
                {order === null ? 'recebível' : `pedido ${order}`}
                {open ? '' : ', já quitado'}
              </Link>
            )}
            <Money centavos={net} currency />
          </li>
        ))}
      </ul>
      <p className="quiet small">
        {gap === 0
          ? 'As vendas marcadas somam o que o canal pagou.'
          : `${gap < 0 ? 'Faltam' : 'Sobram'} R$ ${money(Math.abs(gap))} para as vendas marcadas; a diferença é dividida entre elas.`}
      </p>
      <div className="row">
        <Button loading={share.busy} disabled={!chosen.length} onClick={() => void send().catch(() => undefined)}>
          {chosen.length === 1 ? 'Paga só esta venda' : `Dividir entre as ${chosen.length} vendas`}
        </Button>
      </div>
    </section>
  )
}
