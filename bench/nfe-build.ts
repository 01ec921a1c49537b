/**
 * How many notas one process makes ready to send: taxes of the 3-item consumer nota with DIFAL, IBS and CBS assessed, written, signed with RSA-2048 and
 * validated by XSD. Bar: 600 per CPU-second; the reference PHP library made 50 to 73 of the same nota. The baseline is what RSA alone allows.
 */
import { existsSync } from 'node:fs'
import { sign } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { assess, openSchemas, signNota, verifySignature } from '../server/fiscal/index.ts'
import { consumerDraft, rates2026, testSigner } from '../test/nota.ts'

const folder = fileURLToPath(new URL('../../shared/fiscal/xsd/PL_010e_NT2025.002_v1.01', import.meta.url))
const count = Number(process.argv[2] ?? 4000)

if (!existsSync(folder)) {
  console.log(`The schemas are not in ${folder}: there is nothing to validate with`)
  process.exitCode = 1
} else {
  const signer = testSigner()
  const schemas = openSchemas(folder)
  const paid = { kind: '17', description: null, timing: 0 as const, amount: 33_000, paidOn: null, card: null }
  const faulty: string[] = []
  let bytes = 0
  const ready = (number: number) => {
    const assessed = assess({ ...consumerDraft(number), payments: [paid] }, rates2026)
    if ('faults' in assessed) throw new Error(JSON.stringify(assessed.faults))
    const signed = signNota(assessed.nota, signer)
    faulty.push(...schemas.validate('nfe', signed.bytes).map((fault) => `${fault.path}: ${fault.message}`))
    bytes += signed.bytes.length
    return signed.bytes
  }
  const cpuSeconds = (work: () => void) => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  }
  const each = (times: number, work: (number: number) => void) => () => {
    for (let number = 1; number <= times; number++) work(number)
  }
  each(300, ready)()
  bytes = 0
  const seconds = cpuSeconds(each(count, ready))
  const part = Buffer.alloc(600, 'a')
  const signs = Math.ceil(count / 2)
  const signSeconds = cpuSeconds(each(signs, () => sign('sha1', part, signer.key)))
  const check = verifySignature(ready(count + 1))
  schemas.dispose()

  const value = Math.round(count / seconds)
  const baseline = Math.round(signs / signSeconds)
  if (faulty.length > 0) console.log(faulty.slice(0, 5).join('\n'))
  console.log(
    `${count} notas of ${Math.round(bytes / count)} bytes in ${seconds.toFixed(2)} CPU-seconds; signature ${check.valid ? 'verified' : check.reason}; schema faults: ${faulty.length}`,
  )
  console.log(
    JSON.stringify({
      name: 'nfe-build',
      value,
      unit: 'notas per CPU-second',
      baseline,
      ratio: Math.round((value / baseline) * 100) / 100,
      bar: 600,
      faults: faulty.length,
      verified: check.valid,
    }),
  )
  if (faulty.length > 0 || !check.valid) process.exitCode = 1
}
