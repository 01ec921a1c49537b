/** Remembers how to stop something that was just started. */
export type Keep = (stop: () => Promise<void>) => void

/**
 * Starts a process that lives until Ctrl-C, SIGTERM, a closed terminal, or the end of the process that started it; then
 * stops what was kept, last first, and ends with 0. Whatever is being started at that moment is finished before, so
 * that nothing stays behind. A second Ctrl-C ends at once; so does a stop that takes more than 15 seconds.
 */
export async function untilStopped(begin: (keep: Keep, stopping: AbortSignal) => Promise<void>): Promise<void> {
  const stops: (() => Promise<void>)[] = []
  const stopping = new AbortController()
  const stopAll = async () => {
    for (const stop of stops.toReversed()) await stop()
  }
  let since = 0
  const onSignal = () => {
    // npm and the terminal both pass on the same Ctrl-C: within half a second it is one
    if (since) return Date.now() - since > 500 ? process.exit(130) : undefined
    since = Date.now()
    setTimeout(() => process.exit(1), 15_000).unref()
    stopping.abort()
    begun
      .catch(() => undefined)
      .then(stopAll)
      .then(() => process.exit(0), fail)
  }
  const fail = (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  process.on('disconnect', onSignal)
  // npm that is killed says nothing to what it runs
  const parent = process.ppid
  if (process.env['npm_lifecycle_event']) setInterval(() => process.ppid !== parent && !since && onSignal(), 500).unref()
  // whoever read our output may be gone before us
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const begun = begin((stop) => stops.push(stop), stopping.signal)
  try {
    await begun
  } catch (error) {
    if (stopping.signal.aborted) return
    await stopAll()
    throw error
  }
}
