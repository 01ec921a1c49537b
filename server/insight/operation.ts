import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { phases } from './contract.ts'
import type { Operation, Phase } from './contract.ts'
import { figure, percent } from './figure.ts'
import { readPeriod } from './period.ts'
import type { Period } from './period.ts'

const definition =
  'Pedido perfeito chega até o dia prometido ao consumidor, completo (nada cancelado por falta), certo (sem item ou endereço errado depois de expedido) e sem avaria. Conta no dia em que chega no prazo, ou no dia prometido que passou sem ele chegar; o que ainda não venceu não conta. Cancelado pelo consumidor não conta; cancelado por falta (informada na separação ou na bancada, ou sem estoque reservado) conta como incompleto. Sem data prometida não há como atrasar: conta pelos outros três.'
const firstPassDefinition =
  'Envios etiquetados no período cuja conferência, até a primeira etiqueta, não achou falta, item errado nem avaria. Erro achado aqui não chega ao consumidor.'
const reasonTitles: Record<string, string> = { missing: 'Faltou', wrong: 'Item errado', damaged: 'Avariado' }

/** The operation of some days of the merchant, and the queues of this instant. @throws 422 invalid_input */
export async function insightOperation(tx: Tx, input: { from?: string | undefined; to?: string | undefined }): Promise<Operation> {
  const period = await readPeriod(tx, input)
  const { rows: clock } = await sql<{ at: string }>`select now() as at`.execute(tx)
  return {
    at: one(clock).at,
    from: period.from,
    to: period.to,
    perfect: await perfectOrders(tx, period),
    first_pass: await firstPass(tx, period),
    phases: await phaseTimes(tx, period),
    days: await daysOf(tx, period),
    operators: await operatorsOf(tx, period),
    queue: await liveQueue(tx),
  }
}

async function perfectOrders(tx: Tx, { from, to, since, until }: Period): Promise<Operation['perfect']> {
  const { rows } = await sql<Record<'measured' | 'perfect' | 'late' | 'timed' | 'incomplete' | 'wrong' | 'damaged' | 'without_promise', number>>`
    select count(*)::int as measured, count(*) filter (where perfect)::int as perfect,
      count(on_time)::int as timed, count(*) filter (where not on_time)::int as late, count(*) filter (where not complete)::int as incomplete,
      count(*) filter (where not right_goods)::int as wrong, count(*) filter (where not undamaged)::int as damaged, count(*) filter (where promised_on is null)::int as without_promise
    from perfect_order_between(${since}, ${until})`.execute(tx)
  const { measured, perfect, timed, late, incomplete, wrong, damaged, without_promise } = one(rows)
  const failing = (metric: 'not_on_time' | 'not_complete' | 'not_right' | 'not_undamaged', value: number, whole = measured) => ({
    orders: figure(value, { metric, from, to }),
    percent: percent(whole - value, whole),
  })
  return {
    definition,
    percent: percent(perfect, measured),
    measured: figure(measured, { metric: 'measured', from, to }),
    perfect: figure(perfect, { metric: 'perfect', from, to }),
    on_time: failing('not_on_time', late, timed),
    complete: failing('not_complete', incomplete),
    right: failing('not_right', wrong),
    undamaged: failing('not_undamaged', damaged),
    without_promise,
  }
}

async function firstPass(tx: Tx, { from, to, since, until }: Period): Promise<Operation['first_pass']> {
  const { rows } = await sql<{ checked: number; with_error: number; reasons: { reason: string; errors: number }[] }>`
    with first as materialized (select errors, reasons from first_check_between(${since}, ${until}))
    select (select count(*)::int from first) as checked, (select count(*)::int from first where errors > 0) as with_error,
      (select coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'errors', errors) order by errors desc, reason), '[]')
       from (select reason, count(*)::int as errors from first, unnest(reasons) as reason group by reason) counted) as reasons`.execute(tx)
  const { checked, with_error, reasons } = one(rows)
  return {
    definition: firstPassDefinition,
    percent: percent(checked - with_error, checked),
    checked: figure(checked, { metric: 'first_checked', from, to }),
    with_error: figure(with_error, { metric: 'first_check_errors', from, to }),
    reasons: reasons.map((row) => ({ ...row, title: reasonTitles[row.reason] ?? row.reason })),
  }
}

async function phaseTimes(tx: Tx, { from, to, since, until }: Period): Promise<Operation['phases']> {
  const { rows } = await sql<{ phase: Phase; shipments: number; median: number; p90: number }>`
    select phase, shipments, (spread.percentiles)[1] as median, (spread.percentiles)[2] as p90
    from (
      select phase, percentile_cont(array[0.5, 0.9]) within group (order by minutes) as percentiles, count(*)::int as shipments
      from phase_left_between(${since}, ${until}) group by phase
    ) spread`.execute(tx)
  return names.map((phase) => {
    const row = rows.find((found) => found.phase === phase)
    return {
      phase,
      title: phases[phase],
      shipments: figure(row?.shipments ?? 0, { metric: 'phase_time', phase, from, to }),
      median: minutes(row?.median),
      p90: minutes(row?.p90),
    }
  })
}

const names = Object.keys(phases) as Phase[]
/** One decimal is what a clock on the wall can be compared with. */
const minutes = (value: number | undefined) => (value === undefined ? null : Math.round(value * 10) / 10)

/** Every day of the period, also those on which nothing happened. */
async function daysOf(tx: Tx, { since, until }: Period): Promise<Operation['days']> {
  const { rows } = await sql<{ day: string; picked: number; dispatched: number }>`
    select days.day::text as day, count(distinct order_id) filter (where operation = 'finish_pick')::int as picked, count(distinct order_id) filter (where operation = 'dispatch')::int as dispatched
    from days_between(${since}, ${until}) days
    left join order_event event on event.operation in ('finish_pick', 'dispatch') and event.at >= days.since and event.at < days.until
    group by days.day order by days.day`.execute(tx)
  return rows.map(({ day, picked, dispatched }) => ({
    day,
    picked: figure(picked, { metric: 'picked', from: day, to: day }),
    dispatched: figure(dispatched, { metric: 'dispatched', from: day, to: day }),
  }))
}

interface OperatorRow {
  person: number | null
  name: string
  shift_id: number | null
  shift: string | null
  picked: number
  units: number
  checked: number
  packed: number
  dispatched: number
  minutes: number
}

/** An order that somebody touched on two days counts on both; twice on one day, once, in the shift of the last time. */
async function operatorsOf(tx: Tx, { from, to, since, until }: Period): Promise<Operation['operators']> {
  const { rows } = await sql<OperatorRow>`
    select person_id as person, coalesce(person.name, 'Sem operador') as name, worked.shift_id, shift.name as shift,
      picked, units, checked, packed, dispatched, minutes
    from (
      select person_id, shift_id, sum(picked)::int as picked, sum(units)::int as units, sum(checked)::int as checked, sum(packed)::int as packed, sum(dispatched)::int as dispatched, sum(minutes) as minutes
      from operator_day_between(${since}, ${until}) group by person_id, shift_id
    ) worked
    left join person on person.id = worked.person_id
    left join shift on shift.id = worked.shift_id
    order by picked + packed + dispatched desc, name, worked.shift_id`.execute(tx)
  return rows.map(({ person, name, shift_id, shift, units, minutes: present, ...row }) => {
    const filter = { from, to, person: person ?? 0, shift: shift_id ?? 0 }
    const done = row.picked + row.packed + row.dispatched
    return {
      person,
      name,
      shift: shift_id === null ? null : { id: shift_id, name: shift ?? '' },
      picked: figure(row.picked, { metric: 'picked', ...filter }),
      units,
      checked: figure(row.checked, { metric: 'checked', ...filter }),
      packed: figure(row.packed, { metric: 'packed', ...filter }),
      dispatched: figure(row.dispatched, { metric: 'dispatched', ...filter }),
      hours: Math.round(present / 6) / 10,
      per_hour: present > 0 ? Math.round((done / (present / 60)) * 10) / 10 : null,
    }
  })
}

async function liveQueue(tx: Tx): Promise<Operation['queue']> {
  const { rows } = await sql<{ phase: Phase; shipments: number; oldest: string; oldest_minutes: number; without_stock: number }>`
    select phase, shipments, oldest, (extract(epoch from now() - oldest) / 60)::float8 as oldest_minutes, without_stock from phase_queue`.execute(tx)
  return names.map((phase) => {
    const row = rows.find((found) => found.phase === phase)
    return {
      phase,
      title: phases[phase],
      shipments: figure(row?.shipments ?? 0, { metric: 'queue', phase }),
      oldest: row?.oldest ?? null,
      oldest_minutes: minutes(row?.oldest_minutes),
      without_stock: row?.without_stock ?? 0,
    }
  })
}
