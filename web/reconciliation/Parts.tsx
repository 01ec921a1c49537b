import type { MoneyParts } from '../../server/reconciliation/contract.ts'
import { partWords } from '../../server/reconciliation/contract.ts'
import { Money } from '../components/Values.tsx'

/** The calculation of one sale: what was agreed beside what the channel charged. */
export function Parts({ expected, charged }: { expected: MoneyParts | null; charged: MoneyParts | null }) {
  // channels that add the fixed fee into their commission are compared so
  const folded = Boolean(expected?.fixed_fee) && charged !== null && charged.fixed_fee === 0
  const [wanted, came] = folded ? [withFees(expected), withFees(charged)] : [expected, charged]
  const names = (Object.keys(partWords) as (keyof typeof partWords)[]).filter((name) => name === 'gross' || wanted?.[name] || came?.[name])
  return (
    <table className="plain-table settle-parts">
      <thead>
        <tr>
          <th>Em R$</th>
          <th className="number">Combinado</th>
          <th className="number">Cobrado</th>
          <th className="number">Diferença</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <Line
            key={name}
            title={folded && name === 'commission' ? 'Comissão e tarifa fixa' : partWords[name]}
            expected={wanted?.[name]}
            charged={came?.[name]}
          />
        ))}
        <Line title="Líquido" expected={expected?.net} charged={charged?.net} net />
      </tbody>
    </table>
  )
}

const withFees = (parts: MoneyParts | null) => parts && { ...parts, commission: parts.commission + parts.fixed_fee, fixed_fee: 0 }

function Line({ title, expected, charged, net }: { title: string; expected: number | undefined; charged: number | undefined; net?: boolean }) {
  const gap = expected === undefined || charged === undefined ? null : charged - expected
  return (
    <tr className={net ? 'settle-net' : undefined}>
      <th scope="row">{title}</th>
      <td className="number">
        <Money centavos={expected} />
      </td>
      <td className="number" data-differs={gap ? true : undefined}>
        <Money centavos={charged} />
      </td>
      <td className="number" data-differs={gap ? true : undefined}>
        {gap ? <Money centavos={gap} /> : null}
      </td>
    </tr>
  )
}
