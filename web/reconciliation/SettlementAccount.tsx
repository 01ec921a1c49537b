import { Button } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import {
  explainLinesEndpoint,
  exportSettlementLines,
  giveUpEndpoint,
  lineLists,
  listSettlementLines,
  matchAgainEndpoint,
  openReasons,
  settlementAccount,
  takeUpEndpoint,
  undoSettlementsEndpoint,
  unexplainLinesEndpoint,
} from '../../server/reconciliation/contract.ts'
import type { LineExit, SettlementRow } from '../../server/reconciliation/contract.ts'
import { useAct, useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column, Selection } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { showUndo } from '../components/undo.tsx'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { BeforeUs } from './BeforeUs.tsx'
import { LineDrawer } from './LineDrawer.tsx'
import { WalletCheck } from './WalletCheck.tsx'
import { capital, lineState } from './words.ts'

const columns: Column<SettlementRow>[] = [
  {
    key: 'order',
    title: 'Pedido',
    card: 'title',
    cell: (row) => row.external_order ?? row.payment_ref ?? <span className="quiet">sem número</span>,
  },
  { key: 'day', title: 'Dia', width: 100, cell: (row) => <When at={row.paid_on ?? row.due_on} style="date" /> },
  { key: 'state', title: 'Situação', card: 'corner', width: 214, cell: (row) => <State {...lineState(row)} /> },
  { key: 'expected', title: 'Esperado (R$)', align: 'right', width: 116, cell: (row) => <Money centavos={row.expected?.net} /> },
  { key: 'came', title: 'Pago (R$)', align: 'right', width: 108, cell: (row) => <Money centavos={row.charged?.net} /> },
  { key: 'difference', title: 'Diferença (R$)', align: 'right', width: 120, cell: (row) => (row.difference ? <Money centavos={row.difference} /> : null) },
  { key: 'said', title: 'O que difere', long: 'cut', cell: (row) => row.said.map((words) => words.replace(/ \(.*\)$/, '')).join('; ') },
]

/** One channel account: the expected beside the paid, line by line. */
export function SettlementAccount() {
  const { account: written } = useParams({ strict: false }) as { account: string }
  const account = Number(written)
  const may = useMay()
  const [filters, filter] = useFilters(listSettlementLines)
  const { show = 'open', ...others } = filters as { show?: keyof typeof lineLists; reason?: keyof typeof openReasons; q?: string }
  const input = { account, show, ...(show === 'open' ? others : { q: others.q }) }
  const rows = useRows(listSettlementLines, input)
  const { data } = useRead(settlementAccount, { account })
  const again = useAct(matchAgainEndpoint, {
    done: ({ settled, open, claims }) =>
      `${count(settled, 'linha conferida', 'linhas conferidas')}, ${count(open, 'aberta', 'abertas')}, ${count(claims, 'cobrança nova', 'cobranças novas')}`,
  })
  const [older, setOlder] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  const at = rows.rows.findIndex(({ key }) => key === shown)
  const [held, hold] = useState<SettlementRow | null>(null)
  const current = at >= 0 ? rows.rows[at]! : shown === held?.key ? held : null
  const open = (row: SettlementRow) => {
    setShown(row.key)
    hold(row)
  }
  // what was done leaves the list: the next one is shown in its place
  const next = () => {
    const following = rows.rows[at + 1]
    if (following) open(following)
    else setShown(null)
  }
  const bulk = useBulk(account, show)
  return (
    <Page
      title={data?.name ?? 'Repasses'}
      back={{ to: '/financeiro/repasses', label: 'Repasses' }}
      action={
        <>
          <Download endpoint={exportSettlementLines} input={input} visibleFrom="sm">
            Baixar CSV
          </Download>
          {may('money.reconcile') && show === 'open' && data?.reasons.some(({ reason }) => reason === 'unknown_order') && (
            <Button variant="default" onClick={() => setOlder(true)}>
              De antes de usarmos
            </Button>
          )}
          {may('money.reconcile') && (
            <Button leftSection={<IconChecks size={16} />} loading={again.busy} onClick={() => again.run({ account })}>
              Conferir de novo
            </Button>
          )}
        </>
      }
      filters={
        <FilterChips
          filters={{ ...filters, show }}
          change={(change) => filter({ ...change, ...('show' in change ? { show: change.show ?? 'open', reason: undefined } : {}) } as never)}
          search="q"
          placeholder="Número do pedido ou do pagamento"
          of={[
            {
              name: 'show',
              label: 'Lista',
              spread: true,
              options: (Object.entries(lineLists) as [keyof typeof lineLists, string][]).map(([value, label]) => ({
                value,
                label,
                ...(data && value in data.lists ? { count: data.lists[value as keyof typeof data.lists] } : {}),
              })),
            },
            ...(show === 'open' && data && data.reasons.length > 0
              ? [
                  {
                    name: 'reason',
                    label: 'Motivo',
                    options: data.reasons.map(({ reason, lines }) => ({ value: reason, label: capital(openReasons[reason]), count: lines })),
                  },
                ]
              : []),
          ]}
        />
      }
    >
      {data?.wallet && <WalletCheck wallet={data.wallet} />}
      <DataTable
        label={lineLists[show]}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.key}
        open={open}
        tone={(row) => (lineState(row).tone === 'bad' ? 'bad' : lineState(row).tone === 'warn' ? 'warn' : undefined)}
        {...(may('money.reconcile') && bulk ? { bulk } : {})}
        empty={<Empty icon={IconChecks} title={others.q || others.reason ? 'Nada com estes filtros' : nothing[show]} />}
      />
      <BeforeUs account={account} opened={older} close={() => setOlder(false)} />
      <LineDrawer account={account} row={current} close={() => setShown(null)} next={next} />
    </Page>
  )
}

const nothing: Record<keyof typeof lineLists, string> = {
  open: 'Toda linha que veio tem a sua venda',
  short: 'Nada pago a menos à espera do canal',
  unpaid: 'Nada vencido por receber',
  matched: 'Nenhuma linha conferida ainda',
  explained: 'Nenhuma linha explicada por uma pessoa',
}

function useBulk(account: number, show: keyof typeof lineLists) {
  const undo = useAct(undoSettlementsEndpoint, { done: ({ undone }) => `${count(undone, 'ligação desfeita', 'ligações desfeitas')}` })
  const giveUp = useAct(giveUpEndpoint)
  const takeUp = useAct(takeUpEndpoint, { done: 'Voltaram a ser esperados' })
  const lose = async ({ rows, clear }: Selection<SettlementRow>) => {
    const receivables = rows.flatMap(({ receivable }) => receivable ?? [])
    const { lost } = await giveUp.send({ receivables })
    showUndo(count(lost, 'recebível dado por perdido', 'recebíveis dados por perdidos'), () => takeUp.run({ receivables }))
    clear()
  }
  const explain = useAct(explainLinesEndpoint)
  const reopen = useAct(unexplainLinesEndpoint, { done: ({ opened }) => `${count(opened, 'linha aberta de novo', 'linhas abertas de novo')}` })
  const say = async ({ rows, clear }: Selection<SettlementRow>, said: LineExit) => {
    const lines = rows.flatMap(({ line }) => line ?? [])
    // as many as one act may hold
    const parts = Array.from({ length: Math.ceil(lines.length / 500) }, (_, part) => lines.slice(part * 500, part * 500 + 500))
    for (const part of parts) await explain.send({ account, lines: part, said })
    showUndo(count(lines.length, 'linha explicada', 'linhas explicadas'), () => {
      for (const part of parts) reopen.run({ account, lines: part })
    })
    clear()
  }
  if (show === 'open')
    return (selection: Selection<SettlementRow>) => (
      <>
        <Button size="compact-sm" loading={explain.busy} onClick={() => void say(selection, 'before_us').catch(() => undefined)}>
          De antes de usarmos o Retaguarda
        </Button>
        <Button size="compact-sm" variant="default" loading={explain.busy} onClick={() => void say(selection, 'extra_income').catch(() => undefined)}>
          Dinheiro a mais, sem venda
        </Button>
      </>
    )
  if (show === 'explained')
    return ({ rows, clear }: Selection<SettlementRow>) => (
      <Button
        size="compact-sm"
        loading={reopen.busy}
        onClick={() => void reopen.send({ account, lines: rows.flatMap(({ line }) => line ?? []) }).then(clear, () => undefined)}
      >
        Voltar atrás
      </Button>
    )
  if (show === 'unpaid')
    return (selection: Selection<SettlementRow>) => (
      <Button size="compact-sm" loading={giveUp.busy} onClick={() => void lose(selection).catch(() => undefined)}>
        Dar por perdidos
      </Button>
    )
  if (show === 'matched' || show === 'short')
    return ({ rows, clear }: Selection<SettlementRow>) => (
      <Button
        size="compact-sm"
        loading={undo.busy}
        onClick={() => void undo.send({ account, lines: rows.flatMap(({ line }) => line ?? []) }).then(clear, () => undefined)}
      >
        Desfazer as ligações
      </Button>
    )
  return null
}
