import { Link } from '@tanstack/react-router'
import { IconArrowBackUp, IconCalendarX, IconClipboardX, IconClockExclamation, IconTruckOff } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { Skeleton } from '@mantine/core'
import type { Figure, Home } from '../../server/insight/contract.ts'
import { count, number } from '../components/format.ts'
import { State } from '../components/State.tsx'
import type { Tone } from '../components/State.tsx'
import { wayTo } from './opens.ts'
import './insight.css'

/** The alarms whose facts exist: late deliveries, and processes that nobody executed. */
export function Alarms({ late, stopped }: { late: Home['late'] | undefined; stopped: Home['not_executed'] | undefined }) {
  const stopsLate = late ? late.dispatch.value + late.delivery.value : undefined
  const toCome = late ? late.forecast.by_rate.value + late.forecast.by_stock.value : 0
  return (
    <div className="alarms">
      <section className="surface alarm alarm-late" data-tone={toneOf(stopsLate, toCome)}>
        <header>
          <h2>Atrasos</h2>
          {late && <State tone={toneOf(stopsLate, toCome)} word={verdict(stopsLate ?? 0, toCome, late.forecast.unknown)} />}
        </header>
        <div className="alarm-cells">
          <Cell icon={IconClockExclamation} label="Prazo de postagem vencido" note="ainda na casa" of={late?.dispatch} tone="bad" />
          <Cell icon={IconCalendarX} label="Entrega vencida" note="o dia prometido passou" of={late?.delivery} tone="bad" />
          <Cell
            icon={IconTruckOff}
            label="Vai atrasar pelo ritmo"
            note={paceOf(late)}
            title={late?.forecast.formula}
            of={late?.forecast.by_rate}
            unknown={(late?.forecast.unknown ?? 0) > 0}
            tone="warn"
          />
          <Cell
            icon={IconTruckOff}
            label="Vai atrasar por estoque"
            note="falta produto para o prazo"
            title={late?.forecast.formula}
            of={late?.forecast.by_stock}
            tone="warn"
          />
        </div>
      </section>
      <section className="surface alarm" data-tone={toneOf(stopped ? stopped.put_backs.value + stopped.counts.value : undefined, 0)}>
        <header>
          <h2>Processos parados</h2>
          {stopped && (
            <State
              tone={stopped.put_backs.value + stopped.counts.value ? 'bad' : 'ok'}
              word={stopped.put_backs.value + stopped.counts.value ? 'Há mais de 24 horas' : 'Em dia'}
            />
          )}
        </header>
        <div className="alarm-cells">
          <Cell icon={IconArrowBackUp} label="Devolver à prateleira" note="esperam há mais de 24 h" of={stopped?.put_backs} tone="bad" />
          <Cell icon={IconClipboardX} label="Contagens pedidas" note="esperam há mais de 24 h" of={stopped?.counts} tone="bad" />
        </div>
      </section>
    </div>
  )
}

/** `unknown`: for some the figure cannot be known, so a zero would claim too much. */
function Cell({
  icon: Sign,
  label,
  note,
  title,
  of,
  unknown,
  tone,
}: {
  icon: Icon
  label: string
  note: string
  title?: string | undefined
  of: Figure | undefined
  unknown?: boolean
  tone: Tone
}) {
  const inside = (
    <>
      <span className="alarm-number">
        {of === undefined ? <Skeleton component="span" display="block" height={30} width={48} /> : unknown && of.value === 0 ? '?' : number(of.value)}
        {of !== undefined && of.value > 0 && <Sign size={20} stroke={1.8} aria-hidden />}
      </span>
      <span className="alarm-label">{label}</span>
      <span className="alarm-note">{note}</span>
    </>
  )
  if (!of || of.value === 0)
    return (
      <div className="alarm-cell" title={title}>
        {inside}
      </div>
    )
  const { to, search } = wayTo(of.rows)
  return (
    <Link to={to} search={search as never} className="alarm-cell" data-tone={tone} title={title}>
      {inside}
    </Link>
  )
}

const toneOf = (now: number | undefined, soon: number): Tone => (now === undefined ? 'idle' : now > 0 ? 'bad' : soon > 0 ? 'warn' : 'ok')

// an order may be in two of the figures, so they are never added up
const verdict = (now: number, soon: number, unknown: number) =>
  now > 0 ? 'Há atraso' : soon > 0 ? 'Em risco' : unknown > 0 ? 'Nada atrasado agora' : 'Tudo no prazo'

/** The forecast says by which pace it was made, and for whom it cannot speak. */
function paceOf(late: Home['late'] | undefined): string {
  if (!late) return ' '
  const { unknown, rates } = late.forecast
  if (unknown > 0) return `sem ritmo para prever ${count(unknown, 'envio', 'envios')}`
  const known = rates.filter((rate) => rate.per_hour !== null)
  return known.map((rate) => `${rate.step === 'pick' ? 'separa' : 'embala'} ${number(rate.per_hour ?? 0)}/h`).join(' · ') || 'nada na fila'
}
