import { Button, Skeleton } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { readPayable, seePayableEndpoint, stateWords, takeApprovalBackEndpoint, unpayEndpoint } from '../../server/payables/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { usePayableActs } from './Acts.tsx'
import { CancelPayable } from './CancelPayable.tsx'
import { History } from './History.tsx'
import { Facts } from './PayableFacts.tsx'
import { PayableForm } from './PayableForm.tsx'
import { Moves, Sum } from './PayableSums.tsx'
import { TermsForm } from './TermsForm.tsx'
import { standing } from './words.ts'
import '../components/Lines.css'
import './payables.css'

export type Payable = AnswerOf<typeof readPayable>
const back = { to: '/financeiro/pagar', label: 'Contas a pagar' }

/** One payable: what it is, who approved it, how it was paid, and what it did in the journal. */
export function PayablePage() {
  const { payable } = useParams({ strict: false }) as { payable: string }
  const { data, error, refetch } = useRead(readPayable, { payable: Number(payable) }, { keepPrevious: false })
  if (data) return <Opened payable={data} />
  return (
    <Page title="Conta a pagar" back={back}>
      {error ? <Failed error={error} retry={() => void refetch()} /> : <Skeleton height={320} aria-busy />}
    </Page>
  )
}

function Opened({ payable }: { payable: Payable }) {
  const may = useMay()
  const acts = usePayableActs()
  const [doing, setDoing] = useState<'change' | 'cancel' | 'unpay' | 'terms' | null>(null)
  const close = () => setDoing(null)
  const see = useAct(seePayableEndpoint, { done: 'Aviso conferido' })
  const unpay = useAct(unpayEndpoint, { done: 'Pagamento desfeito', onDone: close })
  const giveBack = useAct(takeApprovalBackEndpoint, { done: 'Aprovação retirada' })
  const { state, id } = payable
  const pays = may('money.pay')
  const changeable = pays && (state === 'open' || state === 'approved')
  return (
    <Page
      title={payable.beneficiary}
      back={back}
      aside={<State {...standing({ ...payable, attention: null })} />}
      action={
        <>
          {changeable && (
            <>
              <Button variant="subtle" onClick={() => setDoing('cancel')}>
                Cancelar conta
              </Button>
              <Button variant="default" onClick={() => setDoing('change')}>
                Alterar
              </Button>
            </>
          )}
          {state === 'open' && may('money.approve') && payable.approval_refused === null && (
            <Button loading={acts.approve.busy} onClick={() => acts.approve.run({ payables: [id] })}>
              Aprovar
            </Button>
          )}
          {state === 'approved' && may('money.approve') && (
            <Button variant="default" loading={giveBack.busy} onClick={() => giveBack.run({ payables: [id] })}>
              Tirar aprovação
            </Button>
          )}
          {state === 'approved' && pays && payable.payable_by_file && (
            <Button variant="default" onClick={() => acts.open('send', payable)}>
              Gerar remessa
            </Button>
          )}
          {(state === 'approved' || state === 'sent') && pays && <Button onClick={() => acts.open('pay', payable)}>Marcar como paga</Button>}
          {state === 'paid' && pays && payable.bank_line === null && (
            <Button variant="default" onClick={() => setDoing('unpay')}>
              Desfazer pagamento
            </Button>
          )}
        </>
      }
    >
      {payable.attention && (
        <div className="pay-band" role="status">
          <p>{payable.attention}.</p>
          {pays && (
            <Button size="compact-sm" variant="default" loading={see.busy} onClick={() => see.run({ payable: id })}>
              Está certo
            </Button>
          )}
        </div>
      )}
      {state === 'open' && !payable.attention && payable.approval_refused && may('money.approve') && (
        <div className="pay-band" role="status">
          <p>{payable.approval_refused}.</p>
        </div>
      )}
      <div className="pay-columns">
        <div className="stack">
          <Sum payable={payable} />
          <Section title="Lançamentos no diário">
            <Moves payable={payable} />
          </Section>
          {payable.remittances.length > 0 && (
            <Section title="Remessas">
              <ul className="surface lines">
                {payable.remittances.map((sent) => (
                  <li key={sent.id}>
                    <Link className="grow" to="/financeiro/remessas" search={{ remittance: String(sent.id) } as never}>
                      {sent.name}
                    </Link>
                    <span className="quiet">
                      {sent.answer ??
                        (sent.outcome === 'paid' ? 'o banco pagou' : sent.outcome === 'accepted' ? 'o banco agendou' : 'espera a resposta do banco')}
                    </span>
                  </li>
                ))}
              </ul>
            </Section>
          )}
        </div>
        <div className="stack">
          <Facts payable={payable} terms={pays ? () => setDoing('terms') : null} />
          {payable.siblings.length > 0 && (
            <Section title="Outras parcelas">
              <ul className="surface lines">
                {payable.siblings.map((twin) => (
                  <li key={twin.id}>
                    <Link to={`/financeiro/pagar/${twin.id}` as never}>{dateOf(twin.due_on)}</Link>
                    <span className="grow quiet">{stateWords[twin.state].toLowerCase()}</span>
                    <Money centavos={twin.amount} currency />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <Section title="O que aconteceu">
            <History events={payable.events} />
          </Section>
        </div>
      </div>
      {acts.dialogs}
      {doing === 'change' && <PayableForm payable={payable} close={close} />}
      {doing === 'cancel' && <CancelPayable id={id} close={close} />}
      {doing === 'terms' && payable.supplier !== null && <TermsForm supplier={payable.supplier} close={close} />}
      <Confirm
        opened={doing === 'unpay'}
        close={close}
        title="Desfazer o pagamento?"
        verb="Desfazer pagamento"
        busy={unpay.busy}
        run={() => unpay.run({ payable: id })}
      >
        Os lançamentos do pagamento ganham os opostos, com a data de hoje, e a conta volta a esperar o pagamento.
      </Confirm>
    </Page>
  )
}
