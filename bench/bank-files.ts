/**
 * Every file under ../shared/money read and compared with its manifest, through `detect` as a person's drop would be, and an OFX of 50,000
 * lines. Bars: 100 % of the files right; 0.5 s for the OFX (CPU, because the machine is shared; the wall time is printed). The baseline is
 * the plain decoding of the same bytes and one search for each tag.
 */
import { existsSync, readFileSync } from 'node:fs'
import { detect, readOfx } from '../server/reconciliation/index.ts'
import { faultsOfFiles, moneyFolder, ofxOf } from '../test/money-files.ts'

const cpu = <T>(work: () => T) => {
  const [before, start] = [process.cpuUsage(), performance.now()]
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return { result, cpu: (user + system) / 1000, wall: performance.now() - start }
}

if (!existsSync(moneyFolder)) {
  console.log(`The files are not in ${moneyFolder}: there is nothing to compare with`)
  process.exitCode = 1
} else {
  const files = faultsOfFiles((name) => readFileSync(`${moneyFolder}${name}`))
  for (const { name, faults } of files) console.log(`${faults.length ? 'wrong' : 'right'}  ${name}${faults.length ? `: ${faults.join('; ')}` : ''}`)
  const right = files.filter(({ faults }) => faults.length === 0).length
  const count = Number(process.argv[2] ?? 50_000)
  const bytes = ofxOf(count)
  readOfx(ofxOf(2000))
  const runs = [1, 2, 3].map(() => cpu(() => readOfx(bytes))).toSorted((left, right) => left.cpu - right.cpu)
  const median = runs[1]!
  const statement = median.result.statements[0]
  const sound = detect(bytes).format === 'ofx' && statement?.lines.length === count && median.result.faults.length === 0
  const base = cpu(() => {
    const text = bytes.toString('utf8')
    let found = 0
    for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) found++
    return found
  })
  const percent = Math.round((right / files.length) * 1000) / 10
  const ofx = Math.round(median.cpu)
  console.log(
    `${right} of ${files.length} files right; OFX of ${count} lines (${(bytes.length / 1e6).toFixed(1)} MB): ${ofx} ms of CPU, ${Math.round(median.wall)} ms of wall time`,
  )
  console.log(
    JSON.stringify({
      name: 'bank-files',
      value: percent,
      unit: '% of files right',
      files: files.length,
      ofx50000Ms: ofx,
      ofx50000WallMs: Math.round(median.wall),
      baseline: Math.round(base.cpu),
      ratio: Math.round((median.cpu / Math.max(base.cpu, 1)) * 10) / 10,
      bar: 100,
      barMs: 500,
      linesRight: sound,
    }),
  )
  if (percent < 100 || !sound || ofx > 500) process.exitCode = 1
}
