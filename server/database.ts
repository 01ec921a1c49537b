import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defaultDirectory, startPostgres } from './platform/embedded-postgres.ts'
import { keepInboxIn, keepOutboxIn } from './platform/outbox.ts'
import { keepServerKeyIn } from './platform/server-key.ts'

export interface Options {
  /** Where the embedded PostgreSQL keeps its data. */
  data?: string
  port?: number
  /** The address to listen on; 127.0.0.1 answers this machine only. */
  host?: string
}

/** The PostgreSQL of DATABASE_URL, or our own in the data directory: started, or joined when it runs already. `fresh`: made just now. */
export async function openDatabase({ data }: Pick<Options, 'data'>): Promise<{ url: string; fresh: boolean; stop: () => Promise<void> }> {
  const url = process.env['DATABASE_URL']
  if (url) return { url, fresh: false, stop: async () => undefined }
  const directory = data ?? defaultDirectory()
  keepServerKeyIn(directory)
  keepOutboxIn(join(directory, 'saida'))
  keepInboxIn(join(directory, 'entrada'))
  const fresh = !existsSync(join(directory, 'postgres', 'PG_VERSION'))
  return { ...(await startPostgres(directory)), fresh }
}

/** For the commands that do one thing and end. */
export async function withDatabase(options: Options, work: (url: string) => Promise<void>): Promise<void> {
  const { url, stop } = await openDatabase(options)
  try {
    await work(url)
  } finally {
    await stop()
  }
}
