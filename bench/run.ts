/** `npm run bench NAME` runs bench/NAME.ts; without a name it says which there are. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const names = readdirSync(here)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts' && !name.startsWith('_'))
  .map((name) => name.slice(0, -3))
const [name, ...rest] = process.argv.slice(2)

if (!name || !names.includes(name)) {
  console.log(`npm run bench NAME, where NAME is one of: ${names.join(', ')}`)
  process.exitCode = name ? 1 : 0
} else {
  process.exitCode = spawnSync(process.execPath, [`${here}${name}.ts`, ...rest], { stdio: 'inherit' }).status ?? 1
}
