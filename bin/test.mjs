/** `npm test`: runs vitest on the project's Node; the last line printed is always `N passed, N failed, N skipped`. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const totals = /^\d+ passed, \d+ failed, \d+ skipped$/

const child = spawn(inRoot('node_modules/.bin/node'), [inRoot('node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)], {
  cwd: inRoot('.'),
  stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
})
// a run that could not even begin is a failure, and says so in the same words
let last = '0 passed, 1 failed, 0 skipped'
let rest = ''
child.stdout.setEncoding('utf8')
child.stdout.on('data', (text) => {
  const lines = (rest + text).split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) show(line)
})
child.stderr.pipe(process.stderr)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('close', (code) => {
  if (rest) show(rest)
  process.exitCode = code ?? 1
  // stdout and stderr are different pipes: written last, after both have been drained
  process.stderr.write('', () => console.log(last))
})

function show(line) {
  if (totals.test(line)) last = line
  else console.log(line)
}
