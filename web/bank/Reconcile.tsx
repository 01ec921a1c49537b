import { Button, Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconChecks, IconKeyboard } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { exportBankLines, listBankLines, listBanks } from '../../server/bank/contract.ts'
import { useRead, useRows } from '../client.ts'
import { Download } from '../components/Download.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { count, money } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { Closed, SendStatement } from './Banks.tsx'
import { Candidates } from './Candidates.tsx'
import { Difference } from './Difference.tsx'
import { History } from './History.tsx'
import { LineList } from './LineList.tsx'
import { RuleForm } from './RuleForm.tsx'
import { SplitForm } from './SplitForm.tsx'
import { useReconcile } from './useReconcile.ts'
import './bank.css'

/** The statement on the left, what the line can be on the right; every act has a key. */
export function Reconcile() {
  const { account: id } = useParams({ strict: false }) as { account: string }
  const account = Number(id)
  const banks = useRead(listBanks)
  const bank = banks.data?.rows.find((row) => row.id === account)
  const [filters, filter, clear] = useFilters(listBankLines)
  const { state = 'open', direction, q, from, until, found } = filters
  const given = { account, ...(direction ? { direction } : {}), ...(q ? { q } : {}), ...(from ? { from } : {}), ...(until ? { until } : {}) }
  const list = useRows(listBankLines, { ...given, state: 'open', order: 'old' }, { limit: 200, when: state === 'open' })
  const work = useReconcile(account, list)
  const may = useMay()('money.reconcile')
  const phone = useMediaQuery('(max-width: 900px)', undefined, { getInitialValueInEffect: false })
  const totals = list.answer?.totals
  const left = Math.max(0, (totals?.open ?? 0) - work.leaving)
  return (
    <Page
      title={bank?.name ?? 'Conta bancária'}
      back={{ to: '/financeiro/bancos', label: 'Bancos' }}
      aside={
        <span className="row">
          {totals && (
            <span className="bank-left" aria-live="polite">
              {left ? (
                <>
                  {left === 1 ? 'falta ' : 'faltam '}
                  <strong>{left}</strong> de {totals.lines}
                </>
              ) : (
                <State tone="ok" word="tudo explicado" />
              )}
            </span>
          )}
          {banks.data && banks.data.closed_until > '2000-01-01' && <Closed until={banks.data.closed_until} />}
        </span>
      }
      action={
        <>
          <Button className="bank-help" variant="default" leftSection={<IconKeyboard size={16} />} onClick={() => work.open('help')}>
            Teclas
          </Button>
          <Button component={Link} to="/financeiro/banco/regras" variant="default">
            Regras
          </Button>
          <Download endpoint={exportBankLines} input={{ ...given, state, ...(found ? { found } : {}) }}>
            CSV
          </Download>
          {may && <SendStatement />}
        </>
      }
      filters={
        <FilterChips
          filters={{ state, direction, q, from, until, found } as Record<string, string | undefined>}
          change={(change) => filter(change as never)}
          {...(direction || q || from || until || found ? { clear } : {})}
          placeholder="Texto ou valor"
          of={[
            {
              name: 'state',
              label: 'Situação',
              spread: true,
              options: [
                { value: 'open', label: 'Abertas', ...(totals ? { count: left } : {}) },
                { value: 'done', label: 'Explicadas' },
              ],
            },
            {
              name: 'direction',
              label: 'Sentido',
              spread: true,
              options: [
                { value: 'in', label: 'Entradas' },
                { value: 'out', label: 'Saídas' },
              ],
            },
            ...(state === 'done'
              ? [
                  {
                    name: 'found',
                    label: 'Ligada por',
                    options: [
                      { value: 'auto', label: 'automático' },
                      { value: 'rule', label: 'regra' },
                      { value: 'person', label: 'pessoa' },
                    ],
                  },
                ]
              : []),
          ]}
        >
          <Days from={from} until={until} change={(change) => filter(change as never)} />
        </FilterChips>
      }
    >
      {bank && <Sums bank={bank} />}
      {state === 'done' ? (
        <History filters={{ ...given, state: 'done', ...(found ? { found } : {}) }} />
      ) : list.error ? (
        <Failed error={list.error} retry={list.retry} />
      ) : !list.loading && work.lines.length === 0 ? (
        <div className="surface">
          <Empty
            icon={IconChecks}
            title={bank && bank.lines === 0 ? 'Nenhum extrato ainda' : 'Nada a explicar aqui'}
            action={bank && bank.lines === 0 ? <SendStatement /> : undefined}
          >
            {bank && bank.lines === 0
              ? 'Envie o OFX, CNAB ou CSV do banco: o que o sistema reconhece já vem ligado, e o resto aparece nesta tela.'
              : 'Cada linha deste filtro já tem a sua explicação. O histórico fica em Explicadas, com o desfazer.'}
          </Empty>
        </div>
      ) : (
        <div className="bank-two-sides">
          <LineList work={work} loading={list.loading} more={list.more} />
          {phone ? (
            <Modal opened={work.sheet} onClose={() => work.setSheet(false)} title="O que é esta linha?" fullScreen={false} yOffset="0" className="bank-sheet">
              {work.line && <Candidates key={work.line.id} work={work} may={may} />}
            </Modal>
          ) : (
            <aside className="surface bank-side" aria-label="O que a linha pode ser">
              {work.line ? <Candidates key={work.line.id} work={work} may={may} /> : <p className="quiet">Escolha uma linha.</p>}
            </aside>
          )}
        </div>
      )}
      {work.dialog === 'rule' && work.line && <RuleForm line={work.line} account={account} close={() => work.open(null)} ruled={work.ruled} />}
      {work.dialog === 'split' && work.line && <SplitForm line={work.line} close={() => work.open(null)} send={work.explain} />}
      {work.differing && work.line && <Difference line={work.line} candidate={work.differing} close={work.drop} send={work.explain} />}
      <Help opened={work.dialog === 'help'} close={() => work.open(null)} />
    </Page>
  )
}

/** Bank, books and what is between them: the three add up, always. */
function Sums({
  bank,
}: {
  bank: { in_bank: number; in_books: number; unexplained: number; ahead: number; gaps: { from: string; until: string }[]; differs: number | null }
}) {
  return (
    <>
      <p className="bank-sums" aria-label="Saldos em reais">
        <span>
          No banco{' '}
          <strong>
            <Money centavos={bank.in_bank} />
          </strong>
        </span>
        <span>
          = nos livros{' '}
          <strong>
            <Money centavos={bank.in_books} />
          </strong>
        </span>
        <span>
          + sem explicação{' '}
          <strong>
            <Money centavos={bank.unexplained} />
          </strong>
        </span>
        {bank.ahead !== 0 && (
          <span title="Está nos livros e ainda não apareceu num extrato">
            − lançado sem extrato{' '}
            <strong>
              <Money centavos={bank.ahead} />
            </strong>
          </span>
        )}
      </p>
      {bank.gaps.length > 0 && (
        <p className="bank-gap">
          <State tone="warn" word={`Faltam ${count(bank.gaps.length, 'período', 'períodos')} de extrato:`} />{' '}
          {bank.gaps.map(({ from, until }) => `${dateOf(from)} a ${dateOf(until)}`).join(' · ')}
        </p>
      )}
      {!bank.gaps.length && bank.differs !== null && bank.differs !== 0 && (
        <p className="bank-gap">
          <State tone="bad" word={`O último extrato diz ${money(bank.differs)} a mais do que temos`} />
        </p>
      )}
    </>
  )
}

function Days({
  from,
  until,
  change,
}: {
  from: string | undefined
  until: string | undefined
  change: (change: { from?: string | undefined; until?: string | undefined }) => void
}) {
  return (
    <span className="bank-days">
      <input type="date" aria-label="Do dia" value={from ?? ''} onChange={(event) => change({ from: event.currentTarget.value || undefined })} />
      <span className="quiet">a</span>
      <input type="date" aria-label="Até o dia" value={until ?? ''} onChange={(event) => change({ until: event.currentTarget.value || undefined })} />
    </span>
  )
}

const keys: [string, string][] = [
  ['j ou ↓', 'Próxima linha'],
  ['k ou ↑', 'Linha anterior'],
  ['Enter', 'É a primeira sugestão'],
  ['1 a 9', 'É a sugestão desse número'],
  ['/', 'Procurar conta a pagar, repasse ou conta do plano'],
  ['f', 'Fazer uma regra com o texto desta linha'],
  ['s', 'Dividir a linha: contas a pagar, repasses e contas do plano'],
  ['u', 'Desfazer o último'],
  ['?', 'Esta folha'],
]

function Help({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Conciliar só com o teclado">
      <dl className="bank-keys">
        {keys.map(([key, act]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{act}</dd>
          </div>
        ))}
      </dl>
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button data-autofocus onClick={close}>
          Entendi
        </Button>
      </div>
    </Modal>
  )
}
