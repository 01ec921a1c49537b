import { Link } from '@tanstack/react-router'
import type { lineCandidates, SettlementRow } from '../../server/reconciliation/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { Code, Money } from '../components/Values.tsx'
import { money } from '../components/format.ts'

type Sales = AnswerOf<typeof lineCandidates>['sales']

/** Of a payment that names only its batch: the sales in it, as the channel told them, and what is missing for it to be shared out over them. */
export function BatchSales({ reason, net, sales }: { reason: SettlementRow['reason']; net: number; sales: Sales }) {
  if (reason === 'unknown_batch')
    return (
      <p className="quiet small">
        O canal pagou um lote e ainda não disse quais vendas estão nele. Envie o arquivo de vendas (na Rede, EEVC ou EEVD): as vendas são quitadas sozinhas.
      </p>
    )
  if (!sales.length) return null
  const sum = sales.reduce((total, sale) => total + sale.net, 0)
  return (
    <section aria-label="Vendas do lote">
      <p className="quiet small">
        As vendas do lote somam R$ {money(sum)} e o canal pagou R$ {money(net)}: {net < sum ? 'faltam' : 'sobram'} R$ {money(Math.abs(net - sum))}.
      </p>
      <table className="plain-table">
        <thead>
          <tr>
            <th>NSU</th>
            <th>Situação</th>
            <th className="number">Líquido (R$)</th>
          </tr>
        </thead>
        <tbody>
          {sales.map(({ payment_ref, net: part, order, receivable, open }) => (
            <tr key={payment_ref}>
              <td>
                <Code of={payment_ref} />
              </td>
              <td>
                {receivable === null ? (
                  'venda desconhecida'
                ) : (
                  <Link to="/financeiro/recebiveis/$receivable" params={{ receivable: String(receivable) }}>
                    {order === null ? 'recebível' : `pedido ${order}`}, {open ? 'em aberto' : 'já quitado'}
                  </Link>
                )}
              </td>
              <td className="number">
                <Money centavos={part} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
