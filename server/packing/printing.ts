import { createConnection } from 'node:net'

export interface PrinterAddress {
  host: string
  /** Nearly always 9100. */
  port: number
}

/**
 * `delivered`: the printer took every byte. `confirmed` says that it also ended the connection in order, which most do once they have read the whole job.
 * Not delivered: `failure` is for people; `mayHavePrinted` when bytes had already gone out, so a blind retry could print twice.
 */
export type Printed = { delivered: true; confirmed: boolean } | { delivered: false; failure: string; mayHavePrinted: boolean }

// A printer that is busy with another computer often takes a connection and drops it at once: our end stays open this long to notice.
const settleMs = 150

/** Sends bytes to a network printer over raw TCP. Touches the network: called from a job, never from a use case. Never throws. */
export function printRaw(printer: PrinterAddress, payload: Buffer | string, timeoutMs = 10_000): Promise<Printed> {
  const name = `A impressora ${printer.host}:${printer.port}`
  return new Promise((resolve) => {
    let phase: 'connecting' | 'writing' | 'settling' | 'closing' = 'connecting'
    // half open: the printer's end must not close ours before the failure is noticed
    const socket = createConnection({ host: printer.host, port: printer.port, allowHalfOpen: true, noDelay: true })
    let timer = setTimeout(() => fail(`${name} não respondeu em ${seconds(timeoutMs)}. Confira se está ligada e na rede.`), timeoutMs)

    const settle = (printed: Printed) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(printed)
    }
    const fail = (failure: string) => settle({ delivered: false, failure, mayHavePrinted: phase !== 'connecting' })
    const next = (then: typeof phase, ms: number, late: () => void) => {
      phase = then
      clearTimeout(timer)
      timer = setTimeout(late, ms)
    }

    socket.on('error', (error: NodeJS.ErrnoException) =>
      fail(
        phase === 'connecting'
          ? refusal(name, printer, error.code)
          : `${name} interrompeu a impressão. Confira se a etiqueta saiu inteira antes de reimprimir.`,
      ),
    )
    socket.on('end', () => {
      if (phase === 'closing') settle({ delivered: true, confirmed: true })
      else fail(`${name} encerrou a conexão antes do fim. Ela pode estar ocupada, sem papel ou com a tampa aberta.`)
    })
    // what a printer says back (status lines) is not needed, but must be read for its end to arrive
    socket.resume()
    socket.on('connect', () => {
      next('writing', timeoutMs, () => fail(`${name} não recebeu tudo em ${seconds(timeoutMs)}. Confira papel, ribbon e tampa.`))
      socket.write(payload, (error) => {
        if (error || socket.destroyed) return
        next('settling', settleMs, () => {
          next('closing', timeoutMs, () => settle({ delivered: true, confirmed: false }))
          socket.end()
        })
      })
    })
  })
}

function refusal(name: string, printer: PrinterAddress, code: string | undefined): string {
  if (code === 'ECONNREFUSED') return `${name} recusou a conexão. Confira a porta e se a impressora está pronta.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `O endereço ${printer.host} não existe na rede. Confira o cadastro da impressora.`
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT') return `${name} está fora de alcance. Confira o cabo ou o Wi-Fi.`
  return `${name} não pôde ser alcançada (${code ?? 'erro de rede'}).`
}

const seconds = (ms: number) => `${(ms / 1000).toLocaleString('pt-BR')} s`
