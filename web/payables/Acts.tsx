import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { approveEndpoint, beyondDue, dueOn, markPaidEndpoint, payableBoard, writeRemittanceEndpoint } from '../../server/payables/contract.ts'
import type { PayableRow } from '../../server/payables/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { Money } from '../components/Values.tsx'
import { count } from '../components/format.ts'
import { keysAreTaken } from '../components/listKeys.ts'
import { useMay } from '../session.ts'
import { Reais } from './Reais.tsx'
import '../components/Lines.css'

type Rows = { rows: PayableRow[]; done: () => void }
type Doing = ({ act: 'pay' } & Rows) | ({ act: 'send' } & Rows) | { act: 'left'; left: AnswerOf<typeof approveEndpoint>['left'] }

/** What can be done with many payables: `bulk` for the table, `open` for a single one, `dialogs` somewhere in the page. */
export function usePayableActs() {
  const may = useMay()
  const [doing, setDoing] = useState<Doing | null>(null)
  const close = () => setDoing(null)
  const approve = useAct(approveEndpoint, {
    done: ({ approved }) => (approved ? count(approved, 'conta aprovada', 'contas aprovadas') : ''),
    onDone: ({ left }) => left.length && setDoing({ act: 'left', left }),
  })
  const bulk = ({ rows, clear }: { rows: PayableRow[]; clear: () => void }) => {
    const open = rows.filter(({ state }) => state === 'open')
    const approved = rows.filter(({ state }) => state === 'approved')
    const payable = rows.filter(({ state }) => state === 'approved' || state === 'sent')
    const keys = {
      ...(may('money.approve') && open.length ? { a: () => (approve.run({ payables: open.map(({ id }) => id) }), clear()) } : {}),
      ...(may('money.pay') && approved.length ? { r: () => setDoing({ act: 'send', rows: approved, done: clear }) } : {}),
      ...(may('money.pay') && payable.length ? { p: () => setDoing({ act: 'pay', rows: payable, done: clear }) } : {}),
    }
    return (
      <>
        <Keys of={keys} />
        <span className="quiet">
          <Money centavos={rows.reduce((sum, { amount }) => sum + amount, 0)} currency />
        </span>
        {may('money.approve') && (
          <Button size="compact-sm" disabled={!open.length} loading={approve.busy} rightSection={<kbd>a</kbd>} onClick={keys.a}>
            Aprovar
          </Button>
        )}
        {may('money.pay') && (
          <>
            <Button size="compact-sm" variant="default" disabled={!approved.length} rightSection={<kbd>r</kbd>} onClick={keys.r}>
              Gerar remessa
            </Button>
            <Button size="compact-sm" variant="default" disabled={!payable.length} rightSection={<kbd>p</kbd>} onClick={keys.p}>
              Marcar como pagas
            </Button>
          </>
        )}
      </>
    )
  }
  const dialogs =
    doing &&
    (doing.act === 'pay' ? (
      <PayDialog {...doing} close={close} />
    ) : doing.act === 'send' ? (
      <SendDialog {...doing} close={close} />
    ) : (
      <Left left={doing.left} close={close} />
    ))
  return { bulk, dialogs, approve, open: (act: 'pay' | 'send', row: PayableRow) => setDoing({ act, rows: [row], done: () => undefined }) }
}

function Keys({ of }: { of: Record<string, (() => void) | undefined> }) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const act = keysAreTaken(event) ? undefined : of[event.key]
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  })
  return null
}

/** The bank accounts as choices; the first that fits is chosen already. */
export function useBanks(agreement: boolean) {
  const { data } = useRead(payableBoard)
  const banks = (data?.banks ?? []).filter((bank) => !agreement || bank.agreement)
  const [chosen, choose] = useState<string | null>(null)
  const value = chosen ?? (banks[0] ? String(banks[0].id) : null)
  return {
    data: banks.map(({ id, name }) => ({ value: String(id), label: name })),
    value,
    choose,
    loaded: data !== undefined,
    today: data?.today ?? '',
    all: data?.banks ?? [],
  }
}

/** These were paid on a day: what was due on it, or another amount when it is one. */
function PayDialog({ rows, done, close }: { rows: PayableRow[]; done: () => void; close: () => void }) {
  const banks = useBanks(false)
  const [on, setOn] = useState('')
  const day = on || banks.today
  const owed = (row: PayableRow) => dueOn(row, day)
  const [paid, setPaid] = useState<number | null>(null)
  const act = useAct(markPaidEndpoint, {
    quiet: true,
    done: ({ paid: many }) => (many ? count(many, 'conta paga', 'contas pagas') : 'Já estava paga'),
    onDone: () => (close(), done()),
  })
  const only = rows.length === 1 ? rows[0]! : null
  const centavos = only ? (paid ?? owed(only)) : rows.reduce((sum, row) => sum + owed(row), 0)
  const difference = only ? beyondDue(only, day, centavos) : 0
  return (
    <Modal opened onClose={close} title={only ? `Pagar ${only.beneficiary}` : `Marcar ${rows.length} contas como pagas`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          act.run({ on: day, bank_account: Number(banks.value), payables: rows.map((row) => ({ payable: row.id, ...(only ? { centavos } : {}) })) })
        }}
      >
        {banks.loaded && !banks.data.length ? (
          <p className="pay-band">Cadastre a conta bancária de que o dinheiro sai, em Financeiro, Bancos.</p>
        ) : (
          <div className="pay-fields">
            <TextInput
              type="date"
              label="Dia do pagamento"
              required
              max={banks.today}
              value={day}
              error={faultOf(act.refusal, 'on')}
              onChange={(event) => setOn(event.currentTarget.value)}
            />
            <Select label="Saiu da conta" data={banks.data} value={banks.value} allowDeselect={false} onChange={banks.choose} />
            {only && (
              <Reais
                className="whole"
                label="Valor pago (R$)"
                data-autofocus
                value={centavos}
                change={setPaid}
                description={
                  difference > 0 ? 'A diferença entra como juros' : difference < 0 ? 'A diferença entra como desconto' : 'O que era devido neste dia'
                }
                inputWrapperOrder={['label', 'input', 'description', 'error']}
              />
            )}
          </div>
        )}
        <div className="pay-sum">
          <span>{only ? (difference === 0 ? 'Total' : difference > 0 ? 'Juros' : 'Desconto') : 'Total'}</span>
          <Money centavos={difference === 0 ? centavos : Math.abs(difference)} currency />
        </div>
        <FormFaults refusal={act.refusal} fields={['on']} />
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" loading={act.busy} disabled={!banks.value || centavos <= 0}>
            Marcar como {only ? 'paga' : 'pagas'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Writes the bank's file. What cannot go in it is named, and can be left out. */
function SendDialog({ rows: all, done, close }: { rows: PayableRow[]; done: () => void; close: () => void }) {
  const banks = useBanks(true)
  const navigate = useNavigate()
  const [rows, setRows] = useState(all)
  const [payOn, setPayOn] = useState('')
  const act = useAct(writeRemittanceEndpoint, {
    quiet: true,
    done: ({ payments }) => `Remessa com ${count(payments, 'pagamento', 'pagamentos')}: baixe e envie ao banco`,
    onDone: ({ remittance }) => {
      close()
      done()
      void navigate({ to: '/financeiro/remessas' as never, search: { remittance: String(remittance) } as never })
    },
  })
  const wrong = (act.refusal?.faults ?? []).flatMap(({ field, message }) => (field.startsWith('payables.') ? { id: Number(field.slice(9)), message } : []))
  const bad = new Set(wrong.map(({ id }) => id))
  const good = rows.filter(({ id }) => !bad.has(id))
  const leave = () => {
    setRows(good)
    act.reset()
  }
  return (
    <Modal opened onClose={close} title="Gerar remessa para o banco" size="md">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          act.run({ bank_account: Number(banks.value), payables: rows.map(({ id }) => id), ...(payOn ? { pay_on: payOn } : {}) })
        }}
      >
        {banks.loaded && !banks.data.length ? (
          <p className="pay-band">Nenhuma conta bancária tem o convênio de pagamento. Preencha-o em Remessas, com os dados que o banco deu.</p>
        ) : (
          <div className="pay-fields">
            <Select label="Paga pela conta" data={banks.data} value={banks.value} allowDeselect={false} onChange={banks.choose} />
            <TextInput
              type="date"
              label="Pagar em"
              description="Vazio: cada uma no vencimento, ou hoje se já venceu"
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              min={banks.today}
              value={payOn}
              error={faultOf(act.refusal, 'pay_on')}
              onChange={(event) => setPayOn(event.currentTarget.value)}
            />
          </div>
        )}
        <div className="pay-sum">
          <span>{count(rows.length, 'pagamento', 'pagamentos')}</span>
          <Money centavos={rows.reduce((sum, { amount }) => sum + amount, 0)} currency />
        </div>
        {wrong.length > 0 ? (
          <div className="form-faults" role="alert">
            <strong>{count(bad.size, 'conta não pode', 'contas não podem')} ir nesta remessa</strong>
            <ul className="pay-faults">
              {wrong.map(({ id, message }) => (
                <li key={id + message}>{message}</li>
              ))}
            </ul>
            {good.length > 0 && (
              <Button mt={8} size="compact-sm" variant="default" onClick={leave}>
                Deixar de fora e seguir com {good.length}
              </Button>
            )}
          </div>
        ) : (
          <FormFaults refusal={act.refusal} fields={['pay_on']} />
        )}
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" loading={act.busy} disabled={!banks.value || !rows.length}>
            Gerar arquivo
          </Button>
        </div>
      </form>
    </Modal>
  )
}

const Left = ({ left, close }: { left: AnswerOf<typeof approveEndpoint>['left']; close: () => void }) => (
  <Modal opened onClose={close} title={`${count(left.length, 'conta ficou', 'contas ficaram')} sem aprovação`}>
    <div className="stack">
      <ul className="pay-faults">
        {left.map(({ payable, reason }) => (
          <li key={payable}>{reason}</li>
        ))}
      </ul>
      <div className="row form-end">
        <Button onClick={close}>Entendi</Button>
      </div>
    </div>
  </Modal>
)
