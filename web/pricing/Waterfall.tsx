import type { waterfallEndpoint } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { Money } from '../components/Values.tsx'
import { percent } from '../components/format.ts'
import { Section } from '../shell/Page.tsx'
import { componentNames, signedPercent } from './words.ts'

/** From what was sold to what is left: every bar begins where the one above ended. It is a table too: the figures and the estimate stand beside each bar. */
export function Waterfall({ of }: { of: AnswerOf<typeof waterfallEndpoint> }) {
  const bars = of.bars.filter(({ centavos, predicted }) => centavos !== 0 || predicted !== 0)
  const revenue = of.bars
    .filter(({ component }) => ['goods', 'freight_charged', 'discount', 'refund'].includes(component))
    .reduce((sum, { centavos }) => sum + centavos, 0)
  let level = 0
  const steps = bars.map(({ component, centavos, predicted }) => {
    const from = level
    level += centavos
    return { name: componentNames[component], low: Math.min(from, level), high: Math.max(from, level), centavos, predicted, tone: centavos < 0 ? 'out' : 'in' }
  })
  const rows = [
    ...steps,
    {
      name: 'Margem',
      low: Math.min(0, of.margin),
      high: Math.max(0, of.margin),
      centavos: of.margin,
      predicted: of.predicted,
      tone: of.margin < 0 ? 'lost' : 'kept',
    },
  ]
  const bottom = Math.min(0, ...rows.map(({ low }) => low))
  const span = Math.max(0, ...rows.map(({ high }) => high)) - bottom || 1
  const at = (value: number) => `${(((value - bottom) / span) * 100).toFixed(2)}%`
  const share = of.lines > 0 ? of.settled_lines / of.lines : 0
  return (
    <Section title="Da venda à margem">
      <div className="surface waterfall">
        <table>
          <thead>
            <tr>
              <th scope="col">Parcela</th>
              <th scope="col" className="waterfall-bar" aria-hidden />
              <th scope="col">Valor (R$)</th>
              <th scope="col" className="waterfall-share">
                % da receita
              </th>
              <th scope="col" className="waterfall-first">
                Previsto (R$)
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, low, high, centavos, predicted, tone }) => (
              <tr key={name} data-tone={tone}>
                <th scope="row">{name}</th>
                <td className="waterfall-bar" aria-hidden>
                  <span>
                    <i style={{ left: at(low), width: `${(((high - low) / span) * 100).toFixed(2)}%` }} />
                  </span>
                </td>
                <td>
                  <Money centavos={centavos} />
                </td>
                <td className="waterfall-share number">{revenue > 0 ? signedPercent(centavos / revenue) : ''}</td>
                <td className="waterfall-first">
                  <Money centavos={predicted} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {share < 1 && (
          <p className="quiet">
            {share === 0
              ? 'Tudo isto ainda é previsto pelas taxas combinadas'
              : `${percent(share, 0)} dos itens já liquidados; o resto é previsto pelas taxas combinadas`}
            . Quando o repasse chega, entra o que foi cobrado de verdade.
          </p>
        )}
      </div>
    </Section>
  )
}
