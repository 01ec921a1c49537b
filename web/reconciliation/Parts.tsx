import type { MoneyParts } from '../../server/reconciliation/contract.ts'
import { partWords } from '../../server/reconciliation/contract.ts'
import { Money } from '../components/Values.tsx'

/** The calculation of one sale: what was agreed beside what the channel charged. */
export function Parts({ expected, charged }: { expected: MoneyParts | null; charged: MoneyParts | null }) {
  const names = (Object.keys(partWords) as (keyof typeof partWords)[]).filter((name) => name === 'gross' || expected?.[name] || charged?.[name])
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
          <Line key={name} title={partWords[name]} expected={expected?.[name]} charged={charged?.[name]} />
        ))}
        <Line title="Líquido" expected={expected?.net} charged={charged?.net} net />
      </tbody>
    </table>
  )
}

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
