import { Skeleton } from '@mantine/core'
import { IconArrowBackUp, IconCashBanknoteOff, IconQuestionMark, IconTrendingDown } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Home } from '../../server/insight/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { cashAheadEndpoint } from '../../server/treasury/contract.ts'
import { useRead } from '../client.ts'
import { dateOf } from '../components/days.ts'
import { count, money, number } from '../components/format.ts'
import { Spark } from '../components/Kpi.tsx'
import { State } from '../components/State.tsx'
import type { Tone } from '../components/State.tsx'

import { useMay } from '../session.ts'

type Figures = Home['profit']
type Low = AnswerOf<typeof cashAheadEndpoint>['lowest'] | undefined

/** The alarm of profitability: the margin and its run, listings that lose, the cash ahead, what channels owe back, what nobody told apart. */
export function Profit({ of }: { of: Figures | undefined }) {
  const may = useMay()('money.read')
  // the days that somebody can still do something about
  const cash = useRead(cashAheadEndpoint, { days: 30 }, { when: may })
  const low = cash.data?.lowest
  const tone = of ? toneOf(of, low) : 'idle'
  return (
    <section className="surface alarm alarm-profit" data-tone={tone}>
      <header>
        <h2>Rentabilidade</h2>
        {of && <State tone={tone} word={verdict(of, low)} />}
      </header>
      <div className="alarm-cells">
        <Cell
          label="Margem de contribuição"
          note={of ? trendOf(of.margin) : ' '}
          to="/vendas/margem"
          value={of && (of.margin.now === null ? '–' : `${number(of.margin.now, 1)} %`)}
          run={of?.margin.trend}
          tone={of && falls(of.margin) ? 'warn' : undefined}
        />
        <Cell
          icon={IconTrendingDown}
          label="Anúncios com prejuízo"
          note={of && of.negative.listings > 0 ? `R$ ${money(of.negative.lost)} em 30 dias` : 'nos últimos 30 dias'}
          to="/vendas/margem"
          search={{ only: 'negative' }}
          value={of && number(of.negative.listings)}
          tone={of && of.negative.listings > 0 ? 'bad' : undefined}
        />
        {may && (
          <Cell
            icon={IconCashBanknoteOff}
            label="Menor caixa em 30 dias (R$)"
            note={low ? `em ${dateOf(low.day)}, só com as vendas já feitas` : ' '}
            to="/financeiro/caixa"
            value={low && whole(low.balance)}
            tone={low && low.balance < 0 ? 'bad' : undefined}
          />
        )}
        <Cell
          icon={IconArrowBackUp}
          label="A recuperar (R$)"
          note={
            of && of.recover.claims > 0
              ? `${count(of.recover.claims, 'cobrança', 'cobranças')}, até ${of.recover.deadline ? dateOf(of.recover.deadline) : 'sem prazo'}`
              : 'nada cobrado a mais'
          }
          to="/financeiro/recuperar"
          value={of && whole(of.recover.centavos)}
          tone={of && of.recover.claims > 0 ? 'warn' : undefined}
        />
        <Cell
          icon={IconQuestionMark}
          label="Linhas sem dono"
          note={of ? ageOf(of.unmatched) : ' '}
          to={of && of.unmatched.bank.count > of.unmatched.lines.count ? '/financeiro/bancos' : '/financeiro/repasses'}
          value={of && number(of.unmatched.lines.count + of.unmatched.bank.count)}
          tone={of && oldest(of.unmatched) > 7 ? 'warn' : undefined}
        />
      </div>
    </section>
  )
}

function Cell({
  icon: Sign,
  label,
  note,
  value,
  run,
  to,
  search,
  tone,
}: {
  icon?: Icon
  label: string
  note: string
  value: string | undefined
  run?: (number | null)[] | undefined
  to: string
  search?: Record<string, string>
  tone?: Tone | undefined
}) {
  return (
    <Link to={to as never} search={(search ?? {}) as never} className="alarm-cell" data-tone={tone}>
      <span className="alarm-number">
        {value ?? <Skeleton component="span" display="block" height={30} width={64} />}
        {tone && Sign && <Sign size={20} stroke={1.8} aria-hidden />}
        {run && <Spark values={run} />}
      </span>
      <span className="alarm-label">{label}</span>
      <span className="alarm-note">{note}</span>
    </Link>
  )
}

/** Centavos as whole reais. */
const whole = (centavos: number) => `${centavos < 0 ? '−' : ''}${number(Math.round(Math.abs(centavos) / 100))}`
const falls = ({ now, before }: Figures['margin']) => now !== null && before !== null && before - now >= 1
const oldest = ({ lines, bank }: Figures['unmatched']) => Math.max(lines.oldest_days ?? 0, bank.oldest_days ?? 0)

function toneOf({ margin, negative, recover, unmatched }: Figures, low: Low): Tone {
  if ((low && low.balance < 0) || negative.listings > 0 || (margin.now ?? 0) < 0) return 'bad'
  return falls(margin) || recover.claims > 0 || oldest(unmatched) > 7 ? 'warn' : margin.now === null ? 'idle' : 'ok'
}
function verdict(of: Figures, low: Low): string {
  if (low && low.balance < 0) return 'O caixa não chega'
  if (of.negative.listings > 0) return 'Há venda com prejuízo'
  if (falls(of.margin)) return 'A margem caiu'
  if (of.recover.claims > 0) return 'Há dinheiro a recuperar'
  return of.margin.now === null ? 'Ainda sem números' : 'No rumo'
}
function trendOf({ now, before }: Figures['margin']): string {
  if (now === null) return 'sem vendas com custo conhecido'
  if (before === null) return 'nos últimos 7 dias'
  const change = Math.round((now - before) * 10) / 10
  return change === 0
    ? 'igual aos 28 dias antes'
    : `${number(Math.abs(change), 1)} ponto${Math.abs(change) >= 2 ? 's' : ''} ${change > 0 ? 'acima' : 'abaixo'} dos 28 dias antes`
}
function ageOf(unmatched: Figures['unmatched']): string {
  const { lines, bank } = unmatched
  if (lines.count + bank.count === 0) return 'tudo conciliado'
  const age = oldest(unmatched)
  return `a mais velha ${age === 0 ? 'é de hoje' : `há ${count(age, 'dia', 'dias')}`}`
}
