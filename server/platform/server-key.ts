import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from './problem.ts'

/** The server's own secret: what merchants entrust to us (certificates' keys, passwords of other systems) is stored sealed with it. */

let directory: string | null = null

/** Where the key's file lives: the embedded database's folder. Said once, by whoever opens that database. */
export function keepServerKeyIn(folder: string): void {
  directory = folder
}

/**
 * 32 bytes: of RETAGUARDA_KEY (base64), or of `server.key` beside the embedded database, made when first asked for.
 * With a database of one's own there is no folder that all processes share, so the variable has to be there.
 * @throws Problem `server_key_missing` or `server_key_invalid` (503)
 */
export function serverKey(): Buffer {
  const given = process.env['RETAGUARDA_KEY']
  if (given) return checked(given, 'RETAGUARDA_KEY')
  if (!directory) throw new Problem(503, 'server_key_missing')
  const file = join(directory, 'server.key')
  return checked(read(file) ?? make(directory, file), file)
}

/** What an operator can put into RETAGUARDA_KEY. */
export const newServerKey = () => randomBytes(32).toString('base64')

function checked(text: string, source: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== 32 || !/^[A-Za-z0-9+/_-]+=*$/.test(text.trim())) throw new Problem(503, 'server_key_invalid', { source })
  return key
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Of several processes that start together the first one's key stands: a link, unlike a rename, never replaces. */
function make(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true })
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, newServerKey(), { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readFileSync(file, 'utf8')
}
