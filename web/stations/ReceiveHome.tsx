import { IconPackageImport } from '@tabler/icons-react'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import type { useReceive } from './useReceive.ts'
import './Work.css'
import './Receive.css'

/** Receipts under way: open ones, and counted ones whose goods still stand at the door. */
export function ReceiveHome({ receive }: { receive: ReturnType<typeof useReceive> }) {
  const { open, receipts, enter } = receive
  if (receipts.data && open.length === 0)
    return (
      <section className="big-sign">
        <IconPackageImport size={110} stroke={1.1} aria-hidden />
        <h1>Nada por receber</h1>
        <p>Chegou mercadoria? Toque em Novo recebimento e bipe cada item.</p>
      </section>
    )
  return (
    <>
      <section className="bench-sign">
        <h1>Qual recebimento?</h1>
        <p>Toque num da lista, ou abra um novo com N.</p>
      </section>
      <ol className="queue">
        {open.map((row) => (
          <li key={row.id}>
            <button type="button" className="receipt-row" onClick={() => enter(row.id, row.state)}>
              <strong>{row.reference ?? `Recebimento ${row.id}`}</strong>
              <span>
                {row.supplier ?? 'Sem fornecedor'}
                <small>
                  aberto <When at={row.opened_at} /> {row.opened_by && `por ${row.opened_by}`}
                </small>
              </span>
              <span className="queue-truck">
                <b>{row.state === 'open' ? `${row.counted} contadas${row.expected === null ? '' : ` de ${row.expected}`}` : 'Contagem encerrada'}</b>
                {row.counted > row.put_away ? `${count(row.counted - row.put_away, 'unidade', 'unidades')} por guardar` : 'nada por guardar'}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  )
}
