import { createHmac } from 'node:crypto'
import { call } from '../platform/call.ts'
import type { Reply } from '../platform/call.ts'
import { accepted, common, refused, saysOf } from './port.ts'
import type { Answer, Desk, Finding, Port } from './port.ts'

/*
 * POST of the XML, byte for byte, to a system of the merchant's. `Retaguarda-Signature: t=<seconds>,v1=<hex>` is HMAC-SHA256 with the
 * shared secret over `<t>.<body>`; `Idempotency-Key` is the same in every attempt, so a receiver may be told twice.
 */

const who = 'O endereço do webhook'

export const webhook: Port = {
  /** There is nothing to read there: the idempotency key makes the repetition harmless. */
  consult: async (): Promise<Finding> => ({ state: 'absent' }),

  async send(desk, parcel): Promise<Answer> {
    const reply = await post(desk, parcel.xml, {
      'content-type': 'application/xml',
      'idempotency-key': `nfe-${parcel.nota.key}-${parcel.file}`,
      'retaguarda-event': parcel.file === 'cancel' ? 'nota.cancelled' : 'nota.authorised',
      'retaguarda-key': parcel.nota.key,
      'retaguarda-environment': parcel.nota.environment,
      ...(parcel.order ? { 'retaguarda-order': encodeURIComponent(parcel.order.externalId) } : {}),
    })
    const trouble = common(reply, who)
    if (trouble) return trouble
    const { status } = reply as Reply
    if (status < 300) return accepted('Recebido')
    if (status === 409) return accepted('O outro sistema já tinha a nota')
    return refused(`http_${status}`, `O outro sistema recusou a nota (${status}): ${saysOf(reply as Reply)}`)
  },

  async test(desk) {
    const reply = await post(desk, Buffer.from('<teste/>'), {
      'content-type': 'application/xml',
      'idempotency-key': `test-${Date.now()}`,
      'retaguarda-event': 'test',
    })
    if (reply.status === 0 && 'sent' in reply) return { passed: false, words: `${who} não respondeu: ${reply.reason}` }
    return reply.status < 300
      ? { passed: true, words: `Respondeu ${reply.status}` }
      : { passed: false, words: `Respondeu ${reply.status}: ${saysOf(reply as Reply)}` }
  },
}

const post = ({ settings, secrets }: Desk, body: Buffer, headers: Record<string, string>) => {
  const time = String(Math.floor(Date.now() / 1000))
  return call({
    method: 'POST',
    url: String(settings['url']),
    body,
    headers: { ...headers, 'retaguarda-signature': `t=${time},v1=${signature(secrets['secret'] ?? '', time, body)}` },
  })
}

/** What a receiver computes to compare. */
export const signature = (secret: string, time: string, body: Buffer) => createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')
