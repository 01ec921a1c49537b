import { Button, Skeleton } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { feeNames, readReceivable } from '../../server/receivables/contract.ts'
import type { FeeName } from '../../server/receivables/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useRead } from '../client.ts'
import { Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { Page, Section } from '../shell/Page.tsx'
import { Changes, Moves, Siblings, Unit } from './ReceivableParts.tsx'
import { instalmentWords, methodName, stateWords } from './words.ts'
import '../orders/order.css'
import '../components/Lines.css'
import './receivables.css'

export type Receivable = AnswerOf<typeof readReceivable>
const back = { to: '/financeiro/recebiveis', label: 'Recebíveis' }

/** One sum that a channel owes: how it is calculated, when it comes, and from which line it came. */
export function ReceivablePage() {
  const { receivable } = useParams({ strict: false }) as { receivable: string }
  const { data, error, refetch } = useRead(readReceivable, { receivable: Number(receivable) }, { keepPrevious: false })
  if (!data)
    return (
      <Page title="Recebível" back={back}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Skeleton height={320} aria-busy />}
      </Page>
    )
  return (
    <Page
      title={data.external_order ? `Recebível do pedido ${data.external_order}` : `Recebível ${data.id}`}
      back={back}
      aside={<State {...stateWords[data.state]} />}
      action={
        data.order !== null && (
          <Button component={Link} to="/pedidos/$order" params={{ order: String(data.order) } as never} variant="default">
            Ver o pedido
          </Button>
        )
      }
    >
      <p className="order-under quiet">
        {data.channel} · {instalmentWords(data.instalment, data.instalments)}
        {data.method && ` · ${methodName(data.method)}`}
        {data.payment_ref && ` · pagamento ${data.payment_ref}`}
      </p>
      <Dates of={data} />
      <div className="order-columns">
        <div className="stack">
          <Calculation of={data} />
          <CameFrom of={data} />
          {data.moves.length > 0 && <Moves of={data} />}
        </div>
        <div className="stack">
          <Changes of={data} />
          {data.unit && <Unit unit={data.unit} />}
          {data.siblings.length > 0 && <Siblings of={data} />}
        </div>
      </div>
    </Page>
  )
}

/** The four days of its life, in the order in which they are learnt. */
function Dates({ of }: { of: Receivable }) {
  const steps = [
    { name: 'Previsto', day: of.predicted_on, why: 'na aprovação', none: '' },
    { name: 'Certo', day: of.firm_on, why: 'pelo prazo do canal', none: 'espera a entrega' },
    { name: 'Anunciado', day: of.announced_on, why: 'pelo canal', none: of.actual_on ? 'o canal não disse antes' : 'o canal ainda não disse' },
    { name: 'Recebido', day: of.actual_on, why: 'na conta do canal', none: 'ainda não veio' },
  ]
  const decides = of.announced_on ? 2 : of.firm_on ? 1 : 0
  return (
    <ol className="surface due-steps" aria-label="Datas">
      {steps.map(({ name, day, why, none }, index) => (
        <li key={name} data-known={day !== null || undefined} data-decides={(of.actual_on ? index === 3 : index === decides) || undefined}>
          <span className="quiet">{name}</span>
          <strong>{day ? <When at={day} style="date" /> : '·'}</strong>
          <span className="small quiet">{day ? why : none}</span>
        </li>
      ))}
    </ol>
  )
}

/** Gross less every part is the net; what the channel charged stands beside. */
function Calculation({ of }: { of: Receivable }) {
  const fees = (Object.keys(feeNames) as FeeName[]).filter((name) => of.calculation[name] || of.charged?.[name])
  const net = Math.max(0, of.gross - Object.values(of.calculation).reduce((sum, part) => sum + part, 0))
  const cell = (expected: number | undefined, charged: number | undefined, less = true) => (
    <>
      <td className="number">
        <Money centavos={expected === undefined ? undefined : less ? -expected : expected} />
      </td>
      {of.charged && (
        <td className="number" data-differs={(expected ?? 0) !== (charged ?? 0) || undefined}>
          <Money centavos={charged === undefined ? undefined : less ? -charged : charged} />
        </td>
      )}
    </>
  )
  return (
    <Section title="Cálculo">
      <div className="surface">
        <table className="plain-table calculation">
          <thead>
            <tr>
              <th>
                <span className="only-for-readers">Parte</span>
              </th>
              <th className="number">Esperado (R$)</th>
              {of.charged && <th className="number">Cobrado (R$)</th>}
            </tr>
          </thead>
          <tbody>
            <tr>
              <td>Venda paga pelo comprador</td>
              {cell(of.gross, of.charged?.['gross'], false)}
            </tr>
            {fees.map((name) => (
              <tr key={name}>
                <td>{feeNames[name]}</td>
                {cell(of.calculation[name], of.charged?.[name])}
              </tr>
            ))}
            <tr className="calculation-net">
              <td>Líquido</td>
              {cell(net, of.charged?.['net'], false)}
            </tr>
          </tbody>
        </table>
        <p className="padded small quiet">
          {of.policy ? (
            <>
              Taxas de <When at={of.policy.valid_from} style="date" />, pagas {of.policy.release}. <Link to="/financeiro/taxas">Ver as taxas</Link>
            </>
          ) : (
            'Sem taxas combinadas: o valor veio pronto.'
          )}
        </p>
        {of.owed_back > 0 && (
          <p className="padded owed-back">
            <State tone="warn" word="a devolver" /> O canal pagou e a venda se desfez depois: vai tomar de volta <Money centavos={of.owed_back} currency />.
          </p>
        )}
      </div>
    </Section>
  )
}

const kinds = { settlement: 'Repasse', partial: 'Repasse em parte', cession: 'Antecipação', loss: 'Dado como perdido' } as const
const rules = { key: 'pelo número', fee: 'pelo número, com diferença de taxa', amount: 'por valor e dia', person: 'por uma pessoa' } as const

/** Which lines of which files paid it, and which announced it. */
function CameFrom({ of }: { of: Receivable }) {
  return (
    <Section title="De onde veio o dinheiro">
      {of.allocations.length + of.announcements.length === 0 ? (
        <p className="surface padded quiet">Nenhuma linha de repasse falou deste recebível ainda.</p>
      ) : (
        <ul className="surface lines came-from">
          {of.allocations.map((one, index) => (
            <li key={index} data-undone={one.undone_at ? true : undefined}>
              <span className="grow">
                <strong>{kinds[one.kind]}</strong> <When at={one.day} style="date" />
                <span className="quiet">
                  {one.file && ` · ${one.file}, linha ${one.row}`}
                  {one.contract !== null && ` · contrato ${one.contract}`}
                  {` · ligado ${rules[one.rule]}`}
                  {one.by && ` (${one.by})`}
                  {one.undone_at && ' · desfeito'}
                </span>
              </span>
              {one.difference !== 0 && <State tone={one.difference < 0 ? 'warn' : 'info'} word={one.difference < 0 ? 'veio a menos' : 'veio a mais'} />}
              <Money centavos={one.centavos} currency />
            </li>
          ))}
          {of.announcements.map((one, index) => (
            <li key={`announced ${index}`}>
              <span className="grow">
                <strong>Anunciado</strong> para <When at={one.announced_on} style="date" />
                <span className="quiet">{one.file && ` · ${one.file}, linha ${one.row}`}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
