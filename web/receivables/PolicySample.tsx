import { NumberInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { feeNames, previewPolicyEndpoint } from '../../server/receivables/contract.ts'
import type { FeeName, SentPolicy } from '../../server/receivables/contract.ts'
import { useRead } from '../client.ts'
import { Money } from '../components/Values.tsx'
import { moneyField, reais } from './PolicyBands.tsx'
import type { Text } from './PolicyBands.tsx'

/** One sale by these terms beside those of today. */
export function Sample({ policy, price, setPrice }: { policy: SentPolicy; price: Text; setPrice: (value: Text) => void }) {
  const [settled] = useDebouncedValue({ ...policy, sale: { unit_price: reais(price) } }, 300)
  const { data } = useRead(previewPolicyEndpoint, settled, { when: settled.sale.unit_price > 0 })
  const names = data ? (Object.keys(feeNames) as FeeName[]).filter((name) => data.drafted.parts[name] || data.now?.parts[name]) : []
  return (
    <div className="surface fee-preview" aria-label="Exemplo">
      <div className="row">
        <NumberInput {...moneyField} label="Exemplo: uma venda de" w={170} value={price} onChange={setPrice} />
      </div>
      {data && (
        <table className="plain-table">
          <thead>
            <tr>
              <th>
                <span className="only-for-readers">Parte</span>
              </th>
              {data.now && <th className="number">Hoje (R$)</th>}
              <th className="number">Com estas (R$)</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <td>{feeNames[name]}</td>
                {data.now && (
                  <td className="number">
                    <Money centavos={-(data.now.parts[name] ?? 0)} />
                  </td>
                )}
                <td className="number">
                  <Money centavos={-(data.drafted.parts[name] ?? 0)} />
                </td>
              </tr>
            ))}
            <tr className="calculation-net">
              <td>Líquido, {data.drafted.days}</td>
              {data.now && (
                <td className="number">
                  <Money centavos={data.now.net} />
                </td>
              )}
              <td className="number">
                <Money centavos={data.drafted.net} />
              </td>
            </tr>
          </tbody>
        </table>
      )}
    </div>
  )
}
