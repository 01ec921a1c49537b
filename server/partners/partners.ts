import { sql } from 'kysely'
import { faultsOf } from '../platform/http.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { enqueue } from '../platform/jobs.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { addPartner, partnerList, savePartner } from './contract.ts'
import { openSecrets, sealSecrets } from './desk.ts'
import { fieldsOf, partnerKinds, settingsSchema } from './kinds.ts'
import type { PartnerKind } from './kinds.ts'

type Row = AnswerOf<typeof partnerList>['rows'][number]

/** Everybody who gets notas, with what waits and what fails. Secrets are named, never shown. */
export async function listPartners(tx: Tx): Promise<AnswerOf<typeof partnerList>> {
  const { rows } = await sql<Omit<Row, 'secrets' | 'settings'> & { settings: Row['settings']; sealed: Buffer | null }>`
    select partner.id, partner.kind, partner.name, partner.settings, partner.secrets as sealed, partner.active, problem, paused_until, test_state, test_words, tested_at,
      case when account.id is not null then jsonb_build_object('id', account.id, 'name', account.name) end as account,
      case when company.id is not null then jsonb_build_object('id', company.id, 'name', company.trade_name) end as company,
      coalesce(count.waiting, 0)::int as waiting, coalesce(count.failing, 0)::int as failing, coalesce(count.refused, 0)::int as refused,
      (select at from nota_delivery where partner_id = partner.id and state = 'accepted' order by id desc limit 1) as last_accepted_at
    from partner
    left join channel_account account on account.id = partner.account_id
    left join company on company.id = partner.company_id
    left join lateral (
      select count(*) filter (where state in ('queued', 'sending', 'uncertain')) as waiting, count(*) filter (where failing) as failing, count(*) filter (where state = 'refused') as refused
      from nota_delivery where partner_id = partner.id and state in ('queued', 'sending', 'uncertain', 'refused')
    ) count on true
    order by partner.active desc, partner.name, partner.id`.execute(tx)
  const accounts = await tx.selectFrom('channel_account').select(['id', 'name', 'kind']).where('active', '=', true).orderBy('name').execute()
  const companies = await sql<{ id: number; name: string }>`select id, trade_name as name from company order by trade_name`.execute(tx)
  return { rows: rows.map(({ sealed, ...row }) => ({ ...row, secrets: secretNames(sealed) })), accounts, companies: companies.rows }
}

/** Sealed with a key that is no longer there: to the form they are missing, and are typed again. */
function secretNames(sealed: Buffer | null): string[] {
  try {
    return Object.keys(openSecrets(sealed))
  } catch {
    return []
  }
}

/** @throws 422 invalid_input, 409 partner_kind_account | partner_of_account_exists, 404 no_such_channel | no_such_company */
export async function createPartner(tx: Tx, { kind, ...draft }: InputOf<typeof addPartner>): Promise<{ id: number }> {
  const { settings, secrets } = await checked(tx, kind, draft, {})
  await refuseSecond(tx, draft.account, draft.active, null)
  const row = await tx
    .insertInto('partner')
    .values({
      kind,
      name: draft.name,
      account_id: draft.account,
      company_id: draft.company,
      settings: JSON.stringify(settings),
      secrets: sealedOf(secrets),
      active: draft.active,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await enqueue(tx, 'deliver_waiting', { partner: row.id })
  return row
}

/** Secrets that are left out stay. @throws 404 no_such_partner, and as `createPartner` */
export async function changePartner(tx: Tx, { partner, ...draft }: InputOf<typeof savePartner>): Promise<{ id: number }> {
  const before = await tx.selectFrom('partner').select(['id', 'kind', 'secrets', 'account_id']).where('id', '=', partner).forUpdate().executeTakeFirst()
  if (!before) throw notFound('no_such_partner', { partner })
  const kind = before.kind as PartnerKind
  let kept: Record<string, string> = {}
  try {
    kept = openSecrets(before.secrets)
  } catch {
    // sealed with a key that is gone: those that are required are asked for again
  }
  const { settings, secrets } = await checked(tx, kind, draft, kept)
  await refuseSecond(tx, draft.account, draft.active, partner)
  // a new refresh token makes the old access token nobody's
  const renewed = draft.secrets['refresh_token'] !== undefined
  await tx
    .updateTable('partner')
    .set({
      name: draft.name,
      account_id: draft.account,
      company_id: draft.company,
      settings: JSON.stringify(settings),
      secrets: sealedOf(secrets),
      active: draft.active,
      problem: null,
      paused_until: null,
      failures: 0,
      test_state: null,
      test_words: null,
      ...(renewed ? { token_expires_at: null } : {}),
    })
    .where('id', '=', partner)
    .execute()
  await enqueue(tx, 'deliver_waiting', { partner })
  return { id: partner }
}

/** The result comes later, to the list: the network is only touched from a job. @throws 404 no_such_partner */
export async function startTest(tx: Tx, { partner }: { partner: number }): Promise<void> {
  const { rows } = await sql`update partner set test_state = 'running', test_words = null where id = ${partner} returning id`.execute(tx)
  if (!rows.length) throw notFound('no_such_partner', { partner })
  await enqueue(tx, 'test_partner', { partner }, { key: `test_partner:${partner}` })
}

/** What keeps no secrets needs no key of the server. */
const sealedOf = (secrets: Record<string, string>) => (Object.keys(secrets).length ? sealSecrets(secrets) : null)

type Draft = Pick<InputOf<typeof addPartner>, 'account' | 'company' | 'settings' | 'secrets'>

async function checked(tx: Tx, kind: PartnerKind, { account, company, settings: given, secrets: typed }: Draft, kept: Record<string, string>) {
  const ofAccount = partnerKinds[kind].of === 'account'
  if (ofAccount !== (account !== null) || (ofAccount && company !== null)) throw conflict('partner_kind_account')
  if (account !== null && !(await tx.selectFrom('channel_account').select('id').where('id', '=', account).executeTakeFirst()))
    throw notFound('no_such_channel', { account })
  if (company !== null && !(await tx.selectFrom('company').select('id').where('id', '=', company).executeTakeFirst()))
    throw notFound('no_such_company', { company })
  const settings = settingsSchema(kind).safeParse(given)
  const faults = settings.success ? [] : faultsOf(settings.error).map((fault) => ({ ...fault, field: `settings.${fault.field}` }))
  const secrets = { ...kept }
  const known = fieldsOf(kind).filter((field) => field.type === 'secret')
  for (const [name, value] of Object.entries(typed))
    if (!known.some((field) => field.name === name)) faults.push({ field: `secrets.${name}`, message: `Campo desconhecido: ${name}` })
    // oxlint-disable-next-line no-control-regex -- a line break would end up in a header
    else if (/[\u0000-\u001f\u007f]/.test(value))
      faults.push({ field: `secrets.${name}`, message: 'Há caracteres inválidos; copie de novo, sem quebras de linha' })
    else if (value.trim()) secrets[name] = value.trim()
  for (const { name, required } of known) if (required && !secrets[name]) faults.push({ field: `secrets.${name}`, message: 'Preencha este campo' })
  if (kind === 'webhook' && secrets['secret'] && secrets['secret'].length < 16) faults.push({ field: 'secrets.secret', message: 'No mínimo 16 letras' })
  if (faults.length || !settings.success) throw badInput(faults)
  return { settings: settings.data, secrets }
}

/** A channel gets each nota once. Waits for a rival on the account's row; the unique index stands behind it. */
async function refuseSecond(tx: Tx, account: number | null, active: boolean, mine: number | null) {
  if (account === null || !active) return
  await sql`select pg_advisory_xact_lock(hashtext('partner of account'), ${account}::int)`.execute(tx)
  const { rows } = await sql<{ name: string }>`select name from partner where account_id = ${account} and active and id is distinct from ${mine}`.execute(tx)
  if (rows[0]) throw conflict('partner_of_account_exists', { partner: rows[0].name })
}

/** Writes what a test said. */
export const noteTest = (tx: Tx, partner: number, passed: boolean, words: string) =>
  sql`update partner set test_state = ${passed ? 'passed' : 'failed'}, test_words = ${words.slice(0, 600)}, tested_at = clock_timestamp(),
    problem = case when ${passed} then null else problem end, paused_until = case when ${passed} then null else paused_until end where id = ${partner}`.execute(
    tx,
  )
