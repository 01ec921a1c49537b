import { notFound, conflict } from '../platform/problem.ts'
import { one, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type {
  Done,
  addPrinterEndpoint,
  addShiftEndpoint,
  addStationEndpoint,
  changePrinterEndpoint,
  changeShiftEndpoint,
  changeStationEndpoint,
  printersEndpoint,
  shiftsEndpoint,
  stationsEndpoint,
} from './contract.ts'

/* What the floor is made of: shifts, stations, printers. Few rows, named, never deleted: history points at them. */

export async function shifts(tx: Tx): Promise<AnswerOf<typeof shiftsEndpoint>> {
  const rows = await tx.selectFrom('shift').selectAll().orderBy('starts_at').orderBy('name').execute()
  return { rows: rows.map((row) => ({ ...row, starts_at: row.starts_at.slice(0, 5), ends_at: row.ends_at.slice(0, 5) })) }
}

/** `starts_at` and `ends_at` as HH:MM in the merchant's time zone. @throws 409 name_taken */
export async function addShift(tx: Tx, input: InputOf<typeof addShiftEndpoint>): Promise<AnswerOf<typeof addShiftEndpoint>> {
  return { shift: one(await named(input.name, () => tx.insertInto('shift').values(input).returning('id').execute())).id }
}

export async function changeShift(tx: Tx, { shift, name, starts_at, ends_at }: InputOf<typeof changeShiftEndpoint>): Promise<Done> {
  const changed = await named(name, () => tx.updateTable('shift').set({ name, starts_at, ends_at }).where('id', '=', shift).returning('id').execute())
  if (!changed.length) throw notFound('no_such_shift')
  return {}
}

type StationKind = AnswerOf<typeof stationsEndpoint>['rows'][number]['kind']

export async function stations(tx: Tx): Promise<AnswerOf<typeof stationsEndpoint>> {
  const rows = await tx
    .selectFrom('station')
    .leftJoin('printer', 'printer.id', 'station.printer_id')
    .leftJoin('attendance', (join) => join.onRef('attendance.station_id', '=', 'station.id').on('attendance.ended_at', 'is', null))
    .leftJoin('person', 'person.id', 'attendance.person_id')
    .select([
      'station.id',
      'station.name',
      'station.kind',
      'station.paired_at',
      'station.printer_id',
      'printer.name as printer',
      'person.id as person_id',
      'person.name as person',
      'attendance.began_at',
    ])
    .orderBy('station.kind')
    .orderBy('station.name')
    .execute()
  return {
    rows: rows.map((row) => ({
      id: row.id,
      name: row.name,
      kind: row.kind as StationKind,
      printer: row.printer_id === null ? null : { id: row.printer_id, name: row.printer ?? '' },
      paired_at: row.paired_at,
      operator: row.person_id === null ? null : { id: row.person_id, name: row.person ?? '', since: row.began_at ?? '' },
    })),
  }
}

/** @throws 409 name_taken, 404 no_such_printer */
export async function addStation(tx: Tx, { name, kind, printer }: InputOf<typeof addStationEndpoint>): Promise<AnswerOf<typeof addStationEndpoint>> {
  return { station: one(await named(name, () => tx.insertInto('station').values({ name, kind, printer_id: printer }).returning('id').execute())).id }
}

export async function changeStation(tx: Tx, { station, name, kind, printer }: InputOf<typeof changeStationEndpoint>): Promise<Done> {
  const changed = await named(name, () =>
    tx.updateTable('station').set({ name, kind, printer_id: printer }).where('id', '=', station).returning('id').execute(),
  )
  if (!changed.length) throw notFound('no_such_station')
  return {}
}

export const printers = async (tx: Tx): Promise<AnswerOf<typeof printersEndpoint>> => ({
  rows: await tx.selectFrom('printer').select(['id', 'name', 'kind', 'language', 'dpi', 'host', 'port']).orderBy('name').execute(),
})

/** `port`: TCP, 9100 for raw printing. @throws 409 name_taken */
export async function addPrinter(tx: Tx, input: InputOf<typeof addPrinterEndpoint>): Promise<AnswerOf<typeof addPrinterEndpoint>> {
  return { printer: one(await named(input.name, () => tx.insertInto('printer').values(input).returning('id').execute())).id }
}

export async function changePrinter(tx: Tx, { printer, ...values }: InputOf<typeof changePrinterEndpoint>): Promise<Done> {
  const changed = await named(values.name, () => tx.updateTable('printer').set(values).where('id', '=', printer).returning('id').execute())
  if (!changed.length) throw notFound('no_such_printer')
  return {}
}

async function named<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const constraint = violated(error)
    if (constraint?.endsWith('_name_key')) throw conflict('name_taken', { name })
    if (constraint === 'station_printer_id_fkey') throw notFound('no_such_printer')
    throw error
  }
}
