import { sql } from 'kysely'
import { inPlatform } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { notFound } from '../platform/problem.ts'
import type { Done, addTokenEndpoint, revokeTokenEndpoint, tokensEndpoint } from './contract.ts'
import { requireCovers } from './people.ts'
import { endSessions, openSession } from './session.ts'

/** Letters of the token's hash that name it: enough to tell tokens apart, useless for signing in. */
const nameLength = 16

export async function tokens({ app, actor }: Call<InputOf<typeof tokensEndpoint>>): Promise<AnswerOf<typeof tokensEndpoint>> {
  const { rows } = await app.pool.query<AnswerOf<typeof tokensEndpoint>['rows'][number]>(
    `select left(token_hash, ${nameLength}) as token, name, roles, created_at, expires_at
     from platform.session where merchant_id = $1 and kind = 'token' and expires_at > now() order by created_at desc, token_hash`,
    [actor.merchant.id],
  )
  return { rows }
}

/** For machines: lives a year, acts in its own name and not in its creator's. @throws 403 role_beyond_yours */
export async function addToken({ app, input, actor }: Call<InputOf<typeof addTokenEndpoint>>): Promise<AnswerOf<typeof addTokenEndpoint>> {
  requireCovers(actor, input.roles)
  return inPlatform(app.pool, async (tx) => {
    const { token, hash } = await openSession(tx, { kind: 'token', merchant: actor.merchant.id, name: input.name, roles: input.roles })
    const { expires_at } = await tx.selectFrom('session').select('expires_at').where('token_hash', '=', hash).executeTakeFirstOrThrow()
    return { token: hash.slice(0, nameLength), secret: token, expires_at }
  })
}

export async function revokeToken({ app, input, actor }: Call<InputOf<typeof revokeTokenEndpoint>>): Promise<Done> {
  const ended = await inPlatform(app.pool, (tx) =>
    endSessions(tx, sql`merchant_id = ${actor.merchant.id} and kind = 'token' and left(token_hash, ${nameLength}) = ${input.token}`),
  )
  if (!ended.length) throw notFound('no_such_token')
  return {}
}
