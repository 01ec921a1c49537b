import { z } from 'zod'
import { centavos, day, endpoint, filled, id, words } from '../platform/endpoint.ts'
import { certainty, percent } from './shapes.ts'

export const stepWords = {
  delay_purchase: 'Adiar uma compra',
  supplier_terms: 'Mudar o prazo do fornecedor',
  anticipate: 'Antecipar recebíveis',
  sell_more: 'Vender mais em um mês',
  buy: 'Comprar',
  borrow: 'Tomar empréstimo',
} as const

const days = z.number('Informe os dias').int('Dias inteiros').min(-365, 'Até um ano').max(365, 'Até um ano')
const terms = z.array(z.number().int().min(0).max(365)).min(1, 'Informe os dias de cada parcela').max(24, 'No máximo 24 parcelas')

/** `Step` of scenario.ts. */
export const step = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('delay_purchase'), purchase: filled(120), days }),
  z.object({ kind: z.literal('supplier_terms'), supplier: filled(120), since: day, terms }),
  z.object({
    kind: z.literal('anticipate'),
    on: day,
    received: centavos,
    parts: z.array(z.object({ due: day, value: centavos, certainty })).max(2000, 'Antecipe até 2.000 recebíveis em um cenário'),
  }),
  z.object({
    kind: z.literal('sell_more'),
    month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Informe o mês'),
    more: percent(999, 'Informe quanto a mais, em %'),
    goods: z.object({ share: percent(100, 'Informe o custo em % da venda'), days }).nullable(),
  }),
  z.object({
    kind: z.literal('buy'),
    on: day,
    centavos,
    supplier: words(120).nullable(),
    terms,
    brings: z.array(z.object({ days: z.number().int().min(0).max(365), centavos })).max(60),
  }),
  z.object({ kind: z.literal('borrow'), on: day, received: centavos, payments: z.array(z.object({ day, centavos })).max(120) }),
])
const steps = z.array(step).max(40, 'No máximo 40 passos em um cenário')

const scenario = z.object({ id: z.number(), name: z.string(), steps, updated_at: z.string() })
export type Scenario = z.output<typeof scenario>

export const scenariosEndpoint = endpoint('scenarios', {
  method: 'GET',
  path: '/treasury/scenarios',
  permission: 'money.read',
  summary: 'Cenários guardados, e o que um passo pode mudar',
  answer: z.object({
    scenarios: z.array(scenario),
    suppliers: z.array(z.object({ key: z.string(), name: z.string(), open: z.number() })),
    purchases: z.array(z.object({ key: z.string(), name: z.string(), due: z.string(), open: z.number() })),
  }),
})
const scenarioBody = z.object({ name: filled(60), steps })
export const addScenarioEndpoint = endpoint('addScenario', {
  method: 'POST',
  path: '/treasury/scenarios',
  permission: 'money.plan',
  summary: 'Guardar um cenário',
  body: scenarioBody,
  answer: scenario,
})
export const saveScenarioEndpoint = endpoint('saveScenario', {
  method: 'PUT',
  path: '/treasury/scenarios/:scenario',
  permission: 'money.plan',
  summary: 'Alterar um cenário',
  params: z.object({ scenario: id }),
  body: scenarioBody,
  answer: scenario,
})
export const dropScenarioEndpoint = endpoint('dropScenario', {
  method: 'DELETE',
  path: '/treasury/scenarios/:scenario',
  permission: 'money.plan',
  summary: 'Apagar um cenário',
  params: z.object({ scenario: id }),
})
