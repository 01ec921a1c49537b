import { Link } from '@tanstack/react-router'
import { productsFiscalEndpoint, readinessEndpoint, rulesEndpoint, stateRatesEndpoint } from '../../../server/fiscal-setup/contract.ts'
import { useActiveInSight } from '../../components/useActiveInSight.ts'
import { useRead } from '../../client.ts'
import { useMay } from '../../session.ts'
import '../../components/Lines.css'
import '../../settings/settings.css'
import '../../stock/stock.css'
import './setup.css'

/** The parts of the set-up, with what waits in each. */
export function SetupTabs() {
  const may = useMay()('fiscal.read')
  const readiness = useRead(readinessEndpoint, {}, { when: may })
  const rules = useRead(rulesEndpoint, {}, { when: may })
  const rates = useRead(stateRatesEndpoint, {}, { when: may })
  const products = useRead(productsFiscalEndpoint, { limit: 1 }, { when: may })
  const bar = useActiveInSight()
  return (
    <nav ref={bar} className="tabs" aria-label="Preparo fiscal">
      <Tab to="/fiscal/preparo" waiting={readiness.data?.points.filter(({ state }) => state === 'missing').length}>
        Pronto para emitir?
      </Tab>
      <Tab to="/fiscal/empresas">Empresas</Tab>
      <Tab to="/fiscal/certificado">Certificado</Tab>
      <Tab to="/fiscal/produtos" waiting={products.data?.gaps.any}>
        Produtos
      </Tab>
      <Tab to="/fiscal/regras" waiting={rules.data?.suggested}>
        Regras
      </Tab>
      <Tab to="/fiscal/aliquotas" waiting={rates.data?.unconfirmed}>
        Alíquotas
      </Tab>
    </nav>
  )
}

function Tab({ to, waiting, children }: { to: string; waiting?: number | undefined; children: string }) {
  return (
    <Link to={to} className="tab" activeOptions={{ includeSearch: false }} search={{} as never}>
      {children}
      {waiting ? <span className="tab-count">{waiting.toLocaleString('pt-BR')}</span> : null}
    </Link>
  )
}
