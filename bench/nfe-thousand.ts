/**
 * The hour before the carrier comes: 1,000 packed boxes become due at once and each gets its nota authorised, its XML stored and its label (nota and shipping
 * label on one sheet) rendered. The SEFAZ takes 800 ms for each answer on 32 connections, so no program can need less than 25 s. Bar: 1.25 times that.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { labelsOf, notaLabelPdf } from '../server/packing/index.ts'
import { judge, startIssuing } from '../test/issuing.ts'
import { cpuSecondsOf } from '../test/processes.ts'
import { withPackedOrders } from './_issuing.ts'
import { percentile, round } from './_shop.ts'

const count = Number(process.argv[2] ?? 1000)
const latencyMs = 800
const connections = 32
const ideal = (count * latencyMs) / 1000 / connections

await withPackedOrders({ orders: count, latencyMs, connections }, async ({ command, sefaz, work, postgres, jobsLeft }) => {
  const worker = await work()
  // the packing left word of every box: that has been looked at before the clock starts
  while (await jobsLeft()) await sleep(100)
  const { rows: volumes } = await command((tx) => sql<{ id: number }>`select id from volume`.execute(tx))
  const waiting = new Set(volumes.map(({ id }) => id))
  const before = { worker: cpuSecondsOf(worker.pid), postgres: cpuSecondsOf(postgres, { children: true }), sefaz: cpuSecondsOf(sefaz.pid) }
  const rendering = process.cpuUsage()
  const began = performance.now()
  await startIssuing(command)

  // the screen of the bench: it shows the label as soon as it may, one sheet a box
  const took: number[] = []
  let bytes = 0
  while (waiting.size) {
    if (performance.now() - began > 5 * ideal * 1000 + 60_000) throw new Error(`${waiting.size} of ${count} labels never came`)
    const boxes = await command(async (tx) => {
      const { rows } = await sql<{
        volume: number
      }>`select volume_id as volume from label_print where volume_id = any(${[...waiting]}::bigint[]) and state = 'shown'`.execute(tx)
      for (const { volume } of rows) waiting.delete(volume)
      return rows.length
        ? labelsOf(
            tx,
            rows.map(({ volume }) => volume),
          )
        : []
    })
    for (const box of boxes) {
      if (!box.nota) throw new Error(`the label of ${box.label.volumeCode} came without its nota`)
      bytes += notaLabelPdf([box]).length
      took.push((performance.now() - began) / 1000)
    }
    if (!boxes.length) await sleep(50)
  }
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(rendering)
  const used = (pid: number, from: number | null, children = false) => {
    const now = cpuSecondsOf(pid, { children })
    return now === null || from === null ? null : round(now - from, 2)
  }
  const workerCpu = used(worker.pid, before.worker)
  const figures = {
    cpu_seconds_worker: workerCpu,
    cpu_seconds_labels: round((user + system) / 1e6, 2),
    cpu_seconds_postgres: used(postgres, before.postgres, true),
    cpu_seconds_simulator: used(sefaz.pid, before.sefaz),
  }

  const { rows } = await command((tx) =>
    sql<{ stored: number; authorised: number; answer_ms: number; calls: number }>`
      select (select count(*)::int from nota_file where kind = 'authorised') as stored, (select count(*)::int from nota where state = 'authorised') as authorised,
        (select avg(ms)::int from sefaz_call) as answer_ms, (select count(*)::int from sefaz_call) as calls`.execute(tx),
  )
  const kept = rows[0]!
  const verdict = await judge(command, sefaz)
  const wrong = [...verdict.doubled, ...verdict.lost, ...verdict.unexplained]
  if (wrong.length) console.log(wrong.slice(0, 10).join('\n'))
  console.log(
    `${kept.authorised} notas authorised, stored and on their labels in ${round(seconds)} s (ideal ${round(ideal)} s): half after ${round(percentile(took, 0.5))} s; ${kept.calls} calls of ${kept.answer_ms} ms; worker ${workerCpu} CPU s`,
  )
  console.log(
    JSON.stringify({
      name: 'nfe-thousand',
      value: round(seconds, 2),
      unit: 's',
      bar: round(1.25 * ideal, 2),
      baseline: ideal,
      ratio: round(seconds / ideal, 3),
      notas: kept.authorised,
      stored: kept.stored,
      labels: took.length,
      bytes_per_label: Math.round(bytes / count),
      calls: kept.calls,
      answer_ms: kept.answer_ms,
      ...figures,
      notas_per_cpu_second: workerCpu === null ? null : Math.round(count / workerCpu),
      doubled_lost_or_unexplained: wrong.length,
    }),
  )
  if (seconds > 1.25 * ideal || wrong.length || kept.stored !== count || kept.authorised !== count) process.exitCode = 1
})
