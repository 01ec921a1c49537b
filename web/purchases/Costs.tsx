import { Button } from '@mantine/core'
import { useState } from 'react'
import { saveMatchesEndpoint } from '../../server/purchases/contract.ts'
import { useAct } from '../client.ts'
import { State } from '../components/State.tsx'
import { Code } from '../components/Values.tsx'
import { count, number, percent } from '../components/format.ts'
import { Section } from '../shell/Page.tsx'
import type { Received } from './ReceivedPage.tsx'

type Cost = Received['costs'][number]
/** Beyond this the unit of purchase is probably wrong: the person has to say so. */
const odd = ({ current, proposed }: Cost) => current !== null && current > 0 && Math.abs(proposed / current - 1) > 0.5
const same = ({ current, proposed }: Cost) => current !== null && Math.abs(current - proposed) < 0.00005

/** What one unit costs with this nota, beside what it cost until now; taken over product by product. */
export function Costs({ nota }: { nota: Received }) {
  const open = nota.costs.filter((cost) => !same(cost))
  const [said, setSaid] = useState<ReadonlyMap<number, boolean>>(new Map())
  const wanted = (cost: Cost) => said.get(cost.product) ?? !odd(cost)
  const act = useAct(saveMatchesEndpoint, { done: ({ costs }) => `Custo de ${count(costs, 'produto atualizado', 'produtos atualizados')}` })
  const chosen = open.filter(wanted)
  const toggle = (cost: Cost) => setSaid((before) => new Map(before).set(cost.product, !wanted(cost)))
  return (
    <Section
      title="Custos"
      action={
        open.length > 0 && (
          <Button
            size="compact-sm"
            loading={act.busy}
            disabled={!chosen.length}
            onClick={() => act.run({ nota: nota.id, items: [], costs: chosen.map(({ product }) => product) })}
          >
            {chosen.length ? `Atualizar ${count(chosen.length, 'custo', 'custos')}` : 'Atualizar custos'}
          </Button>
        )
      }
    >
      <div className="surface">
        <table className="plain-table received-costs" aria-label="Custos desta nota">
          <thead>
            <tr>
              <th>Produto</th>
              <th className="number">Atual (R$)</th>
              <th className="number">Nesta nota (R$)</th>
              <th className="number">Variação</th>
              <th>Atualizar</th>
            </tr>
          </thead>
          <tbody>
            {nota.costs.map((cost) => (
              <tr key={cost.product}>
                <td>
                  {cost.name} <Code of={cost.sku} />
                </td>
                <td className="number">{cost.current === null ? <span className="quiet">sem custo</span> : number(cost.current, 4)}</td>
                <td className="number">{number(cost.proposed, 4)}</td>
                <td className="number">{cost.current ? <Change cost={cost} /> : null}</td>
                <td>
                  {same(cost) ? (
                    <State tone="ok" word="em dia" />
                  ) : (
                    <input type="checkbox" aria-label={`Atualizar o custo de ${cost.name}`} checked={wanted(cost)} onChange={() => toggle(cost)} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="quiet padded small">Custo de uma unidade, com frete, seguro, IPI e ST da nota, sem os descontos.</p>
      </div>
    </Section>
  )
}

function Change({ cost }: { cost: Cost }) {
  const change = cost.proposed / (cost.current ?? 1) - 1
  if (odd(cost)) return <State tone="warn" word={percent(change)} title="Confira as unidades por embalagem deste item" />
  return same(cost) ? null : <>{percent(change)}</>
}
