import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AuthorisedNota, Rule, Simulator, Statistics } from '../server/sefaz-simulator/index.ts'

/* The product's own commands as processes of their own: what is killed here is what a merchant runs. */

const retaguarda = fileURLToPath(new URL('../bin/retaguarda', import.meta.url))

export interface Process {
  pid: number
  /** What it printed so far. */
  said: () => string
  /** SIGTERM, as a service manager stops it. */
  stop: () => Promise<void>
  /** SIGKILL: it has no time for anything. */
  kill: () => Promise<void>
}

/** Starts `retaguarda ...command` and waits until it has printed `ready`. @throws Error with its output when it ends before */
async function run(command: string[], ready: RegExp, environment: NodeJS.ProcessEnv = {}): Promise<Process> {
  const { npm_lifecycle_event: _, ...inherited } = process.env
  const child: ChildProcess = spawn(process.execPath, [retaguarda, ...command], { env: { ...inherited, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  await new Promise<void>((done, failed) => {
    const late = setTimeout(() => failed(new Error(`retaguarda ${command[0]} is not ready after 60 s: ${said}`)), 60_000)
    child.once('exit', () => failed(new Error(`retaguarda ${command[0]} ended: ${said}`)))
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (!ready.test(said)) return
        clearTimeout(late)
        done()
      })
  }).catch(async (error: unknown) => {
    await end('SIGKILL')
    throw error
  })
  return { pid: child.pid as number, said: () => said, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

/** `retaguarda channel-simulator` on any free port; its address. */
export async function startChannelSimulator(): Promise<Process & { url: string }> {
  const started = await run(['channel-simulator', '--port', '0'], /Ctrl-C para/)
  return { ...started, url: /http:\/\/\S+/.exec(started.said())?.[0] ?? '' }
}

/** `retaguarda work` on the database at `url`. */
export const startWorkProcess = (url: string) => run(['work'], /Trabalhando/, { DATABASE_URL: url })

export interface SefazProcess extends Process, Pick<Simulator, 'url' | 'ca'> {
  /** PFX of a company, by the simulator's authority. */
  certificateOf: (cnpj: string, name: string, password: string) => Promise<Buffer>
  misbehave: (...rules: Rule[]) => Promise<void>
  behave: () => Promise<void>
  stats: () => Promise<Statistics>
  notas: () => Promise<AuthorisedNota[]>
  xmlOf: (key: string) => Promise<Buffer>
}

/** `retaguarda sefaz-simulator` with its state in `folder`, driven over its control. */
export async function startSefazProcess(folder: string, latencyMs: number): Promise<SefazProcess> {
  const process = await run(['sefaz-simulator', '--data', folder, '--port', '0', '--control-port', '0', '--latency', String(latencyMs)], /Ctrl-C/)
  const [, url = ''] = /(https:\/\/[\d.]+:\d+)\/AUTORIZADOR/.exec(process.said()) ?? []
  const [, control = ''] = /Controle +(http:\/\/[\d.]+:\d+)/.exec(process.said()) ?? []
  const ask = async (path: string, body?: object, method = body ? 'POST' : 'GET') => {
    const answer = await fetch(`${control}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer
  }
  const read = async <Answer>(path: string, body?: object) => (await (await ask(path, body)).json()) as Answer
  return {
    ...process,
    url,
    ca: await (await ask('/ca')).text(),
    certificateOf: async (cnpj, name, password) => Buffer.from((await read<{ pfx: string }>('/certificates', { cnpj, name, password })).pfx, 'base64'),
    misbehave: async (...rules) => {
      for (const rule of rules) await ask('/rules', rule)
    },
    behave: async () => void (await ask('/rules', undefined, 'DELETE')),
    stats: () => read('/stats'),
    notas: () => read('/notas'),
    xmlOf: async (key) => Buffer.from(await (await ask(`/notas/${key}`)).arrayBuffer()),
  }
}

/** Seconds of processor that a process has used so far, user and system; of its children too when asked. Null where there is no /proc. */
export function cpuSecondsOf(pid: number, { children = false } = {}): number | null {
  try {
    const mine = ticksOf(pid)
    if (!children) return mine / 100
    const living = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statOf(Number(name)))
      .filter((stat) => stat !== null && Number(stat[1]) === pid)
    return (mine + living.reduce((sum, stat) => sum + own(stat!), 0) + reaped(statOf(pid)!)) / 100
  } catch {
    return null
  }
}

const ticksOf = (pid: number) => own(statOf(pid)!)
// fields after the name in brackets: state, ppid, ..., utime, stime, cutime, cstime (proc(5)); Linux counts 100 ticks a second
const own = (stat: string[]) => Number(stat[11]) + Number(stat[12])
const reaped = (stat: string[]) => Number(stat[13]) + Number(stat[14])
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}
