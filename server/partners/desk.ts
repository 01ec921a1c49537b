import { sql } from 'kysely'
import { openKey, sealKey } from '../fiscal/index.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { outboxOf } from '../platform/outbox.ts'
import { serverKey } from '../platform/server-key.ts'
import { email } from './email.ts'
import { folder } from './folder.ts'
import type { PartnerKind } from './kinds.ts'
import { settingsSchema } from './kinds.ts'
import { magalu } from './magalu.ts'
import { mercadoLivre } from './mercado-livre.ts'
import { nuvemshop } from './nuvemshop.ts'
import type { Answer, Desk, Port } from './port.ts'
import { shopee } from './shopee.ts'
import { testMail } from './smtp.ts'
import { vtex } from './vtex.ts'
import { webhook } from './webhook.ts'

/** The accountant gets months and no single notas (accountant.ts). */
const accountant: Port = {
  consult: async () => ({ state: 'absent' }),
  send: async (): Promise<Answer> => ({ state: 'skipped', code: 'monthly', words: 'O contador recebe o mês inteiro' }),
  test: testMail,
}
export const ports: Record<PartnerKind, Port> = { mercado_livre: mercadoLivre, shopee, magalu, vtex, nuvemshop, email, accountant, folder, webhook }

export interface OpenPartner {
  id: number
  kind: PartnerKind
  company: number | null
  desk: Desk
  tokenExpiresAt: string | null
  failures: number
}

export const sealSecrets = (secrets: Record<string, string>): Buffer => sealKey(JSON.stringify(secrets), serverKey())
export const openSecrets = (sealed: Buffer | null): Record<string, string> => (sealed ? JSON.parse(openKey(sealed, serverKey())) : {})

/** A partner with its secrets in clear, for a job; null when it is gone or switched off. */
export async function openPartner(tx: Tx, merchant: Merchant, id: number): Promise<OpenPartner | null> {
  const row = await tx.selectFrom('partner').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) return null
  const kind = row.kind as PartnerKind
  // what was stored before a setting existed gets its default
  const settings = settingsSchema(kind).safeParse(row.settings)
  return {
    id,
    kind,
    company: row.company_id,
    desk: { settings: (settings.success ? settings.data : row.settings) as Desk['settings'], secrets: openSecrets(row.secrets), outbox: outboxOf(merchant) },
    tokenExpiresAt: row.token_expires_at,
    failures: row.failures,
  }
}

/**
 * The partner with a token that lives for another minute at least. The channels take each refresh token once, so one worker
 * asks and the others wait for it. Words when it could not be had.
 */
export async function withToken(app: App, merchant: Merchant, partner: OpenPartner): Promise<OpenPartner | { words: string }> {
  const { renew } = ports[partner.kind]
  const fresh = (expires: string | null) => expires !== null && Date.parse(expires) > Date.now() + 60_000
  if (!renew || fresh(partner.tokenExpiresAt)) return partner
  for (let waited = 0; waited < 40; waited++) {
    const mine = await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql`
        update partner set renewing_until = clock_timestamp() + interval '30 seconds'
        where id = ${partner.id} and coalesce(renewing_until < clock_timestamp(), true)
          and coalesce(token_expires_at < clock_timestamp() + interval '1 minute', true) returning id`.execute(tx)
      return rows.length > 0
    })
    if (mine) return renewNow(app, merchant, partner)
    await new Promise((done) => setTimeout(done, 500))
    const again = await inMerchant(app.pool, merchant, (tx) => openPartner(tx, merchant, partner.id), { readOnly: true })
    if (again && fresh(again.tokenExpiresAt)) return again
  }
  return { words: 'O acesso está sendo renovado há tempo demais' }
}

async function renewNow(app: App, merchant: Merchant, partner: OpenPartner): Promise<OpenPartner | { words: string }> {
  const answer = await ports[partner.kind].renew?.(partner.desk)
  if (!answer) return partner
  const failed = 'words' in answer
  const secrets = failed ? partner.desk.secrets : { ...partner.desk.secrets, ...answer.secrets }
  await inMerchant(app.pool, merchant, (tx) =>
    tx
      .updateTable('partner')
      .set({
        renewing_until: null,
        ...(failed ? {} : { secrets: sealSecrets(secrets), token_expires_at: sql<string>`clock_timestamp() + make_interval(secs => ${answer.seconds})` }),
      })
      .where('id', '=', partner.id)
      .execute(),
  )
  return failed ? answer : { ...partner, desk: { ...partner.desk, secrets } }
}
