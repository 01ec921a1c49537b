import { orderMarginEndpoint } from '../../server/pricing/contract.ts'
import { useRead } from '../client.ts'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { percent } from '../components/format.ts'
import { useMay } from '../session.ts'
import { componentNames, reasonOf } from './words.ts'
import './pricing.css'

/** The margin of one order on its page, for those who may see margins: what was predicted and what is. */
export function OrderMargin({ order }: { order: number }) {
  const may = useMay()('margin.read')
  const { data } = useRead(orderMarginEndpoint, { order }, { when: may })
  if (!may || !data) return null
  const shown = data.components.filter(({ now, predicted }) => now !== 0 || (predicted ?? 0) !== 0)
  return (
    <div className="surface order-margin">
      <div className="section-head">
        <h3>Margem (R$)</h3>
        <State tone={data.settled ? 'ok' : 'idle'} word={data.settled ? 'Liquidada' : 'Prevista'} />
      </div>
      <dl>
        <dt />
        <dd className="quiet">como está</dd>
        <dd className="quiet">prevista</dd>
        {shown.map(({ component, now, predicted }) => [
          <dt key={component}>{componentNames[component]}</dt>,
          <dd key={`${component} now`}>
            <Money centavos={now} />
          </dd>,
          <dd key={`${component} first`} className="quiet">
            <Money centavos={predicted} />
          </dd>,
        ])}
        <dt className="sum">Margem{data.margin !== null && data.revenue > 0 && ` (${percent(data.margin / data.revenue)})`}</dt>
        <dd className="sum">{data.margin === null ? 'sem custo' : <Money centavos={data.margin} />}</dd>
        <dd className="sum">
          <Money centavos={data.predicted} />
        </dd>
      </dl>
      {data.margin === null && <p className="quiet">Falta o custo de um produto: informe no catálogo e a margem aparece.</p>}
      {data.why && <p className="quiet">{reasonOf(data.why)}</p>}
    </div>
  )
}
