import { Button, CloseButton } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconCircle, IconCircleCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { listProducts } from '../../server/catalog/contract.ts'
import { listCarriers, listChannels, listOrders } from '../../server/orders/contract.ts'
import { stationsEndpoint } from '../../server/people/contract.ts'
import { useRead } from '../client.ts'
import { useMay, useMe } from '../session.ts'
import './insight.css'

/** What a shop does first, each step ticked by what is really there. Gone when all is done or it was dismissed. */
export function FirstSteps() {
  const { merchant } = useMe()
  const may = useMay()
  const [over, setOver] = useLocalStorage({ key: `retaguarda.first-steps.${merchant.slug}`, defaultValue: false, getInitialValueInEffect: false })
  const asked = { when: !over && may('settings.manage') }
  const channels = useRead(listChannels, {}, asked).data
  const carriers = useRead(listCarriers, {}, asked).data
  const products = useRead(listProducts, { limit: 1 }, asked).data
  const orders = useRead(listOrders, { limit: 1 }, asked).data
  const stations = useRead(stationsEndpoint, {}, asked).data
  if (over || !channels || !carriers || !products || !orders || !stations) return null
  const steps = [
    { done: channels.rows.length > 0, title: 'Cadastre um canal de venda', verb: 'Cadastrar canal', to: '/configuracoes/canais' },
    {
      done: carriers.rows.length > 0,
      title: 'Cadastre uma transportadora e o horário da coleta',
      verb: 'Cadastrar transportadora',
      to: '/configuracoes/transportadoras',
    },
    { done: products.rows.length > 0, title: 'Cadastre ou importe os produtos', verb: 'Importar produtos', to: '/importar' },
    { done: orders.rows.length > 0, title: 'Importe os pedidos', verb: 'Importar pedidos', to: '/importar' },
    {
      done: stations.rows.some((station) => station.paired_at),
      title: 'Pareie o aparelho de uma estação',
      verb: 'Ver estações',
      to: '/configuracoes/estacoes',
    },
  ]
  const next = steps.findIndex((step) => !step.done)
  if (next < 0) return null
  const ahead = steps[next]!
  // a shop that has orders knows its way: one line for what it left out
  if (orders.rows.length > 0)
    return (
      <section className="surface steps steps-line" aria-label="Primeiros passos">
        <span>
          <strong>{steps.filter((step) => !step.done).length === 1 ? 'Falta um passo' : 'Próximo passo'}:</strong> {ahead.title.toLowerCase()}
        </span>
        <Button component={Link} to={ahead.to} size="compact-sm" variant="default">
          {ahead.verb}
        </Button>
        <CloseButton aria-label="Dispensar os primeiros passos" onClick={() => setOver(true)} />
      </section>
    )
  return (
    <section className="surface steps" aria-label="Primeiros passos">
      <header>
        <div>
          <h2>Primeiros passos</h2>
          <p className="quiet">
            {steps.filter((step) => step.done).length} de {steps.length} feitos. Depois do último, o primeiro pedido já pode descer para a separação.
          </p>
        </div>
        <CloseButton aria-label="Dispensar os primeiros passos" onClick={() => setOver(true)} />
      </header>
      <ol>
        {steps.map(({ done, title, verb, to }, index) => (
          <li key={title} data-done={done || undefined}>
            {done ? <IconCircleCheck size={20} aria-label="Feito" /> : <IconCircle size={20} stroke={1.5} aria-label="A fazer" />}
            <span>{title}</span>
            {!done && (
              <Button component={Link} to={to} size="compact-sm" variant={index === next ? 'filled' : 'default'}>
                {verb}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
