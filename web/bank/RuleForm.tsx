import { Button, Checkbox, Modal, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { addRule, applyRule, listBanks, previewRule, saveRule, undoBankEndpoint } from '../../server/bank/contract.ts'
import type { LineRow, RuleRow } from '../../server/bank/contract.ts'
import { useAct, useRead } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { dateOf } from '../components/days.ts'
import { count, money } from '../components/format.ts'
import { showUndo } from '../components/undo.tsx'
import { LedgerSelect } from './LedgerSelect.tsx'
import { signed } from './useReconcile.ts'

/** The words of a memo that say what it is: without numbers, dates and single letters. */
const wordsOf = (memo: string) =>
  memo
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 2)
    .slice(0, 5)
    .join(' ')

const fields = ['name', 'words', 'ledger', 'least', 'most', 'account', 'direction']

/** A rule, from a line or changed. Shows what it would book of what is open before it does, and books that only when asked to. */
export function RuleForm({
  line,
  rule,
  account,
  close,
  ruled,
}: {
  line?: LineRow
  rule?: RuleRow
  account?: number
  close: () => void
  ruled?: (lines: number[], run: number) => void
}) {
  const first = line ? wordsOf(line.memo) || line.memo : (rule?.words ?? '')
  const [draft, setDraft] = useState({
    name: rule?.name ?? first.toLowerCase().replace(/^./, (letter) => letter.toUpperCase()),
    account: rule ? (rule.account?.id ?? null) : (account ?? null),
    words: first,
    direction: rule?.direction ?? (line && line.amount > 0 ? ('in' as const) : ('out' as const)),
    least: rule?.least ?? null,
    most: rule?.most ?? null,
    ledger: rule?.ledger ?? (line?.kind === 'fee' ? 'bank_fee' : line?.kind === 'tax' ? 'taxes' : line?.kind === 'interest' ? 'interest' : ''),
    automatic: rule?.automatic ?? true,
    active: rule?.active ?? true,
  })
  const [now, setNow] = useState(line !== undefined)
  const banks = useRead(listBanks)
  const add = useAct(addRule, { quiet: true })
  const save = useAct(saveRule, { quiet: true })
  const apply = useAct(applyRule)
  const undo = useAct(undoBankEndpoint, { done: 'Aplicação da regra desfeita' })
  const preview = useAct(previewRule, { quiet: true })
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }))
  const [asked] = useDebouncedValue(draft, 200)
  const [shown, setShown] = useState<Awaited<ReturnType<typeof preview.send>> | null>(null)
  const { send } = preview
  const written = JSON.stringify({ ...asked, name: 'regra', ledger: 'bank_fee' })
  useEffect(() => {
    let left = false
    const wanted = JSON.parse(written) as typeof asked
    if (wanted.words.trim().length < 3) return setShown(null)
    send(wanted)
      .then((answer) => left || setShown(answer))
      .catch(() => left || setShown(null))
    return () => {
      left = true
    }
    // `send` is new in every drawing
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [written])
  const act = rule ? save : add
  const run = async () => {
    const { id } = rule ? await save.send({ rule: rule.id, ...draft }) : await add.send(draft)
    if (now && shown?.count) {
      const { run: made, booked } = await apply.send({ rule: id, count: shown.count, centavos: shown.centavos })
      ruled?.(
        shown.lines.map((one) => one.line),
        made,
      )
      showUndo(`${count(booked, 'linha explicada', 'linhas explicadas')} pela regra`, () => undo.run({ run: made }))
    }
    close()
  }
  const fault = (field: string) => faultOf(act.refusal, field)
  return (
    <Modal opened onClose={close} title={rule ? `Alterar ${rule.name}` : 'Regra para o texto desta linha'} size="lg">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void run().catch(() => undefined)
        }}
      >
        <LedgerSelect label="É" value={draft.ledger} change={(ledger) => set({ ledger })} error={fault('ledger')} focus />
        <TextInput
          label="Palavras"
          description="Todas têm de estar no texto, em qualquer ordem, com ou sem acento"
          value={draft.words}
          error={fault('words')}
          onChange={(event) => set({ words: event.currentTarget.value })}
        />
        <div className="bank-fields bank-two">
          <TextInput label="Nome da regra" value={draft.name} error={fault('name')} onChange={(event) => set({ name: event.currentTarget.value })} />
          <Select
            label="Conta"
            clearable
            placeholder="Todas as contas"
            data={(banks.data?.rows ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
            value={draft.account === null ? null : String(draft.account)}
            onChange={(value) => set({ account: value === null ? null : Number(value) })}
          />
        </div>
        <div className="bank-rule-row">
          <SegmentedControl
            aria-label="Sentido"
            data={[
              { value: 'out', label: 'Saída' },
              { value: 'in', label: 'Entrada' },
            ]}
            value={draft.direction}
            onChange={(direction) => set({ direction: direction as 'in' | 'out' })}
          />
          <Reais label="De (R$)" value={draft.least} change={(least) => set({ least })} error={fault('least')} />
          <Reais label="Até (R$)" value={draft.most} change={(most) => set({ most })} error={fault('most')} />
        </div>
        <Checkbox
          label="Explicar sozinha as linhas dos próximos extratos"
          description="Desligada, a regra só sugere"
          checked={draft.automatic}
          onChange={(event) => set({ automatic: event.currentTarget.checked })}
        />
        {rule && <Checkbox label="Em uso" checked={draft.active} onChange={(event) => set({ active: event.currentTarget.checked })} />}
        <section className="bank-preview" aria-live="polite">
          {shown === null ? (
            <p className="quiet">Escreva pelo menos três letras.</p>
          ) : shown.count === 0 ? (
            <p className="quiet">Nenhuma linha aberta combina agora.</p>
          ) : (
            <>
              <Checkbox
                label={`Explicar já ${count(shown.count, 'linha aberta', 'linhas abertas')}, R$ ${signed(shown.centavos)}`}
                checked={now}
                onChange={(event) => setNow(event.currentTarget.checked)}
              />
              <ul>
                {shown.lines.slice(0, 5).map((one) => (
                  <li key={one.line}>
                    <span className="quiet">{dateOf(one.day).slice(0, 5)}</span> <span className="bank-line-text">{one.memo}</span>{' '}
                    <span className="number">{signed(one.amount)}</span>
                  </li>
                ))}
                {shown.count > 5 && <li className="quiet">e mais {shown.count - 5}</li>}
              </ul>
            </>
          )}
        </section>
        <FormFaults refusal={act.refusal} fields={fields} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" loading={act.busy || apply.busy}>
            {rule ? 'Salvar' : 'Criar a regra'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function Reais({ label, value, change, error }: { label: string; value: number | null; change: (value: number | null) => void; error: string | null }) {
  return (
    <NumberInput
      label={label}
      placeholder="qualquer"
      decimalScale={2}
      allowNegative={false}
      value={value === null ? '' : value / 100}
      error={error}
      onChange={(text) => change(text === '' ? null : Math.round(Number(text) * 100))}
    />
  )
}
export const range = ({ least, most }: { least: number | null; most: number | null }) =>
  least === null && most === null
    ? 'qualquer'
    : least === null
      ? `até ${money(most!)}`
      : most === null
        ? `de ${money(least)}`
        : least === most
          ? money(least)
          : `${money(least)} a ${money(most)}`
