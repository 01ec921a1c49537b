import { Link } from '@tanstack/react-router'
import { putBackQueue } from '../../server/orders/contract.ts'
import { listCountRequests } from '../../server/stock/contract.ts'
import { useActiveInSight } from '../components/useActiveInSight.ts'
import { useRead } from '../client.ts'
import { useMay } from '../session.ts'
import '../components/Lines.css'
import './stock.css'

/** The ways through the stock, with how much waits behind each. */
export function StockTabs() {
  const may = useMay()
  const counts = useRead(listCountRequests, { done: 'false' })
  const back = useRead(putBackQueue, {}, { when: may('stock.move') })
  const bar = useActiveInSight()
  return (
    <nav ref={bar} className="tabs" aria-label="Estoque">
      <Tab to="/estoque">Saldos</Tab>
      <Tab to="/estoque/enderecos">Endereços</Tab>
      <Tab to="/estoque/movimentos">Movimentos</Tab>
      <Tab to="/estoque/recebimentos">Recebimentos</Tab>
      <Tab to="/estoque/contagens" waiting={counts.data?.rows.length}>
        Contagens
      </Tab>
      {may('stock.move') && (
        <Tab to="/estoque/devolucoes" waiting={back.data?.rows.length}>
          Volta à prateleira
        </Tab>
      )}
      <Tab to="/estoque/instante">No passado</Tab>
    </nav>
  )
}

function Tab({ to, waiting, children }: { to: string; waiting?: number | undefined; children: string }) {
  return (
    <Link to={to} className="tab" activeOptions={{ exact: to === '/estoque', includeSearch: false }} search={{} as never}>
      {children}
      {waiting ? <span className="tab-count">{waiting}</span> : null}
    </Link>
  )
}
