import { Worker } from 'node:worker_threads'
import { Problem } from '../../platform/problem.ts'
import { nameColumns, readWhole, toRow, unreadable } from './reading.ts'
import type { Reading, Row } from './reading.ts'
import { guardZip } from './zip-guard.ts'

/** Bytes of the packed file. */
const fileLimit = 20 * 1024 * 1024
const timeLimit = 60_000

/** The first sheet of an XLSX: guarded before parsing, parsed in a thread of its own with a ceiling on memory and time. */
export async function* readXlsx(source: AsyncIterable<Uint8Array>, reading: Pick<Reading, 'columns' | 'notices'>): AsyncGenerator<Row> {
  const file = await readWhole(source, fileLimit)
  if (!file.length) throw new Problem(422, 'file_empty')
  guardZip(file)
  let header: string[] | null = null
  for await (const { first, rows } of parseInThread(file)) {
    for (const [index, cells] of rows.entries()) {
      if (cells.every((cell) => cell.trim() === '')) continue
      if (!header) reading.columns.push(...(header = nameColumns(cells)))
      else {
        const read = toRow(first + index, header, cells, false)
        for (const column of Object.keys(read.values)) if (!reading.columns.includes(column) && reading.columns.length < 600) reading.columns.push(column)
        yield read
      }
    }
  }
  if (!header) throw new Problem(422, 'file_empty')
}

interface Chunk {
  /** Number of the first row, as the spreadsheet counts. */
  first: number
  rows: string[][]
}
type Message = Chunk | { done: true } | { failure: string }

async function* parseInThread(file: Buffer): AsyncGenerator<Chunk> {
  const worker = new Worker(new URL('./xlsx-worker.ts', import.meta.url), {
    workerData: new Uint8Array(file),
    resourceLimits: { maxOldGenerationSizeMb: 320, maxYoungGenerationSizeMb: 32 },
    execArgv: [],
  })
  const inbox: (Message | Error)[] = []
  let wake: () => void = () => undefined
  const arrive = (message: Message | Error) => {
    inbox.push(message)
    wake()
  }
  worker.on('message', arrive)
  worker.on('error', (error) => arrive(error))
  worker.on('exit', () => arrive(new Error('exit')))
  const timer = setTimeout(() => arrive(new Error('timeout')), timeLimit)
  try {
    for (;;) {
      const message = inbox.shift()
      if (!message) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      if (message instanceof Error) throw unreadable('A planilha é grande ou complexa demais para ser lida; salve como CSV e envie de novo')
      if ('done' in message) return
      if ('failure' in message) throw unreadable('O arquivo não é uma planilha XLSX válida; abra no programa de planilha, salve de novo como .xlsx ou CSV')
      yield message
      // one chunk at a time: the thread waits until the rows were taken
      worker.postMessage('next')
    }
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
