/** Load generator of the intake bench, in a process of its own: `node _clients.ts ADDRESS TOKEN CLIENTS SECONDS SKUS OFFSET`. */
import { Agent, request } from 'node:http'

const [address, token, clients, seconds, skus, offset] = process.argv.slice(2) as [string, string, string, string, string, string]
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) })
const url = new URL('/orders', address)
let number = Number(offset) * 1_000_000
const took: number[] = []
let failed = 0

/** CPF with right check digits, a new one for each number. */
function cpf(seed: number) {
  const digits = [...String(100_000_000 + (seed % 899_999_999))].map(Number)
  for (const weight of [10, 11]) {
    const rest = (digits.reduce((sum, digit, index) => sum + digit * (weight - index), 0) * 10) % 11
    digits.push(rest % 10)
  }
  return digits.join('')
}

function send(body: string): Promise<number> {
  return new Promise((done, broken) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': `bench-${number}-${process.pid}` },
      },
      (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () => done(answer.statusCode === 200 && text.includes('"created"') && text.includes('"short":false') ? 200 : 500))
      },
    )
    sent.on('error', broken)
    sent.end(body)
  })
}

const end = Date.now() + Number(seconds) * 1000
async function client() {
  while (Date.now() < end) {
    const mine = ++number
    const order = {
      account: 'loja',
      external_id: `B-${mine}`,
      version: mine,
      placed_at: new Date().toISOString(),
      buyer: { name: `Comprador ${mine}`, document: cpf(mine * 7919), email: `c${mine}@example.com` },
      ship_to: { cep: '30140071', street: 'Rua da Bahia', number: String(mine), district: 'Lourdes', city: 'Belo Horizonte', state: 'MG' },
      lines: [
        { sku: `SKU-${1 + (mine % Number(skus))}`, quantity: 1, unit_price: 5990 },
        { sku: `SKU-${1 + ((mine * 13 + 7) % Number(skus))}`, quantity: 2, unit_price: 1990 },
      ],
      charges: [{ kind: 'freight_buyer', amount: 1500 }],
      payments: [{ method: 'pix', amount: 11470 }],
    }
    const began = performance.now()
    const status = await send(JSON.stringify(order))
    took.push(performance.now() - began)
    if (status !== 200) failed++
  }
}
const began = performance.now()
await Promise.all(Array.from({ length: Number(clients) }, client))
console.log(JSON.stringify({ orders: took.length, failed, seconds: (performance.now() - began) / 1000, took }))
process.exit(0)
