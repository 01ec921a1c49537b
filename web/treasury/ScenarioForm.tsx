import { ActionIcon, Menu, Button, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { addScenarioEndpoint, saveScenarioEndpoint, stepWords } from '../../server/treasury/contract.ts'
import type { Scenario, scenariosEndpoint } from '../../server/treasury/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { EditModal } from '../settings/EditModal.tsx'
import { StepFields } from './StepFields.tsx'
import type { Step } from './StepFields.tsx'

type Kept = AnswerOf<typeof scenariosEndpoint>

/** A new step with what is most likely meant. */
function blank(kind: Step['kind'], kept: Kept, today: string): Step {
  switch (kind) {
    case 'delay_purchase':
      return { kind, purchase: kept.purchases[0]?.key ?? '', days: 30 }
    case 'supplier_terms':
      return { kind, supplier: kept.suppliers[0]?.key ?? '', since: today, terms: [30, 60, 90] }
    case 'anticipate':
      return { kind, on: today, received: 0, parts: [] }
    case 'sell_more':
      return { kind, month: today.slice(0, 7), more: '20', goods: { share: '60', days: 28 } }
    case 'buy':
      return { kind, on: today, centavos: 0, supplier: null, terms: [30], brings: [] }
    case 'borrow':
      return { kind, on: today, received: 0, payments: [] }
  }
}

export function ScenarioForm({
  scenario,
  kept,
  today,
  close,
  saved,
}: {
  scenario: Partial<Scenario>
  kept: Kept
  today: string
  close: () => void
  saved: (id: number) => void
}) {
  const [name, setName] = useState(scenario.name ?? '')
  const [steps, setSteps] = useState<{ key: string; step: Step }[]>((scenario.steps ?? []).map((step) => ({ key: crypto.randomUUID(), step })))
  const done = ({ id }: { id: number }) => {
    saved(id)
    close()
  }
  const add = useAct(addScenarioEndpoint, { quiet: true, done: 'Cenário guardado', onDone: done })
  const save = useAct(saveScenarioEndpoint, { quiet: true, done: 'Cenário guardado', onDone: done })
  const act = scenario.id === undefined ? add : save
  const body = { name, steps: steps.map(({ step }) => step) }
  return (
    <EditModal
      opened
      close={close}
      size="xl"
      title={scenario.id === undefined ? 'Novo cenário' : 'Editar cenário'}
      verb="Guardar cenário"
      send={() => (scenario.id === undefined ? add.run(body) : save.run({ scenario: scenario.id, ...body }))}
      busy={act.busy}
      refusal={act.refusal}
      fields={['name']}
      ready={name.trim().length > 0 && steps.length > 0}
    >
      <TextInput
        label="Nome"
        placeholder="Novembro forte"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(act.refusal, 'name')}
        data-autofocus
      />
      {steps.map(({ key, step }, index) => (
        <fieldset key={key} className="step">
          <legend className="only-for-readers">{`Passo ${index + 1}: ${stepWords[step.kind]}`}</legend>
          <div className="stack" style={{ gap: 8 }}>
            <strong>{stepWords[step.kind]}</strong>
            <StepFields step={step} kept={kept} change={(next) => setSteps(steps.map((one) => (one.key === key ? { key, step: next } : one)))} />
          </div>
          <ActionIcon variant="subtle" color="gray" aria-label={`Tirar o passo ${index + 1}`} onClick={() => setSteps(steps.filter((one) => one.key !== key))}>
            <IconX size={16} />
          </ActionIcon>
        </fieldset>
      ))}
      <div>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" leftSection={<IconPlus size={16} />}>
              Acrescentar um passo
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {(Object.keys(stepWords) as Step['kind'][]).map((kind) => (
              <Menu.Item key={kind} onClick={() => setSteps([...steps, { key: crypto.randomUUID(), step: blank(kind, kept, today) }])}>
                {stepWords[kind]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </EditModal>
  )
}
