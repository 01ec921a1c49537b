import { call } from '../platform/call.ts'
import type { Reply } from '../platform/call.ts'
import { saysOf } from './port.ts'
import type { Desk } from './port.ts'

/** RFC 6749 § 6: a new access token for the refresh token, which many channels then replace as well. */
export async function renewByForm(
  address: string,
  { settings, secrets }: Desk,
): Promise<{ secrets: Record<string, string>; seconds: number } | { words: string }> {
  const reply = await call({
    method: 'POST',
    url: address,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: String(settings['client_id']),
      client_secret: secrets['client_secret'] ?? '',
      refresh_token: secrets['refresh_token'] ?? '',
    }).toString(),
  })
  if (reply.status === 0 && 'sent' in reply) return { words: `A autorização não respondeu: ${reply.reason}` }
  return renewed(reply as Reply)
}

/** Reads the tokens of such an answer. */
export function renewed(reply: Reply): { secrets: Record<string, string>; seconds: number } | { words: string } {
  const body = (reply.json ?? {}) as { access_token?: unknown; refresh_token?: unknown; expires_in?: unknown; expire_in?: unknown }
  if (reply.status !== 200 || typeof body.access_token !== 'string')
    return { words: `O acesso não foi renovado: ${saysOf(reply)}. Autorize de novo e cole o novo refresh token` }
  return {
    secrets: { access_token: body.access_token, ...(typeof body.refresh_token === 'string' ? { refresh_token: body.refresh_token } : {}) },
    seconds: Number(body.expires_in ?? body.expire_in) || 3600,
  }
}

export const bearer = ({ secrets }: Desk) => ({ authorization: `Bearer ${secrets['access_token'] ?? ''}` })
