import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { printRaw } from './printing.ts'

const servers: { server: Server; sockets: Set<Socket> }[] = []

afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise((closed) => server.close(closed))
  }
})

/** A printer on a free local port that treats each connection as told. */
async function printer(treat: (socket: Socket) => void): Promise<{ host: string; port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    treat(socket)
  })
  servers.push({ server, sockets })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

/** Reads everything, then ends, as a label printer does. */
function reading(received: Buffer[], onEnd: (socket: Socket) => void) {
  return (socket: Socket) => {
    socket.on('data', (bytes) => received.push(bytes))
    socket.on('end', () => onEnd(socket))
    socket.resume()
  }
}

describe('printing over the network', () => {
  it('delivers every byte, in order', async () => {
    const received: Buffer[] = []
    const at = await printer(reading(received, (socket) => socket.end()))
    const payload = Buffer.alloc(3_000_000, 'etiqueta ')
    expect(await printRaw(at, payload, 5000)).toEqual({ delivered: true, confirmed: true })
    expect(Buffer.concat(received).equals(payload)).toBe(true)
  })

  it('sends text as UTF-8', async () => {
    const received: Buffer[] = []
    const at = await printer(reading(received, (socket) => socket.end()))
    await printRaw(at, '^FDConceição^FS', 5000)
    expect(Buffer.concat(received).toString('utf8')).toBe('^FDConceição^FS')
  })

  it('says that it was delivered, not confirmed, when the printer took all and never hangs up', async () => {
    const received: Buffer[] = []
    const at = await printer(reading(received, () => undefined))
    expect(await printRaw(at, 'etiqueta', 300)).toEqual({ delivered: true, confirmed: false })
    expect(Buffer.concat(received).toString()).toBe('etiqueta')
  })

  it('says when nobody listens, and that nothing can have been printed', async () => {
    const at = await printer(() => undefined)
    const { server } = servers.pop()!
    await new Promise((closed) => server.close(closed))
    const printed = await printRaw(at, 'etiqueta', 1000)
    expect(printed).toMatchObject({ delivered: false, mayHavePrinted: false })
    expect(printed).toHaveProperty('failure', expect.stringContaining('recusou a conexão'))
  })

  it('says when the name is unknown', async () => {
    const printed = await printRaw({ host: 'impressora.invalid', port: 9100 }, 'etiqueta', 5000)
    expect(printed).toMatchObject({ delivered: false, mayHavePrinted: false })
  })

  it('gives up on a printer that takes the connection and then reads nothing', async () => {
    const at = await printer(() => undefined)
    const started = performance.now()
    const printed = await printRaw(at, Buffer.alloc(64_000_000), 400)
    expect(printed).toMatchObject({ delivered: false, mayHavePrinted: true })
    expect(printed).toHaveProperty('failure', expect.stringContaining('não recebeu tudo'))
    expect(performance.now() - started).toBeLessThan(3000)
  })

  it('notices a printer that drops the connection at once, even when the label is small', async () => {
    const at = await printer((socket) => socket.destroy())
    expect(await printRaw(at, 'etiqueta', 2000)).toMatchObject({ delivered: false, mayHavePrinted: true })
  })

  it('notices a printer that drops the connection half-way', async () => {
    const at = await printer((socket) => {
      socket.once('data', () => socket.resetAndDestroy())
      socket.resume()
    })
    expect(await printRaw(at, Buffer.alloc(64_000_000), 2000)).toMatchObject({ delivered: false, mayHavePrinted: true })
  })
})
