import { Button, Modal, Skeleton, TextInput } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import {
  cancelPayableEndpoint,
  kindWords,
  methodWords,
  readPayable,
  seePayableEndpoint,
  stateWords,
  takeApprovalBackEndpoint,
  unpayEndpoint,
} from '../../server/payables/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { Failed } from '../components/Empty.tsx'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { Code, Money, TaxId } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { dateOf } from '../components/days.ts'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { usePayableActs } from './Acts.tsx'
import { History } from './History.tsx'
import { PayableForm } from './PayableForm.tsx'
import { TermsForm } from './TermsForm.tsx'
import { dueWords, paidByWords, standing } from './words.ts'
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
      {doing === 'cancel' && <Cancel id={id} close={close} />}
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

function Sum({ payable }: { payable: Payable }) {
  const { paid, amount, discount, discount_until: until } = payable
  return (
    <div className="surface pay-amount">
      <div>
        <span className="quiet">Valor</span>
        <strong>
          <Money centavos={amount} currency />
        </strong>
        {discount > 0 && (
          <span className="quiet">
            <Money centavos={discount} currency /> de desconto até {dateOf(until!)}
          </span>
        )}
      </div>
      <div>
        <span className="quiet">Vencimento</span>
        <strong>{dateOf(payable.due_on)}</strong>
        <span className={payable.late !== null && payable.late > 0 ? 'pay-late' : 'quiet'}>{dueWords(payable.late)}</span>
      </div>
      {paid !== null && (
        <div>
          <span className="quiet">Pago em {dateOf(payable.paid_on!)}</span>
          <strong>
            <Money centavos={paid} currency />
          </strong>
          <span className="quiet">
            {paid > amount ? (
              <>
                com <Money centavos={paid - amount} currency /> de juros,{' '}
              </>
            ) : paid < amount ? (
              <>
                com <Money centavos={amount - paid} currency /> de desconto,{' '}
              </>
            ) : null}
            {payable.paid_by && paidByWords[payable.paid_by]}
          </span>
        </div>
      )}
    </div>
  )
}

function Moves({ payable }: { payable: Payable }) {
  if (!payable.moves.length) return <p className="surface padded quiet">Ainda nada: esta conta só é devida a partir de {dateOf(payable.due_on)}.</p>
  return (
    <div className="surface pay-scroll" tabIndex={0} role="region" aria-label="Lançamentos no diário">
      <table className="pay-moves">
        <thead>
          <tr>
            <th>Dia</th>
            <th>De</th>
            <th>Para</th>
            <th className="right">Valor (R$)</th>
          </tr>
        </thead>
        <tbody>
          {payable.moves.map((move) => (
            <tr key={move.id} data-undone={move.undone || undefined}>
              <td>{dateOf(move.day)}</td>
              <td>{move.from}</td>
              <td>{move.to}</td>
              <td className="right">
                <Money centavos={move.centavos} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Facts({ payable, terms }: { payable: Payable; terms: (() => void) | null }) {
  const facts: [string, React.ReactNode][] = [
    ['Tipo', `${kindWords[payable.kind]}${payable.every_months ? `, a cada ${payable.every_months === 1 ? 'mês' : `${payable.every_months} meses`}` : ''}`],
    ['CPF ou CNPJ', payable.document ? <TaxId of={payable.document} /> : <span className="quiet">falta, para pagar por remessa</span>],
    ['Descrição', payable.description || null],
    ['Número', payable.number],
    ['Nota', payable.nota && <Link to={`/fiscal/recebidas/${payable.nota}` as never}>NF-e {payable.nota_number}</Link>],
    ['Emissão', payable.issued_on && dateOf(payable.issued_on)],
    ['Empresa', payable.company?.name],
    ['Como se paga', methodWords[payable.method]],
    [
      'Linha digitável',
      payable.typed_line ? (
        <Code of={grouped(payable.typed_line)} />
      ) : payable.method === 'boleto' && payable.state !== 'paid' ? (
        <span className="quiet">falta, para pagar por remessa</span>
      ) : null,
    ],
    ['Chave Pix', payable.pix_key && <Code of={payable.pix_key} />],
    [
      'Banco',
      payable.bank_details &&
        `${payable.bank_details.bank}, agência ${payable.bank_details.branch}, conta ${payable.bank_details.account}-${payable.bank_details.digit}`,
    ],
    [
      'Mercadoria',
      payable.kind !== 'supplier' ? null : payable.goods === payable.amount ? (
        payable.nota === null ? (
          'toda; entra no estoque pelo recebimento'
        ) : (
          'toda para o estoque'
        )
      ) : payable.goods === 0 ? (
        'nada para o estoque: despesa'
      ) : (
        <>
          <Money centavos={payable.goods} currency /> para o estoque
        </>
      ),
    ],
    ['Lançada por', payable.typed_by],
    [
      'Aprovada',
      payable.approved_at && (
        <>
          <When at={payable.approved_at} /> por {payable.approved_by}
        </>
      ),
    ],
    [
      'Paga pela conta',
      payable.bank &&
        (payable.bank_line ? <Link to={`/financeiro/rastro/${payable.bank_line}` as never}>{payable.bank.name}, linha do extrato</Link> : payable.bank.name),
    ],
    ['Cancelada por', payable.cancelled_reason],
  ]
  return (
    <div className="surface">
      <dl className="pay-facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {payable.supplier !== null && terms && (
        <div className="padded">
          <Button variant="default" size="compact-sm" onClick={terms}>
            Prazos e pagamento deste fornecedor
          </Button>
        </div>
      )}
    </div>
  )
}

/** As printed on the boleto, so that it can be compared by eye. */
const grouped = (line: string) =>
  line.length === 47
    ? line.replace(/^(\d{5})(\d{5})(\d{5})(\d{6})(\d{5})(\d{6})(\d)(\d{14})$/, '$1.$2 $3.$4 $5.$6 $7 $8')
    : line.replace(/^(\d{11})(\d)(\d{11})(\d)(\d{11})(\d)(\d{11})(\d)$/, '$1-$2 $3-$4 $5-$6 $7-$8')

function Cancel({ id, close }: { id: number; close: () => void }) {
  const [reason, setReason] = useState('')
  const act = useAct(cancelPayableEndpoint, { quiet: true, done: 'Conta cancelada', onDone: close })
  return (
    <Modal opened onClose={close} title="Cancelar esta conta?">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          act.run({ payable: id, reason })
        }}
      >
        <p className="pay-hint">Ela sai do que se deve, e o que foi lançado ganha o oposto. Não volta: uma conta devida se lança de novo.</p>
        <TextInput
          label="Por quê"
          placeholder="Lançada duas vezes"
          required
          data-autofocus
          value={reason}
          error={faultOf(act.refusal, 'reason')}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <FormFaults refusal={act.refusal} fields={['reason']} />
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" color="var(--bad)" c="var(--surface)" loading={act.busy} disabled={!reason.trim()}>
            Cancelar conta
          </Button>
        </div>
      </form>
    </Modal>
  )
}
