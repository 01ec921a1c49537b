import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../', import.meta.url))
const planted = mkdtempSync(join(tmpdir(), 'retaguarda-doors-'))
afterAll(() => rmSync(planted, { recursive: true, force: true }))

/** Lints files that hold one import each, by the project's own rules; the files that were refused. */
async function refused(imports: Record<string, string>): Promise<string[]> {
  const { $schema: _, ...rules } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8'))
  writeFileSync(join(planted, '.oxlintrc.json'), JSON.stringify(rules))
  for (const [path, line] of Object.entries(imports)) {
    mkdirSync(dirname(join(planted, path)), { recursive: true })
    writeFileSync(join(planted, path), line)
  }
  const said = await new Promise<string>((done) =>
    execFile(join(root, 'node_modules/.bin/oxlint'), ['-f', 'unix'], { cwd: planted }, (_error, stdout) => done(stdout)),
  )
  return [...new Set([...said.matchAll(/^(\S+?):\d+:\d+: .*no-restricted-imports/gm)].map((match) => match[1] ?? ''))].toSorted()
}

test('a module is entered by its door, and the screens see contracts and types only', async () => {
  const wrong = {
    'server/picking/a-inner.ts': "import { gate } from '../orders/gate.ts'\ngate()\n",
    'server/picking/a-type.ts': "import type { Gate } from '../orders/gate.ts'\nexport type G = Gate\n",
    'server/picking/a-export.ts': "export { gate } from '../orders/gate.ts'\n",
    'server/picking/a-late.ts': "export const gate = () => import('../orders/gate.ts')\n",
    'server/picking/formats/a-inner.ts': "import { gate } from '../../orders/gate.ts'\ngate()\n",
    'server/picking/a-test.ts': "import { seed } from '../../test/seed.ts'\nseed()\n",
    'server/a-start.ts': "import { gate } from './orders/gate.ts'\ngate()\n",
    'server/platform/a-business.ts': "import { gate } from '../orders/index.ts'\ngate()\n",
    'test/a-inner.ts': "import { gate } from '../server/orders/gate.ts'\ngate()\n",
    'web/orders/a-inner.tsx': "import { gate } from '../../server/orders/gate.ts'\ngate()\n",
    'web/orders/a-door.tsx': "import { module } from '../../server/orders/index.ts'\nmodule()\n",
  }
  const right = {
    'server/picking/index.ts': "export { pick } from './pick.ts'\n",
    'server/picking/pick.ts':
      "import { passGate } from '../orders/index.ts'\nimport { states } from '../orders/contract.ts'\nimport { one } from '../platform/db.ts'\npassGate(states, one)\n",
    'server/picking/pick.test.ts': "import { seed } from '../../test/seed.ts'\nseed()\n",
    'server/picking/formats/list.ts': "import { states } from '../../orders/contract.ts'\nimport { pick } from '../pick.ts'\npick(states)\n",
    'server/app.ts':
      "import { module } from './picking/index.ts'\nimport { one } from './platform/db.ts'\nimport { start } from './start.ts'\nstart(module, one)\n",
    'web/orders/page.tsx':
      "import { states } from '../../server/orders/contract.ts'\nimport type { Gate } from '../../server/orders/gate.ts'\nexport const shown: Gate = states\n",
  }
  expect(await refused({ ...wrong, ...right })).toEqual(Object.keys(wrong).toSorted())
})
