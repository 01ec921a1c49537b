import { Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { IconPlus, IconRepeat } from '@tabler/icons-react'
import { useState } from 'react'
import { addRecurrenceEndpoint, changeRecurrenceEndpoint, kindWords, listRecurrences, methodWords } from '../../server/payables/contract.ts'
import type { Kind } from '../../server/payables/contract.ts'
import type { AnswerOf, SentTo } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { count, money } from '../components/format.ts'
import { useMay } from '../session.ts'
import { EditModal } from '../settings/EditModal.tsx'
import { Page } from '../shell/Page.tsx'
import { options } from './PayableForm.tsx'
import { Reais } from './Reais.tsx'
import './payables.css'

type Row = AnswerOf<typeof listRecurrences>['rows'][number]
const often = (months: number) => (months === 1 ? 'todo mês' : months === 12 ? 'todo ano' : `a cada ${months} meses`)

const columns: Column<Row>[] = [
  { key: 'who', title: 'Quem recebe', card: 'title', long: 'cut', cell: (row) => row.beneficiary },
  { key: 'what', title: 'O que é', long: 'cut', cell: (row) => <span className="pay-what">{row.description || kindWords[row.kind]}</span> },
  { key: 'when', title: 'Quando', cell: (row) => `dia ${row.month_day}, ${often(row.every_months)}` },
  { key: 'next', title: 'Próxima a pagar', cell: (row) => (row.next_unpaid ? dateOf(row.next_unpaid) : '') },
  { key: 'until', title: 'Até', cell: (row) => (row.until ? dateOf(row.until) : '') },
  {
    key: 'state',
    title: 'Situação',
    card: 'corner',
    cell: (row) => <State {...(row.active ? { tone: 'ok', word: 'ativa' } : { tone: 'idle', word: 'encerrada' })} />,
  },
  { key: 'amount', title: 'Valor (R$)', align: 'right', width: 120, cell: (row) => <Money centavos={row.amount} /> },
]

/** Rent, salaries, services: the next ones are made 120 days ahead. */
export function Recurrences() {
  const may = useMay()
  const query = useRead(listRecurrences)
  const [editing, setEditing] = useState<Row | 'new' | null>(null)
  const pays = may('money.pay')
  return (
    <Page
      title="Contas que se repetem"
      back={{ to: '/financeiro/pagar', label: 'Contas a pagar' }}
      action={
        pays && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
            Nova repetição
          </Button>
        )
      }
    >
      <DataTable
        label="Contas que se repetem"
        rows={asRows(query, ({ rows }) => rows)}
        columns={columns}
        rowKey={(row) => row.id}
        {...(pays ? { open: setEditing } : {})}
        totals={
          query.data ? { who: count(query.data.rows.length, 'repetição', 'repetições'), state: 'por mês', amount: <Money centavos={query.data.a_month} /> } : {}
        }
        empty={
          <Empty icon={IconRepeat} title="Nenhuma conta se repete ainda" action={pays && { label: 'Nova repetição', run: () => setEditing('new') }}>
            Aluguel, salários, contador, internet: diga uma vez, e as próximas aparecem sozinhas em Contas a pagar e no fluxo de caixa, com 120 dias de
            antecedência.
          </Empty>
        }
      />
      {editing && <RecurrenceForm of={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
    </Page>
  )
}

const fields = ['beneficiary', 'document', 'description', 'amount', 'next_due', 'until', 'every_months', 'pix_key', 'month_day']

function RecurrenceForm({ of, close }: { of: Row | null; close: () => void }) {
  const [draft, setDraft] = useState({
    kind: of?.kind ?? ('rent' as Kind),
    beneficiary: of?.beneficiary ?? '',
    document: of?.document ?? '',
    description: of?.description ?? '',
    amount: of?.amount ?? 0,
    method: of?.method ?? ('boleto' as const),
    pix_key: of?.pix_key ?? '',
    month_day: of?.month_day ?? 0,
    every_months: of?.every_months ?? 1,
    next_due: of?.next_unpaid && of.next_unpaid > today() ? of.next_unpaid : (of?.next_due ?? ''),
    until: of?.until ?? '',
    active: of?.active ?? true,
  })
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }))
  const done = ({ made }: { made: number }) => `Salvo: ${count(made, 'conta feita', 'contas feitas')} para os próximos 120 dias`
  const add = useAct(addRecurrenceEndpoint, { quiet: true, done, onDone: close })
  const change = useAct(changeRecurrenceEndpoint, { quiet: true, done, onDone: close })
  const act = of ? change : add
  const fault = (field: string) => faultOf(act.refusal, field)
  const day = Number(draft.next_due.slice(8)) || 0
  const isLast = day > 0 && day === lastOf(draft.next_due)
  const send = () => {
    const { document, pix_key, until, ...rest } = draft
    const sent: SentTo<typeof addRecurrenceEndpoint> = {
      ...rest,
      company: of?.company ?? null,
      supplier: of?.supplier ?? null,
      bank_details: of?.bank_details ?? null,
      document: document || null,
      pix_key: draft.method === 'pix' ? pix_key || null : null,
      until: until || null,
      month_day: isLast && draft.month_day === 31 ? 31 : day || draft.month_day,
    }
    if (of) change.run({ recurrence: of.id, ...sent })
    else add.run(sent)
  }
  const text = (name: 'beneficiary' | 'document' | 'description' | 'pix_key', label: string, more: object = {}) => (
    <TextInput label={label} value={draft[name]} error={fault(name)} onChange={(event) => set({ [name]: event.currentTarget.value })} {...more} />
  )
  return (
    <EditModal
      opened
      close={close}
      size="lg"
      title={of ? 'Alterar repetição' : 'Nova conta que se repete'}
      send={send}
      busy={act.busy}
      refusal={act.refusal}
      fields={fields}
      ready={Boolean(draft.beneficiary && draft.amount && draft.next_due)}
    >
      {of && (
        <p className="pay-hint">Só mudam as que ainda vão vencer e não foram pagas nem enviadas ao banco. As aprovadas precisam de aprovação outra vez.</p>
      )}
      <div className="pay-fields">
        <Select label="Tipo" data={options(kindWords)} value={draft.kind} allowDeselect={false} onChange={(kind) => kind && set({ kind: kind as Kind })} />
        {text('description', 'Descrição')}
        {text('beneficiary', 'Quem recebe', { required: true, 'data-autofocus': true })}
        {text('document', 'CPF ou CNPJ')}
        <Reais label="Valor (R$)" required value={draft.amount} change={(amount) => set({ amount })} error={fault('amount')} />
        <NumberInput
          label="A cada quantos meses"
          min={1}
          max={12}
          value={draft.every_months}
          error={fault('every_months')}
          description={draft.amount && draft.every_months > 1 ? `R$ ${money(draft.amount / draft.every_months)} por mês` : often(draft.every_months)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          onChange={(value) => set({ every_months: Number(value) || 1 })}
        />
        <TextInput
          type="date"
          label={of ? 'Próximo vencimento que muda' : 'Primeiro vencimento'}
          required
          value={draft.next_due}
          error={fault('next_due') ?? fault('month_day')}
          onChange={(event) => set({ next_due: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label="Até (vazio: sem fim)"
          value={draft.until}
          error={fault('until')}
          onChange={(event) => set({ until: event.currentTarget.value })}
        />
        <Select
          label="Forma de pagamento"
          data={options(methodWords)}
          value={draft.method}
          allowDeselect={false}
          onChange={(method) => method && set({ method: method as typeof draft.method })}
        />
        {draft.method === 'pix' && text('pix_key', 'Chave Pix')}
      </div>
      {isLast && (
        <Checkbox
          label="Sempre no último dia do mês"
          checked={draft.month_day === 31}
          onChange={(event) => set({ month_day: event.currentTarget.checked ? 31 : day })}
        />
      )}
      {of && (
        <Checkbox
          label="Ativa"
          description="Sem a marca, as que ainda vão vencer saem da lista"
          checked={draft.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
        />
      )}
    </EditModal>
  )
}

const today = () => new Date().toISOString().slice(0, 10)
const lastOf = (day: string) => new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).getUTCDate()
