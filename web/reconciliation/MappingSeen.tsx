import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'

export const lineKinds = {
  payment: 'Pagamento de venda',
  refund: 'Devolução',
  fee: 'Tarifa avulsa',
  shipping: 'Frete avulso',
  withdrawal: 'Saque',
  adjustment: 'Ajuste',
  chargeback: 'Contestação',
  notice: 'Só informa',
} as const

/** The first lines of a file as a mapping reads them, or what is wrong with it. */
export function Seen({
  rows,
  faults,
  notices,
}: {
  rows: { row: number; kind: string; order: string | null; day: string | null; gross: number | null; net: number; words: string }[]
  faults: { row: number | null; message: string; cure: string }[]
  notices: string[]
}) {
  if (faults.length > 0)
    return (
      <ul className="settle-said" role="alert">
        {faults.map((fault, index) => (
          <li key={index}>
            {fault.row === null ? '' : `Linha ${fault.row}: `}
            {fault.message}. {fault.cure}.
          </li>
        ))}
      </ul>
    )
  return (
    <div className="file-table">
      <table className="plain-table settle-parts">
        <thead>
          <tr>
            <th className="number">Linha</th>
            <th>Tipo</th>
            <th>Pedido ou histórico</th>
            <th>Dia</th>
            <th className="number">Bruto (R$)</th>
            <th className="number">Líquido (R$)</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row}>
              <td className="number">{row.row}</td>
              <td>{lineKinds[row.kind as keyof typeof lineKinds] ?? row.kind}</td>
              <td>{row.order ?? row.words}</td>
              <td>
                <When at={row.day} style="date" />
              </td>
              <td className="number">
                <Money centavos={row.gross} />
              </td>
              <td className="number">
                <Money centavos={row.net} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {notices.map((words) => (
        <p key={words} className="quiet small">
          {words}
        </p>
      ))}
    </div>
  )
}
