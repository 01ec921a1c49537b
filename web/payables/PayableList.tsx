import { Button, Menu } from '@mantine/core'
import { IconDots, IconPlus, IconReceipt, IconFileUpload, IconRepeat, IconScale, IconUpload } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { uploadImport } from '../../server/channels/contract.ts'
import { exportPayables, kindWords, listPayables, payableBoard, stateWords } from '../../server/payables/contract.ts'
import type { PayableRow } from '../../server/payables/contract.ts'
import { addressOf, useAct, useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import type { Filter } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { count, money } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { DueDays } from '../receivables/DueDays.tsx'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { usePayableActs } from './Acts.tsx'
import { ApprovalLimit } from './ApprovalLimit.tsx'
import { PayableForm, options } from './PayableForm.tsx'
import { WeekStrip } from './WeekStrip.tsx'
import { dueWords, standing, whatFor } from './words.ts'
import './payables.css'

const columns: Column<PayableRow>[] = [
  {
    key: 'due',
    title: 'Vencimento',
    width: 190,
    cell: (row) => (
      <>
        {dateOf(row.due_on)} <span className={row.late !== null && row.late > 0 ? 'pay-late' : 'quiet'}>{dueWords(row.late)}</span>
      </>
    ),
  },
  { key: 'who', title: 'Quem recebe', card: 'title', long: 'cut', cell: (row) => row.beneficiary },
  { key: 'what', title: 'O que é', long: 'cut', cell: (row) => <span className="pay-what">{whatFor(row)}</span> },
  { key: 'kind', title: 'Tipo', width: 150, card: 'hidden', cell: (row) => kindWords[row.kind] },
  {
    key: 'state',
    title: 'Situação',
    width: 120,
    card: 'corner',
    cell: (row) => <State {...standing(row)} {...(row.attention ? { title: row.attention } : {})} />,
  },
  { key: 'amount', title: 'Valor (R$)', align: 'right', width: 120, cell: (row) => <Money centavos={row.paid ?? row.amount} /> },
]

/** What we owe, by the day that it is due: approve, send to the bank, mark as paid. */
export function PayableList() {
  const may = useMay()
  const navigate = useNavigate()
  const [filters, filter, clear] = useFilters(listPayables)
  const rows = useRows(listPayables, filters)
  const { data: board } = useRead(payableBoard)
  const acts = usePayableActs()
  const [adding, setAdding] = useState(false)
  const [limiting, setLimiting] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const upload = useAct(uploadImport, { onDone: (page) => void navigate({ to: `/importar/${page.id}` as never }) })
  const of: Filter[] = [
    {
      name: 'state',
      label: 'Situação',
      spread: true,
      options: [
        { value: 'open', label: 'A aprovar', count: board?.to_approve.count ?? 0 },
        { value: 'approved', label: 'Aprovadas', count: board?.to_send.count ?? 0 },
        { value: 'sent', label: 'No banco', count: board?.sent.count ?? 0 },
        { value: 'paid', label: 'Pagas' },
        ...(filters.state === 'cancelled' || filters.state === 'all'
          ? [{ value: filters.state, label: filters.state === 'all' ? 'Todas' : stateWords.cancelled }]
          : []),
      ],
    },
    ...(board?.to_look_at || filters.look
      ? [{ name: 'look', label: 'Avisos', spread: true, options: [{ value: 'yes', label: 'A conferir', count: board?.to_look_at ?? 0, alarm: true }] }]
      : []),
    { name: 'kind', label: 'Tipo', options: options(kindWords) },
    ...((board?.suppliers.length ?? 0) > 1
      ? [{ name: 'supplier', label: 'Fornecedor', options: board!.suppliers.map(({ id, name }) => ({ value: String(id), label: name })) }]
      : []),
  ]
  const filtered = Object.keys(filters).length > 0
  const totals = rows.answer?.totals
  return (
    <Page
      title="Contas a pagar"
      action={
        <>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" leftSection={<IconDots size={16} />}>
                Mais
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item component={Link} to="/financeiro/remessas" leftSection={<IconFileUpload size={16} />}>
                Remessas ao banco
              </Menu.Item>
              <Menu.Item component={Link} to="/financeiro/recorrentes" leftSection={<IconRepeat size={16} />}>
                Contas que se repetem
              </Menu.Item>
              {may('money.pay') && (
                <Menu.Item leftSection={<IconUpload size={16} />} onClick={() => chooser.current?.click()}>
                  Enviar planilha
                </Menu.Item>
              )}
              <Menu.Item component="a" href={addressOf(exportPayables, filters)} download>
                Baixar CSV
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item onClick={() => filter({ state: 'all', week: undefined, from: undefined })}>Ver todas, também as pagas</Menu.Item>
              <Menu.Item onClick={() => filter({ state: 'cancelled', week: undefined, from: undefined })}>Ver as canceladas</Menu.Item>
              {may('settings.manage') && (
                <Menu.Item leftSection={<IconScale size={16} />} onClick={() => setLimiting(true)}>
                  Limite de aprovação
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
          {may('money.pay') && (
            <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
              Nova conta
            </Button>
          )}
          <input
            ref={chooser}
            type="file"
            accept=".csv,.xlsx,.txt"
            aria-label="Planilha de contas a pagar"
            hidden
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? []
              if (file) upload.run({ kind: 'payables' }, file)
              event.currentTarget.value = ''
            }}
          />
        </>
      }
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          search="q"
          more={Boolean(filters.from || filters.until || filters.week)}
          placeholder="Quem recebe, número, CNPJ ou valor"
          of={of}
        >
          <DueDays filters={filters} change={(days) => filter({ ...days, week: undefined })} />
        </FilterChips>
      }
    >
      {board && <WeekStrip board={board} week={filters.week} from={filters.from} choose={(week) => filter({ ...week, state: undefined, until: undefined })} />}
      {(board?.strange_notas.count ?? 0) > 0 && (
        <div className="pay-band">
          <p>
            {count(board!.strange_notas.count, 'nota recebida é', 'notas recebidas são')} de fornecedores que não estão no cadastro (R${' '}
            {money(board!.strange_notas.centavos)}): só viram contas a pagar quando você receber a mercadoria ou cadastrar o fornecedor.
          </p>
          <Button component={Link} to="/fiscal/recebidas" variant="default" size="compact-sm">
            Ver as notas
          </Button>
        </div>
      )}
      <DataTable
        label="Contas a pagar"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        href={(row) => `/financeiro/pagar/${row.id}`}
        tone={(row) => (row.attention ? 'warn' : row.late !== null && row.late > 0 && row.state !== 'sent' ? 'bad' : undefined)}
        {...(may('money.pay') || may('money.approve') ? { bulk: acts.bulk } : {})}
        totals={totals ? { due: count(totals.count, 'conta', 'contas'), amount: <Money centavos={totals.centavos} /> } : {}}
        empty={
          filtered ? (
            <Empty icon={IconReceipt} title="Nenhuma conta com estes filtros" action={{ label: 'Limpar os filtros', run: clear }} />
          ) : (
            <Empty icon={IconReceipt} title="Nada a pagar" action={may('money.pay') && { label: 'Nova conta', run: () => setAdding(true) }}>
              As notas dos fornecedores viram contas a pagar sozinhas, parcela por parcela. Aluguel, impostos e salários se lançam aqui, ou numa planilha.
            </Empty>
          )
        }
      />
      {acts.dialogs}
      {adding && <PayableForm close={() => setAdding(false)} added={(id) => void navigate({ to: `/financeiro/pagar/${id}` as never })} />}
      {limiting && <ApprovalLimit limit={board?.approval_limit ?? null} close={() => setLimiting(false)} />}
    </Page>
  )
}
