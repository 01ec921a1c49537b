import type pg from 'pg'
import { dayNumber } from './calendar.ts'
import { clientOf } from './db.ts'
import type { Tx } from './db.ts'
import { remembered } from './remembered.ts'

/** What `pg` calls on a query of one's own, and the part of its connection that COPY needs. */
interface Connection {
  query: (text: string) => void
  sendCopyFromChunk: (chunk: Buffer) => void
  endCopyFrom: () => void
  sendCopyFail: (message: string) => void
  stream: { writableNeedDrain: boolean; destroyed: boolean; once: (event: string, then: () => void) => void; off: (event: string, then: () => void) => void }
}

/**
 * Sends rows by COPY, in the open transaction: ten times as fast as statements. `statement` is a whole `copy … from stdin`; `chunks` are any pieces of what it
 * reads, asked for as fast as the server takes them, each one sent before the next is asked for. When `chunks` throws, the COPY fails and the error is given on.
 * @returns how many rows were written
 */
export function copyIn(tx: Tx, statement: string, chunks: AsyncIterable<string | Buffer>): Promise<number> {
  return new Promise((done, broken) => {
    let rows = 0
    let fault: unknown = null
    const query = {
      submit: (connection: Connection) => connection.query(statement),
      handleCopyInResponse: (connection: Connection) => void send(connection),
      handleCommandComplete: ({ text }: { text: string }) => (rows = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0)),
      handleError: (error: unknown) => {
        stopped = true
        broken(fault ?? error)
      },
      handleReadyForQuery: () => done(rows),
    }
    let stopped = false
    async function send(connection: Connection) {
      try {
        for await (const chunk of chunks) {
          if (stopped) return
          connection.sendCopyFromChunk(typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk)
          if (connection.stream.writableNeedDrain) await drained(connection.stream)
        }
        if (!stopped) connection.endCopyFrom()
      } catch (error) {
        fault = error
        if (!stopped) connection.sendCopyFail('the rows could not be read')
      }
    }
    clientOf(tx).query(query as unknown as pg.Submittable)
  })
}

/** A connection that closes drains no more: waiting for that alone would never end. */
const drained = (stream: Connection['stream']) =>
  new Promise<void>((go) => {
    const next = () => {
      stream.off('drain', next)
      stream.off('close', next)
      go()
    }
    stream.once('drain', next)
    stream.once('close', next)
    if (stream.destroyed) next()
  })

/**
 * Rows of COPY's binary format, written cell by cell: neither side makes texts of numbers and days that the other takes apart again. Each cell must be of its
 * column's very type, and the statement ends in `with (format binary)`.
 * @throws RangeError for a number that does not fit, a day or a UUID that is none
 */
export interface CopyRows {
  /** A text, or null; a zero byte, which PostgreSQL keeps in no text, is left out. */
  text: (cell: string | null) => void
  /** For a column of type int. */
  integer: (cell: number) => void
  /** For a column of type bigint: a whole number that JavaScript holds exactly. */
  bigint: (cell: number) => void
  /** A day, YYYY-MM-DD, or null. */
  date: (cell: string | null) => void
  /** 32 hexadecimal digits in small letters. */
  uuid: (cell: string) => void
  /** Ends the row. */
  end: () => void
  /** The rows since the last call, until the next cell is written over them. */
  take: () => Buffer
  /** The same, and what stands after the last row. */
  last: () => Buffer
}

/** The format's name, no flags, no extension. */
const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')

export function copyRows(): CopyRows {
  let buffer = Buffer.allocUnsafe(1 << 18)
  let at = head.copy(buffer)
  /** Where the row begins, with how many cells it has; -1 between two rows. */
  let row = -1
  let cells = 0
  const room = (bytes: number) => {
    if (at + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + bytes))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }
  /** Room for a cell and the two numbers that may stand before it. */
  const begin = (bytes: number) => {
    room(bytes + 6)
    cells++
    if (row >= 0) return
    row = at
    at += 2
  }
  const four = (value: number) => {
    buffer[at] = value >>> 24
    buffer[at + 1] = value >>> 16
    buffer[at + 2] = value >>> 8
    buffer[at + 3] = value
    at += 4
  }
  const none = () => {
    begin(0)
    four(-1)
  }
  const integer = (cell: number) => {
    if ((cell | 0) !== cell) throw new RangeError(`${cell} is no int`)
    begin(4)
    four(4)
    four(cell)
  }
  const take = () => {
    const rows = buffer.subarray(0, at)
    at = 0
    return rows
  }
  return {
    text: (cell) => {
      if (cell === null) return none()
      begin(cell.length)
      const start = at
      four(cell.length)
      for (let index = 0; index < cell.length; index++) {
        const code = cell.charCodeAt(index)
        if (code === 0 || code > 127) {
          const plain = cell.replaceAll('\0', '')
          at = start
          room(plain.length * 3 + 4)
          const bytes = buffer.write(plain, at + 4, 'utf8')
          four(bytes)
          at += bytes
          return
        }
        buffer[at++] = code
      }
    },
    integer,
    bigint: (cell) => {
      if (!Number.isSafeInteger(cell)) throw new RangeError(`${cell} is no bigint`)
      begin(8)
      four(8)
      four(Math.floor(cell / 4_294_967_296))
      four(cell)
    },
    date: (cell) => (cell === null ? none() : integer(daysTo(cell))),
    uuid: (cell) => {
      if (!uuidText.test(cell)) throw new RangeError(`${cell} is no UUID`)
      begin(16)
      four(16)
      for (let digit = 0; digit < 32; digit += 2) buffer[at++] = (digitAt(cell, digit) << 4) | digitAt(cell, digit + 1)
    },
    end: () => {
      buffer[row] = cells >>> 8
      buffer[row + 1] = cells
      row = -1
      cells = 0
    },
    take,
    last: () => {
      room(2)
      buffer[at++] = 255
      buffer[at++] = 255
      return take()
    },
  }
}

const uuidText = /^[0-9a-f]{32}$/
/** The value of a hexadecimal digit in small letters. */
const digitAt = (text: string, at: number) => {
  const code = text.charCodeAt(at)
  return code < 58 ? code - 48 : code - 87
}

/** Days from 2000-01-01, as PostgreSQL counts them. */
const daysTo = remembered((day: string) => {
  const number = dayNumber(day) - 10_957
  if (Number.isNaN(number)) throw new RangeError(`${day} is no day`)
  return number
})
