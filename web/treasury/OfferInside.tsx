import { Button, Select, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { addScenarioEndpoint, agreeEndpoint, creditEndpoint, discounts } from '../../server/treasury/contract.ts'
import type { Offer } from '../../server/treasury/contract.ts'
import { useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { count } from '../components/format.ts'
import { useMay } from '../session.ts'
import type { Step } from './StepFields.tsx'
import { later, rate, reais } from './words.ts'
import '../components/Lines.css'

/** How an offer was calculated, what speaks against it, and the act. */
export function OfferInside({ offer, on, today }: { offer: Offer; on: string; today: string }) {
  if (offer.kind === 'supplier')
    return (
      <div className="offer-inside">
        <p>
          Deixar de pagar antes guarda {reais(offer.brings)} no caixa e perde {reais(offer.cost)} de desconto.{' '}
          <Link to={`/financeiro/pagar/${offer.payable}` as never}>Abrir a conta</Link>
        </p>
      </div>
    )
  if (offer.kind === 'overdraft')
    return (
      <div className="offer-inside">
        <p>
          Juros de {reais(offer.discount)}
          {offer.iof > 0 && ` e IOF de ${reais(offer.iof)}`} pelos dias em que o limite fica usado.
        </p>
      </div>
    )
  if (offer.kind === 'loan')
    return (
      <div className="offer-inside">
        <p>
          Para ter {reais(offer.brings)} na mão é preciso tomar {reais(offer.nominal)}: {count(offer.payments.length, 'parcela', 'parcelas')} de{' '}
          {reais(offer.payments[0] ?? 0)}, juros de {reais(offer.discount)}, IOF de {reais(offer.iof)}
          {offer.tariff > 0 && `, tarifa de ${reais(offer.tariff)}`}.
        </p>
        <Keep name={`${offer.name}: ${reais(offer.brings)} em ${dateOf(on)}`} steps={stepOf(offer, on)} />
      </div>
    )
  return <Anticipation offer={offer} on={on} today={today} />
}

function Anticipation({ offer, on, today }: { offer: Offer; on: string; today: string }) {
  if (offer.parts.length === 0)
    return (
      <div className="offer-inside">
        <p className="quiet">Nenhum recebível livre vence depois desse dia.</p>
      </div>
    )
  const { thin, ways } = offer
  return (
    <div className="offer-inside">
      <p>
        {count(offer.receivables, 'recebível', 'recebíveis')} no valor de {reais(offer.nominal)}, desconto de {reais(offer.discount)}
        {offer.iof > 0 && `, IOF de ${reais(offer.iof)}`}
        {offer.tariff > 0 && `, tarifa de ${reais(offer.tariff)}`}: recebe {reais(offer.brings)}.
        {offer.break_even && ` Um empréstimo como o registrado só é melhor até ${rate(offer.break_even)} % ao mês.`}
        {!offer.proven && ' Há combinações demais para provar que nenhuma é mais barata; esta é a melhor das que foram tentadas.'}
      </p>
      {thin && (
        <p className="row" style={{ color: 'var(--warn)', flexWrap: 'nowrap', alignItems: 'flex-start' }}>
          <IconAlertTriangle size={17} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
          <span>
            Em {count(thin.receivables, 'venda', 'vendas')} o desconto ({reais(thin.discount)}) é maior que a margem ({reais(thin.margin)}): antecipar essas
            vendas dá prejuízo.
          </span>
        </p>
      )}
      {ways && (
        <table className="plain-table">
          <thead>
            <tr>
              <th>Os mesmos recebíveis, por forma de desconto</th>
              <th className="number">Recebe (R$)</th>
              <th className="number wide-only">Desconto (R$)</th>
              <th className="number">CET % a.m.</th>
              <th className="number wide-only">CET % a.a.</th>
            </tr>
          </thead>
          <tbody>
            {(Object.keys(discounts) as (keyof typeof discounts)[]).map((name) => (
              <tr key={name}>
                <td>{discounts[name]}</td>
                <td className="number">
                  <Money centavos={ways[name].received} />
                </td>
                <td className="number wide-only">
                  <Money centavos={ways[name].discount} />
                </td>
                <td className="number">{rate(ways[name].cet?.monthly)}</td>
                <td className="number wide-only">{rate(ways[name].cet?.yearly, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details>
        <summary>Ver os recebíveis</summary>
        {/* scrolled with the keyboard too */}
        <div className="offer-parts" tabIndex={0} role="region" aria-label="Recebíveis escolhidos">
          <table className="plain-table">
            <thead>
              <tr>
                <th>Recebível</th>
                <th>Vence</th>
                <th className="number">Valor (R$)</th>
                <th className="number">Desconto (R$)</th>
                <th className="number">Recebe (R$)</th>
              </tr>
            </thead>
            <tbody>
              {offer.parts.slice(0, 500).map((part) => (
                <tr key={part.receivable}>
                  <td>
                    <Link to="/financeiro/recebiveis/$receivable" params={{ receivable: String(part.receivable) }}>
                      {part.title}
                    </Link>
                  </td>
                  <td>{dateOf(part.due)}</td>
                  <td className="number">
                    <Money centavos={part.value} />
                  </td>
                  <td className="number">
                    <Money centavos={part.discount + part.iof} />
                  </td>
                  <td className="number">
                    <Money centavos={part.net} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {offer.parts.length > 500 && <p className="quiet padded">E mais {offer.parts.length - 500}.</p>}
        </div>
      </details>
      <Keep name={`${offer.name}: ${reais(offer.brings)} em ${dateOf(on)}`} steps={stepOf(offer, on)} />
      {on === today ? <Agree offer={offer} /> : <p className="quiet">Contrate no dia {dateOf(on)}: antes disso o desconto é maior.</p>}
    </div>
  )
}

function Agree({ offer }: { offer: Offer }) {
  const may = useMay()('money.manage')
  const navigate = useNavigate()
  const { data } = useRead(creditEndpoint, {}, { when: may })
  const [creditor, setCreditor] = useState('')
  const [number, setNumber] = useState('')
  const [bank, setBank] = useState<string | null>(null)
  const [asking, setAsking] = useState(false)
  const agree = useAct(agreeEndpoint, {
    quiet: true,
    done: 'Antecipação contratada',
    onDone: ({ id }) => void navigate({ to: '/financeiro/antecipacoes/$contract', params: { contract: String(id) } }),
  })
  if (!may || offer.line === null || offer.account === null) return null
  const send = () => {
    setAsking(false)
    agree.run({
      line: offer.line!,
      account: offer.account!,
      ...(creditor.trim() ? { creditor } : {}),
      external_id: number.trim() || null,
      bank: bank ? Number(bank) : null,
      parts: offer.parts.map(({ receivable, value }) => ({ receivable, centavos: value })),
      received: offer.brings,
    })
  }
  return (
    <>
      <form
        className="contract-form"
        onSubmit={(event) => {
          event.preventDefault()
          setAsking(true)
        }}
      >
        <TextInput
          label="Credor"
          placeholder="O próprio canal"
          value={creditor}
          onChange={(event) => setCreditor(event.currentTarget.value)}
          error={faultOf(agree.refusal, 'creditor')}
        />
        <TextInput
          label="Número do contrato"
          placeholder="Como vem no repasse"
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
          error={faultOf(agree.refusal, 'external_id')}
        />
        <Select
          label="O dinheiro cai"
          placeholder="Na carteira do canal"
          clearable
          data={data?.banks.map(({ id, name }) => ({ value: String(id), label: name })) ?? []}
          value={bank}
          onChange={setBank}
        />
        <Button type="submit" loading={agree.busy}>
          Contratar
        </Button>
      </form>
      <FormFaults refusal={agree.refusal} fields={['creditor', 'external_id']} />
      <Confirm opened={asking} close={() => setAsking(false)} title="Contratar a antecipação?" verb={`Contratar por ${reais(offer.brings)}`} run={send}>
        {count(offer.receivables, 'recebível passa', 'recebíveis passam')} ao credor e {offer.receivables === 1 ? 'deixa' : 'deixam'} de entrar no caixa nos
        seus dias. Registre aqui o que foi contratado no canal: esta tela não fala com ele. Dá para cancelar enquanto nenhuma linha do repasse responder pelo
        contrato.
      </Confirm>
    </>
  )
}

/** What taking an offer does to the cash; a limit is no step of a scenario. */
export function stepOf({ kind, brings, payments, parts }: Offer, on: string): Step[] {
  if (kind === 'loan')
    return [{ kind: 'borrow', on, received: brings, payments: payments.map((centavos, at) => ({ day: later(on, 30 * (at + 1)), centavos })) }]
  if (kind === 'anticipation')
    return [{ kind: 'anticipate', on, received: brings, parts: parts.map(({ due, value, certainty }) => ({ due, value, certainty })) }]
  return []
}

/** An offer as a scenario over the cash ahead. */
export function Keep({ name, steps }: { name: string; steps: Step[] }) {
  const may = useMay()('money.plan')
  const navigate = useNavigate()
  const add = useAct(addScenarioEndpoint, {
    done: 'Cenário guardado',
    onDone: ({ id }) => void navigate({ to: '/financeiro/caixa', search: { scenario: String(id) } as never }),
  })
  if (!may || !steps.length) return null
  return (
    <div>
      <Button variant="default" loading={add.busy} onClick={() => add.run({ name: name.slice(0, 60), steps })}>
        Ver no caixa como cenário
      </Button>
    </div>
  )
}
