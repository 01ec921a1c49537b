import { NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Scenario, scenariosEndpoint } from '../../server/treasury/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { dateOf } from '../components/days.ts'
import { count } from '../components/format.ts'
import { centavosOf, dayField, later, moneyField, percentField, reais } from './words.ts'

export type Step = Scenario['steps'][number]
type Of<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>
interface Fields<Kind extends Step['kind']> {
  step: Of<Kind>
  change: (step: Of<Kind>) => void
  kept: AnswerOf<typeof scenariosEndpoint>
}

/** What one step asks for. */
export function StepFields({ step, change, kept }: { step: Step; change: (step: Step) => void; kept: AnswerOf<typeof scenariosEndpoint> }) {
  switch (step.kind) {
    case 'delay_purchase':
      return <Delay step={step} change={change} kept={kept} />
    case 'supplier_terms':
      return <Terms step={step} change={change} kept={kept} />
    case 'anticipate':
      return <Anticipate step={step} change={change} kept={kept} />
    case 'sell_more':
      return <SellMore step={step} change={change} kept={kept} />
    case 'buy':
      return <Buy step={step} change={change} kept={kept} />
    case 'borrow':
      return <Borrow step={step} change={change} kept={kept} />
  }
}

const withGone = (options: { value: string; label: string }[], value: string) =>
  value === '' || options.some((one) => one.value === value) ? options : [...options, { value, label: 'Já não está em aberto' }]

function Delay({ step, change, kept }: Fields<'delay_purchase'>) {
  const options = kept.purchases.map(({ key, name, due, open }) => ({ value: key, label: `${name}, ${reais(open)}, vence ${dateOf(due)}` }))
  return (
    <div className="step-fields">
      <Select
        className="whole"
        label="Compra"
        searchable
        data={withGone(options, step.purchase)}
        value={step.purchase || null}
        onChange={(purchase) => purchase && change({ ...step, purchase })}
        nothingFoundMessage="Nenhuma compra em aberto"
      />
      <NumberInput
        label="Pagar tantos dias depois"
        {...dayField}
        value={step.days}
        min={-365}
        max={365}
        onChange={(days) => change({ ...step, days: Number(days) || 0 })}
      />
    </div>
  )
}

/** "30, 60, 90" as days; what is no number is left out when it is sent. */
function TermsInput({ label, terms, change }: { label: string; terms: number[]; change: (terms: number[]) => void }) {
  const [text, setText] = useState(terms.join(', '))
  return (
    <TextInput
      label={label}
      placeholder="30, 60, 90"
      description="Dias depois da compra, separados por vírgula"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        change((event.currentTarget.value.match(/\d+/g) ?? []).map(Number))
      }}
    />
  )
}

function Terms({ step, change, kept }: Fields<'supplier_terms'>) {
  const options = kept.suppliers.map(({ key, name, open }) => ({ value: key, label: `${name}, ${reais(open)} em aberto` }))
  return (
    <div className="step-fields">
      <Select
        className="whole"
        label="Fornecedor"
        searchable
        data={withGone(options, step.supplier)}
        value={step.supplier || null}
        onChange={(supplier) => supplier && change({ ...step, supplier })}
        nothingFoundMessage="Nenhum fornecedor com contas em aberto"
      />
      <TextInput label="Compras a partir de" type="date" value={step.since} onChange={(event) => change({ ...step, since: event.currentTarget.value })} />
      <TermsInput label="Parcelas iguais" terms={step.terms} change={(terms) => change({ ...step, terms })} />
    </div>
  )
}

function Anticipate({ step, change }: Fields<'anticipate'>) {
  const [first] = step.parts
  const value = step.parts.reduce((sum, part) => sum + part.value, 0)
  // what a simulation chose stays part by part; a person types one sum and its day
  if (step.parts.length > 1)
    return (
      <p className="quiet">
        {count(step.parts.length, 'recebível', 'recebíveis')}, {reais(value)} ao todo, por {reais(step.received)} em {dateOf(step.on)}
      </p>
    )
  const part = { due: first?.due ?? step.on, value, certainty: first?.certainty ?? ('predicted' as const) }
  return (
    <div className="step-fields">
      <NumberInput
        label="Valor que deixa de entrar"
        {...moneyField}
        value={value / 100}
        onChange={(typed) => change({ ...step, parts: [{ ...part, value: centavosOf(typed) }] })}
      />
      <TextInput
        label="Entraria em"
        type="date"
        value={part.due}
        onChange={(event) => change({ ...step, parts: [{ ...part, due: event.currentTarget.value }] })}
      />
      <span />
      <NumberInput label="Recebe agora" {...moneyField} value={step.received / 100} onChange={(typed) => change({ ...step, received: centavosOf(typed) })} />
      <TextInput label="Em" type="date" value={step.on} onChange={(event) => change({ ...step, on: event.currentTarget.value })} />
    </div>
  )
}

function SellMore({ step, change }: Fields<'sell_more'>) {
  return (
    <div className="step-fields">
      <TextInput
        label="Mês da venda"
        description="O que ainda não foi vendido segue o mesmo mês do ano passado; sem ele, os últimos 30 dias"
        type="month"
        value={step.month}
        onChange={(event) => change({ ...step, month: event.currentTarget.value })}
      />
      <NumberInput label="Vender a mais" {...percentField} value={step.more} onChange={(more) => change({ ...step, more: String(more || 0) })} />
      <span />
      <NumberInput
        label="Mercadoria custa"
        description="Do que a venda traz"
        {...percentField}
        max={100}
        value={step.goods?.share ?? '0'}
        onChange={(share) => change({ ...step, goods: Number(share) ? { share: String(share), days: step.goods?.days ?? 28 } : null })}
      />
      <NumberInput
        label="E se paga"
        description="Dias depois da venda"
        {...dayField}
        disabled={step.goods === null}
        value={step.goods?.days ?? 28}
        onChange={(days) => step.goods && change({ ...step, goods: { ...step.goods, days: Number(days) || 0 } })}
      />
    </div>
  )
}

function Buy({ step, change }: Fields<'buy'>) {
  const [sale] = step.brings
  const bring = (more: Partial<{ days: number; centavos: number }>) => {
    const next = { days: sale?.days ?? 60, centavos: sale?.centavos ?? 0, ...more }
    change({ ...step, brings: next.centavos > 0 ? [next] : [] })
  }
  return (
    <div className="step-fields">
      <NumberInput label="Valor da compra" {...moneyField} value={step.centavos / 100} onChange={(typed) => change({ ...step, centavos: centavosOf(typed) })} />
      <TextInput label="Em" type="date" value={step.on} onChange={(event) => change({ ...step, on: event.currentTarget.value })} />
      <TermsInput label="Parcelas iguais" terms={step.terms} change={(terms) => change({ ...step, terms })} />
      <NumberInput
        label="As vendas dela trazem"
        {...moneyField}
        value={(sale?.centavos ?? 0) / 100}
        onChange={(typed) => bring({ centavos: centavosOf(typed) })}
      />
      <NumberInput label="Depois de" {...dayField} value={sale?.days ?? 60} disabled={!sale} onChange={(days) => bring({ days: Number(days) || 0 })} />
    </div>
  )
}

function Borrow({ step, change }: Fields<'borrow'>) {
  const [number, setNumber] = useState(step.payments.length || 10)
  const each = step.payments[0]?.centavos ?? 0
  const pay = (on: string, parcels: number, centavos: number) =>
    centavos > 0
      ? Array.from({ length: parcels }, (_, at) => ({
          day: later(on, 30 * (at + 1)),
          centavos,
        }))
      : []
  return (
    <div className="step-fields">
      <NumberInput label="Recebe" {...moneyField} value={step.received / 100} onChange={(typed) => change({ ...step, received: centavosOf(typed) })} />
      <TextInput
        label="Em"
        type="date"
        value={step.on}
        onChange={(event) =>
          event.currentTarget.value && change({ ...step, on: event.currentTarget.value, payments: pay(event.currentTarget.value, number, each) })
        }
      />
      <span />
      <NumberInput
        label="Paga por parcela"
        {...moneyField}
        value={each / 100}
        onChange={(typed) => change({ ...step, payments: pay(step.on, number, centavosOf(typed)) })}
      />
      <NumberInput
        label="Parcelas, a cada 30 dias"
        min={1}
        max={120}
        hideControls
        value={number}
        onChange={(typed) => {
          const parcels = Math.min(120, Math.max(1, Number(typed) || 1))
          setNumber(parcels)
          change({ ...step, payments: pay(step.on, parcels, each) })
        }}
      />
    </div>
  )
}
