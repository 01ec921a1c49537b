import { sql } from 'kysely'
import type { Merchant } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { PlatformTx } from '../platform/db.ts'
import { badInput, conflict } from '../platform/problem.ts'
import { verifyPassword } from './secret.ts'

interface Login {
  person: number
  name: string
  email: string
  /** Already hashed; null keeps the password that is there. */
  password: string | null
  /** The plain password, when a known e-mail may join one more merchant by proving that it is the same person. */
  joinWith?: string
}

/**
 * Gives a person their login or changes it. An e-mail is one person on the whole platform: the managers of one merchant
 * can neither take over nor change the login of somebody who also works for another.
 * @throws 409 email_taken, login_shared
 */
export async function giveLogin(tx: PlatformTx, merchant: Merchant, { person, name, email, password, joinWith }: Login): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`login ${email}`}))`.execute(tx)
  const mine = await tx.selectFrom('membership').select('user_id').where('merchant_id', '=', merchant.id).where('person_id', '=', person).executeTakeFirst()
  const holder = await tx.selectFrom('app_user').select(['id', 'password_hash']).where('email', '=', email).executeTakeFirst()
  if (holder && holder.id !== mine?.user_id) {
    const member = await tx.selectFrom('membership').select('merchant_id').where('user_id', '=', holder.id).execute()
    if (!member.length && password && !mine) {
      // left over from a merchant that was dropped: it is nobody's
      await tx.updateTable('app_user').set({ name, password_hash: password }).where('id', '=', holder.id).execute()
    } else {
      const proved = joinWith !== undefined && !mine && (await verifyPassword(joinWith, holder.password_hash))
      if (!proved || member.some((row) => row.merchant_id === merchant.id)) throw conflict('email_taken', { email })
    }
    await tx.insertInto('membership').values({ user_id: holder.id, merchant_id: merchant.id, person_id: person }).execute()
    return
  }
  if (mine) {
    const elsewhere = await tx
      .selectFrom('membership')
      .select('user_id')
      .where('user_id', '=', mine.user_id)
      .where('merchant_id', '<>', merchant.id)
      .executeTakeFirst()
    if (elsewhere && (password || !holder)) throw conflict('login_shared')
    await tx
      .updateTable('app_user')
      .set({ email, name, ...(password ? { password_hash: password } : {}) })
      .where('id', '=', mine.user_id)
      .execute()
    return
  }
  if (!password) throw badInput([{ field: 'login.password', message: 'Informe a senha do novo acesso' }])
  const user = one(await tx.insertInto('app_user').values({ email, name, password_hash: password }).returning('id').execute())
  await tx.insertInto('membership').values({ user_id: user.id, merchant_id: merchant.id, person_id: person }).execute()
}

/** The person no longer signs in here; the user itself goes when it belongs to no merchant any more. */
export async function takeLogin(tx: PlatformTx, merchant: Merchant, person: number): Promise<void> {
  const gone = await tx.deleteFrom('membership').where('merchant_id', '=', merchant.id).where('person_id', '=', person).returning('user_id').execute()
  for (const { user_id } of gone) {
    await tx.updateTable('session').set({ user_id: null }).where('merchant_id', '=', merchant.id).where('user_id', '=', user_id).execute()
    await sql`delete from app_user where id = ${user_id} and not exists (select from membership where membership.user_id = app_user.id)`.execute(tx)
  }
}
