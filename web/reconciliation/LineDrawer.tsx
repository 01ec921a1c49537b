import { Button, Checkbox, Drawer, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import {
  giveUpEndpoint,
  lineCandidates,
  lineExits,
  lineRules,
  settleLineEndpoint,
  takeUpEndpoint,
  undoSettlementsEndpoint,
  unexplainLinesEndpoint,
} from '../../server/reconciliation/contract.ts'
import type { SettlementRow } from '../../server/reconciliation/contract.ts'
import { useAct, useRead } from '../client.ts'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { State } from '../components/State.tsx'
import { money } from '../components/format.ts'
import { showUndo } from '../components/undo.tsx'
import { useMay } from '../session.ts'
import { BatchSales } from './BatchSales.tsx'
import { LineExits } from './LineExits.tsx'
import { Parts } from './Parts.tsx'
import { capital, lineState } from './words.ts'
import '../components/Lines.css'
import './reconciliation.css'

/** One line or sale: the calculation, where it stands, and what a person may do with it. */
export function LineDrawer({ account, row, close, next }: { account: number; row: SettlementRow | null; close: () => void; next: () => void }) {
  return (
    <Drawer
      opened={row !== null}
      onClose={close}
      position="right"
      size="min(560px, 100vw)"
      title={row ? `Pedido ${row.external_order ?? 'sem número'}` : ''}
      closeButtonProps={{ 'aria-label': 'Fechar' }}
    >
      {row && <Inside key={row.key} account={account} row={row} next={next} />}
    </Drawer>
  )
}

function Inside({ account, row, next }: { account: number; row: SettlementRow; next: () => void }) {
  const may = useMay()
  const settle = useAct(settleLineEndpoint)
  const undo = useAct(undoSettlementsEndpoint, { done: 'Ligação desfeita: a linha está aberta' })
  const giveUp = useAct(giveUpEndpoint)
  const takeUp = useAct(takeUpEndpoint, { done: 'O recebível voltou a ser esperado' })
  const reopen = useAct(unexplainLinesEndpoint, { done: 'A linha está aberta de novo' })
  const lose = async () => {
    const receivables = [row.receivable!]
    await giveUp.send({ receivables })
    showUndo('Dado por perdido', () => takeUp.run({ receivables }))
    next()
  }
  const open = async () => {
    await undo.send({ account, lines: [row.line!] })
    next()
  }
  const takeBack = async () => {
    await reopen.send({ account, lines: [row.line!] })
    next()
  }
  const link = async (receivable: number, how: 'full' | 'part', ask: boolean) => {
    await settle.send({ line: row.line!, receivable, how, ask })
    showUndo(how === 'full' ? 'Recebível quitado' : 'Parte paga', () => undo.run({ account, lines: [row.line!] }))
    next()
  }
  return (
    <div className="stack settle-drawer">
      <div>
        <State {...lineState(row)} />
      </div>
      {(row.expected || row.charged) && <Parts expected={row.expected} charged={row.charged} />}
      {row.said.length > 0 && (
        <ul className="settle-said">
          {row.said.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
      <dl className="settle-facts">
        {row.order !== null && (
          <>
            <dt>Pedido</dt>
            <dd>
              <Link to="/pedidos/$order" params={{ order: String(row.order) }}>
                {row.external_order ?? row.order}
              </Link>
            </dd>
          </>
        )}
        {row.receivable !== null && (
          <>
            <dt>Recebível</dt>
            <dd>
              <Link to="/financeiro/recebiveis/$receivable" params={{ receivable: String(row.receivable) }}>
                vence em <When at={row.due_on} style="date" />
              </Link>
            </dd>
          </>
        )}
        {row.line !== null && (
          <>
            <dt>Linha</dt>
            <dd>
              {row.file}, linha {row.row}, de <When at={row.paid_on} style="date" />
            </dd>
          </>
        )}
        {row.rule && (
          <>
            <dt>Conferida por</dt>
            <dd>{lineRules[row.rule]}</dd>
          </>
        )}
        {row.explained && (
          <>
            <dt>O que é</dt>
            <dd>
              {capital(lineExits[row.explained.said])}
              {row.explained.other && `: linha ${row.explained.other.row} de ${row.explained.other.file}`}
              {row.explained.claim !== null && `: cobrança ${row.explained.claim}`}
            </dd>
            <dt>Quem disse</dt>
            <dd>
              {row.explained.who ?? 'Sistema'}, <When at={row.explained.at} style="full" />
            </dd>
          </>
        )}
        {row.claim && (
          <>
            <dt>A recuperar</dt>
            <dd>
              <Link to="/financeiro/recuperar" search={{ q: row.external_order ?? '' } as never}>
                R$ {money(row.claim.amount)}
              </Link>
            </dd>
          </>
        )}
      </dl>
      {may('money.reconcile') && row.reason !== null && row.reason !== 'negative' && (
        <Candidates row={row} busy={settle.busy} next={next} link={(...given) => void link(...given).catch(() => undefined)} />
      )}
      {may('money.reconcile') && row.reason !== null && <LineExits account={account} row={row} next={next} />}
      {may('money.reconcile') && row.explained && (
        <Button variant="default" loading={reopen.busy} onClick={() => void takeBack().catch(() => undefined)}>
          Voltar atrás
        </Button>
      )}
      {may('money.reconcile') && row.rule !== null && (
        <Button variant="default" loading={undo.busy} onClick={() => void open().catch(() => undefined)}>
          Desfazer a ligação
        </Button>
      )}
      {may('money.reconcile') && row.line === null && (
        <Button variant="default" loading={giveUp.busy} onClick={() => void lose().catch(() => undefined)}>
          Dar por perdido
        </Button>
      )}
    </div>
  )
}

function Candidates({
  row,
  busy,
  link,
  next,
}: {
  row: SettlementRow
  busy: boolean
  link: (receivable: number, how: 'full' | 'part', ask: boolean) => void
  next: () => void
}) {
  const [q, setQ] = useState('')
  const [typed] = useDebouncedValue(q.trim(), 250)
  const [chosen, choose] = useState<number | null>(null)
  const [ask, setAsk] = useState(true)
  const { data } = useRead(lineCandidates, { line: row.line!, ...(typed ? { q: typed } : {}) })
  const rows = data?.rows ?? []
  const picked = rows.find(({ receivable }) => receivable === chosen) ?? rows[0]
  const net = row.charged?.net ?? 0
  const short = picked ? picked.open - net : 0
  return (
    <section className="stack" aria-label="De que venda é">
      {data && <BatchSales row={row} sales={data.sales} next={next} />}
      <TextInput label="De que venda é" placeholder="Número do pedido ou do pagamento" value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      {rows.length > 0 ? (
        <ul className="surface candidate-list">
          {rows.map((candidate) => (
            <li key={candidate.receivable}>
              <button type="button" aria-pressed={candidate.receivable === picked?.receivable} onClick={() => choose(candidate.receivable)}>
                <span>{candidate.external_order ?? `Pedido ${candidate.order}`}</span>
                <Money centavos={candidate.open} currency />
                <small>
                  {candidate.why}, vence <When at={candidate.due_on} style="date" />
                </small>
                <small>
                  {candidate.difference === 0
                    ? 'o mesmo valor'
                    : `${candidate.difference < 0 ? 'faltam' : 'sobram'} R$ ${money(Math.abs(candidate.difference))}`}
                </small>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        data && (
          <p className="quiet small">
            {typed ? 'Nenhum recebível em aberto com este número.' : 'Nenhum recebível em aberto deste pedido nem deste valor. Procure pelo número.'}
          </p>
        )
      )}
      {picked && (
        <>
          {short > 0 && (
            <Checkbox label={`Pedir ao canal os R$ ${money(short)} que faltam`} checked={ask} onChange={(event) => setAsk(event.currentTarget.checked)} />
          )}
          <div className="row">
            <Button loading={busy} onClick={() => link(picked.receivable, 'full', ask)} data-autofocus>
              Quitar
            </Button>
            {short > 0 && (
              <Button variant="default" loading={busy} onClick={() => link(picked.receivable, 'part', true)}>
                Paga só uma parte
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  )
}
