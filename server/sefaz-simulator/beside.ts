import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A simulator that runs as a program of its own beside this one. */
export interface Beside {
  /** What a client must know of it: where the services are, where the control, and the authority to trust (PEM). */
  url: string
  control: string
  ca: string
  /** Ends it, when it was started here. */
  stop: () => Promise<void>
}

type Address = Pick<Beside, 'url' | 'control' | 'ca'>

const program = fileURLToPath(new URL('../../bin/retaguarda', import.meta.url))

/**
 * Starts `retaguarda sefaz-simulator` on `folder`, or joins the one that runs on it already: two on one folder would write over each other. It keeps its port
 * from start to start and ends with this process, however this process ends: the channel between the two breaks, and that is its sign.
 */
export async function runBeside(folder: string): Promise<Beside> {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'address.json')
  const before = read(file)
  if (before && (await answers(before))) return { ...before, stop: async () => undefined }
  const port = Number(before ? new URL(before.url).port : 0)
  const child = spawn(
    process.execPath,
    [program, 'sefaz-simulator', '--data', folder, '--port', String((await isFree(port)) ? port : 0), '--control-port', '0'],
    {
      // a group of its own: Ctrl-C in the terminal reaches us, and we stop it last
      detached: true,
      env: { ...process.env, RETAGUARDA_BESIDE: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  const address = await new Promise<Address>((done, failed) => {
    child.once('message', (said) => done(said as Address))
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`O simulador da SEFAZ não subiu (código ${code})`)))
  })
  writeFileSync(file, JSON.stringify(address), { mode: 0o600 })
  // it must not keep a command alive that has nothing more to do
  child.unref()
  child.channel?.unref()
  return { ...address, stop: () => end(child) }
}

function read(file: string): Address | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Address
  } catch {
    return null
  }
}

/** Whether the simulator of this folder answers there: its authority says whose it is. */
async function answers({ control, ca }: Address): Promise<boolean> {
  try {
    return (await (await fetch(`${control}/ca`, { signal: AbortSignal.timeout(1000) })).text()) === ca
  } catch {
    return false
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)))
  })
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  child.ref()
  return new Promise((done) => {
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    child.once('exit', () => {
      clearTimeout(late)
      done()
    })
    child.kill('SIGTERM')
  })
}
