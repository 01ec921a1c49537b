/**
 * Runs before `npm start`, `npm test` and the rest, on whatever Node the machine has (20 or newer), with nothing
 * installed yet: so plain JavaScript without imports from outside Node.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

if (!isInstalled()) {
  console.log('Instalando o que falta (só na primeira vez e quando as versões mudam)…')
  // Under `npm start` the path begins with node_modules/.bin, whose Node is one of the things about to be replaced.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(`node_modules${sep}.bin`))
    .join(delimiter)
  // dev: the screens are built here; optional: our Node and PostgreSQL; no install scripts: nothing here needs them
  const done = spawnSync('npm', ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  if (done.error) console.error(`Não foi possível chamar o npm (${done.error.message}). Instale Node 20 ou mais novo, com npm, e tente de novo.`)
  if (done.status !== 0) process.exit(done.status || 1)
}

/**
 * npm writes node_modules/.package-lock.json at the very end of an install. What it lists is compared with
 * package-lock.json, so an install that broke off or a `git pull` with new versions is noticed and a hand-made
 * `npm install` is accepted.
 */
function isInstalled() {
  const marker = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(marker)) return false
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
    const present = JSON.parse(readFileSync(marker, 'utf8')).packages
    // optional ones are for other machines, or could not be had on this one: asking again each time would not help
    return Object.entries(wanted).every(([path, { version, optional, link }]) => path === '' || optional || link || present[path]?.version === version)
  } catch {
    return false
  }
}
