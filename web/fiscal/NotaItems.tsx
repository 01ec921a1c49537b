import type { notaPage } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { Code, Money } from '../components/Values.tsx'

type Nota = AnswerOf<typeof notaPage>

/** Decimal text of the XML as people write it: "2.0000" is 2, "19.9900000000" is 19,99. */
const decimal = (text: string, least = 0) => Number(text).toLocaleString('pt-BR', { minimumFractionDigits: least, maximumFractionDigits: 10 })

/** What the nota says was sold, and its sums. */
export function NotaItems({ of }: { of: Nota }) {
  if (of.items.length === 0) return <p className="surface padded quiet">Os itens aparecem quando a nota for montada.</p>
  const discounts = of.items.some(({ discount }) => discount > 0)
  return (
    <div className="surface order-items">
      <table aria-label="Itens da nota">
        <thead>
          <tr>
            <th>Item</th>
            <th>Produto</th>
            <th className="wide">NCM</th>
            <th className="wide">CFOP</th>
            <th className="number">Quantidade</th>
            <th className="number wide">Unitário (R$)</th>
            {discounts && <th className="number wide">Desconto (R$)</th>}
            <th className="number">Total (R$)</th>
          </tr>
        </thead>
        <tbody>
          {of.items.map((item) => (
            <tr key={item.item}>
              <td className="quiet">{item.item}</td>
              <td>
                <div className="order-item-name">{item.name}</div>
                <Code of={item.code} />
              </td>
              <td className="wide code">{item.ncm}</td>
              <td className="wide code">{item.cfop}</td>
              <td className="number">
                {decimal(item.quantity)} <span className="quiet">{item.unit}</span>
              </td>
              <td className="number wide">{decimal(item.unit_price, 2)}</td>
              {discounts && <td className="number wide">{item.discount > 0 && <Money centavos={-item.discount} />}</td>}
              <td className="number">
                <Money centavos={item.total} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {of.totals.length > 0 && (
        <dl className="nota-totals" aria-label="Totais da nota">
          {of.totals.map(({ title, value, kind }) => (
            <div key={title} data-kind={kind}>
              <dt>{title}</dt>
              <dd>
                <Money centavos={value} currency />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
