import { Button } from '@mantine/core'
import { acceptPolicyEndpoint, dismissPolicyEndpoint } from '../../server/receivables/contract.ts'
import type { PolicyVersion } from '../../server/receivables/contract.ts'
import { useAct } from '../client.ts'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count, money, percent } from '../components/format.ts'
import { keyWords } from './AccountFees.tsx'
import { rateWords } from './words.ts'
import '../components/Lines.css'
import './receivables.css'

/** The channel charges something else than agreed, for nearly all orders since a day: is it the new agreement? */
export function Proposal({ version, channel, current, may }: { version: PolicyVersion; channel: string; current: PolicyVersion | null; may: boolean }) {
  const accept = useAct(acceptPolicyEndpoint, { done: 'Taxas novas em vigor; os recebíveis em aberto estão sendo recalculados' })
  const dismiss = useAct(dismissPolicyEndpoint, { done: 'Proposta dispensada' })
  const { basis } = version
  if (!basis) return null
  const prices = version.bands.length > 1
  const fee = (rate: string, fixed: number) => `${rateWords(rate)}${fixed > 0 ? ` + R$ ${money(fixed)}` : ''}`
  return (
    <section className="surface proposal" aria-label={`Taxas de ${channel} mudaram`}>
      <h2>
        {channel} mudou as taxas{version.method !== null || version.from_instalments > 1 ? ` de ${keyWords(version).toLowerCase()}` : ''}
      </h2>
      <p>
        <State tone="warn" word={basis.month >= 0 ? `R$ ${money(basis.month)} a mais por mês` : `R$ ${money(-basis.month)} a menos por mês`} /> Desde{' '}
        <When at={basis.since} style="date" />, {percent(basis.share, 0)} de {count(basis.orders, 'pedido pago', 'pedidos pagos')} vieram com outra taxa
        {current && (
          <>
            {' '}
            que a combinada em <When at={current.valid_from} style="date" />
          </>
        )}
        .
      </p>
      <div className="wide-table">
        <table className="plain-table">
          <thead>
            <tr>
              <th>O que mudou</th>
              <th className="number">Combinado</th>
              <th className="number">Cobrado</th>
              <th className="number">Pedidos</th>
              <th className="number">Por mês (R$)</th>
            </tr>
          </thead>
          <tbody>
            {basis.parts.map((part) => (
              <tr key={`${part.part} ${part.from_price}`}>
                <td>
                  {part.part === 'payment_fee'
                    ? 'Pagamento'
                    : prices && part.from_price !== null
                      ? `Comissão a partir de R$ ${money(part.from_price)}`
                      : 'Comissão'}
                </td>
                <td className="number">{fee(part.old_rate, part.old_fixed)}</td>
                <td className="number">
                  <strong>{fee(part.new_rate, part.new_fixed)}</strong>
                </td>
                <td className="number">
                  {part.orders} ({percent(part.share, 0)})
                </td>
                <td className="number">
                  <Money centavos={part.month} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {may && (
        <div className="row">
          <Button loading={accept.busy} onClick={() => accept.run({ policy: version.id })}>
            Aceitar a partir de {version.valid_from.split('-').toReversed().join('/')}
          </Button>
          <Button variant="default" loading={dismiss.busy} onClick={() => dismiss.run({ policy: version.id })}>
            Dispensar
          </Button>
          <span className="quiet small grow">Se o canal errou, dispense: as diferenças ficam em Recuperar.</span>
        </div>
      )}
    </section>
  )
}
