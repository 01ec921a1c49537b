/** `npm run check`: every check that needs no running application; all of them run, whatever fails before. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const checks = {
  types: ['tsc'],
  lint: ['oxlint'],
  format: ['oxfmt', '--check'],
  unused: ['knip', '--no-progress'],
  schema: ['node', 'bin/schema.ts', '--check'],
}

const failed = []
for (const [name, [program, ...args]] of Object.entries(checks)) {
  const began = Date.now()
  const { status, stdout, stderr, error } = spawnSync(`${root}node_modules/.bin/${program}`, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // the tools themselves run on the project's Node, whatever the machine has
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
  })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} ${((Date.now() - began) / 1000).toFixed(1)} s`)
  if (status === 0) continue
  failed.push(name)
  console.log([stdout, stderr, error?.message].filter(Boolean).join('\n').trimEnd())
}
console.log(failed.length ? `failed: ${failed.join(', ')}` : 'all checks passed')
process.exitCode = failed.length ? 1 : 0
