import { Button, Menu } from '@mantine/core'
import { IconCopy, IconDots, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { addScenarioEndpoint, dropScenarioEndpoint, stepWords } from '../../server/treasury/contract.ts'
import type { cashAheadEndpoint, Scenario, scenariosEndpoint } from '../../server/treasury/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct } from '../client.ts'
import { useMay } from '../session.ts'
import { showUndo } from '../components/undo.tsx'
import { dateOf } from '../components/days.ts'
import { Section } from '../shell/Page.tsx'
import { ScenarioForm } from './ScenarioForm.tsx'
import { inDays, monthName, reais } from './words.ts'
import '../components/Lines.css'

type Kept = AnswerOf<typeof scenariosEndpoint>
type Drawn = AnswerOf<typeof cashAheadEndpoint>['scenarios']

/** Named futures over the cash ahead: chosen ones are drawn; the cash itself never changes. */
export function WhatIf({
  kept,
  drawn,
  chosen,
  choose,
  today,
}: {
  kept: Kept | undefined
  drawn: Drawn
  chosen: number[]
  choose: (ids: number[]) => void
  today: string | undefined
}) {
  const may = useMay()('money.plan')
  const [editing, setEditing] = useState<Partial<Scenario> | null>(null)
  const add = useAct(addScenarioEndpoint, { onDone: ({ id }) => choose([...chosen, id]) })
  const drop = useAct(dropScenarioEndpoint)
  const remove = async ({ id, name, steps }: Scenario) => {
    await drop.send({ scenario: id })
    choose(chosen.filter((one) => one !== id))
    showUndo(`Cenário ${name} apagado`, () => add.run({ name, steps }))
  }
  const toggle = (id: number) => choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <Section
      title="E se…"
      action={
        may && (
          <Button variant="default" size="compact-md" leftSection={<IconPlus size={16} />} onClick={() => setEditing({})}>
            Novo cenário
          </Button>
        )
      }
    >
      <div className="surface what-if">
        {kept && kept.scenarios.length === 0 ? (
          <p className="quiet">
            Experimente sem mexer em nada: adiar uma compra, mudar o prazo de um fornecedor, antecipar recebíveis, vender 20 % mais em um mês. Cada cenário fica
            guardado com o seu nome e é desenhado sobre o caixa.
          </p>
        ) : (
          <ul>
            {kept?.scenarios.map((scenario) => {
              const on = chosen.includes(scenario.id)
              const result = drawn.find(({ id }) => id === scenario.id)
              return (
                <li key={scenario.id}>
                  <label className="row">
                    <input type="checkbox" checked={on} onChange={() => toggle(scenario.id)} />
                    <strong>{scenario.name}</strong>
                  </label>
                  <p>
                    {result ? (
                      <>
                        Menor saldo <strong className="number">{reais(result.lowest.balance)}</strong> em {dateOf(result.lowest.day)}
                        {result.gap === 0 && ', não falta dinheiro'}
                        {result.sales.map((history) => (
                          <small key={history.month} className="sales-history" data-unknown={history.days > 0 && history.way === null ? '' : undefined}>
                            {saidOf(history)}
                          </small>
                        ))}
                      </>
                    ) : (
                      <span className="quiet">{scenario.steps.map(({ kind }) => stepWords[kind]).join(' · ') || 'Sem passos'}</span>
                    )}
                  </p>
                  {may && (
                    <Menu position="bottom-end">
                      <Menu.Target>
                        <button type="button" className="grid-menu-button" aria-label={`Ações de ${scenario.name}`}>
                          <IconDots size={17} aria-hidden />
                        </button>
                      </Menu.Target>
                      <Menu.Dropdown>
                        <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setEditing(scenario)}>
                          Editar
                        </Menu.Item>
                        <Menu.Item
                          leftSection={<IconCopy size={15} />}
                          onClick={() => setEditing({ name: `${scenario.name} (cópia)`.slice(0, 60), steps: scenario.steps })}
                        >
                          Duplicar
                        </Menu.Item>
                        <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => void remove(scenario)}>
                          Apagar
                        </Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  )}
                </li>
              )
            })}
          </ul>
        )}
      </div>
      {editing && kept && today && (
        <ScenarioForm
          key={editing.id ?? editing.name ?? 'new'}
          scenario={editing}
          kept={kept}
          today={today}
          close={() => setEditing(null)}
          saved={(id) => !chosen.includes(id) && choose([...chosen, id])}
        />
      )}
    </Section>
  )
}

/** By which sales the month that sells more was reckoned. */
function saidOf({ month, days, way, from, until, gross, net, wait }: Drawn[number]['sales'][number]) {
  const name = monthName(month)
  if (days === 0) return `Vendas de ${name}: só as já feitas que ainda não entraram, o mês acabou`
  if (way === null) return `Vendas de ${name}: não se sabe. Não há vendas no mesmo mês do ano passado nem nos últimos 30 dias`
  const base = way === 'last_year' ? 'pelo ano passado' : 'pelo ritmo recente'
  return `Vendas de ${name} ${base}: ${reais(gross)} de ${dateOf(from!)} a ${dateOf(until!)}, ${reais(net)} depois das taxas, ${inDays(wait)} até o dinheiro`
}
