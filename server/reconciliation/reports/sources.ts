import { sql } from 'kysely'
import { openKey, sealKey } from '../../fiscal/index.ts'
import type { Tx } from '../../platform/db.ts'
import type { AnswerOf, InputOf } from '../../platform/endpoint.ts'
import { enqueue } from '../../platform/jobs.ts'
import { badInput, conflict, notFound } from '../../platform/problem.ts'
import { serverKey } from '../../platform/server-key.ts'
import { reportFields, reportKinds } from './endpoints.ts'
import type { ReportKind, ReportSource, fetchReportSource, pauseReportSource, reportSources, saveReportSource } from './endpoints.ts'

export const sealSecrets = (secrets: Record<string, string>): Buffer => sealKey(JSON.stringify(secrets), serverKey())
export const openSecrets = (sealed: Buffer): Record<string, string> => JSON.parse(openKey(sealed, serverKey())) as Record<string, string>

/** Every source with how it fares, and the accounts that have none. */
export async function listReportSources(tx: Tx): Promise<AnswerOf<typeof reportSources>> {
  const { rows } = await sql<Omit<ReportSource, 'secrets' | 'silent'> & { sealed: Buffer; quiet: number; since: string }>`
    select jsonb_build_object('id', account.id, 'name', account.name) as account, source.kind, address, settings, secrets as sealed, source.active, coalesce(asking_until > now(), false) as asking,
      asked_at, answered_at, next_at, fault, faults_in_a_row, (now()::date - coalesce(file_at, created_at)::date) as quiet,
      to_char(coalesce(file_at, created_at) at time zone (select zone from merchant_time), 'DD/MM/YYYY') as since,
      case when file.id is not null then jsonb_build_object('id', file.id, 'name', file.name, 'state', file.state, 'received_at', file.received_at) end as last_file
    from report_source source join channel_account account on account.id = account_id
    left join lateral (select id, name, state, received_at from money_file where money_file.account_id = source.account_id and origin = 'report' order by id desc limit 1) file on true
    order by account.name, account.id`.execute(tx)
  const accounts = await sql<{ id: number; name: string; kind: string }>`
    select id, name, kind from channel_account where active and not exists (select 1 from report_source where account_id = channel_account.id) order by name`.execute(
    tx,
  )
  return {
    rows: rows.map(({ sealed, quiet, since, ...row }) => ({
      ...row,
      secrets: secretNames(sealed),
      silent: row.active && quiet > reportKinds[row.kind].days ? `Nenhum relatório desde ${since}` : null,
    })),
    accounts: accounts.rows,
  }
}

/** Sealed with a key that is no longer there: to the form they are missing, and are typed again. */
function secretNames(sealed: Buffer): string[] {
  try {
    return Object.keys(openSecrets(sealed))
  } catch {
    return []
  }
}

/**
 * A new source, or another access of one that is there: asked at once. Secrets that are left out stay; of another kind or address everything is read from the beginning,
 * which changes nothing that is known. @throws 422 invalid_input, 404 no_such_channel
 */
export async function saveSource(tx: Tx, { account, kind, address, settings, secrets }: InputOf<typeof saveReportSource>): Promise<{ account: number }> {
  if (!(await tx.selectFrom('channel_account').select('id').where('id', '=', account).executeTakeFirst())) throw notFound('no_such_channel', { account })
  const before = await tx
    .selectFrom('report_source')
    .select(['kind', 'address', 'secrets', 'cursor'])
    .where('account_id', '=', account)
    .forUpdate()
    .executeTakeFirst()
  const target = (address ?? reportKinds[kind].address).replace(/\/+$/, '')
  const same = before?.kind === kind && before.address === target
  // what was typed for one address goes to no other
  const kept = before && same ? openedOr(before.secrets) : {}
  const given = checked(kind, settings, secrets, kept)
  const row = {
    kind,
    address: target,
    settings: JSON.stringify(given.settings),
    secrets: sealSecrets(given.secrets),
    active: true,
    asking_until: null,
    fault: null,
    faults_in_a_row: 0,
  }
  await tx
    .insertInto('report_source')
    .values({ account_id: account, ...row })
    .onConflict((conflicting) =>
      conflicting.column('account_id').doUpdateSet({ ...row, cursor: same ? (before?.cursor ?? null) : null, next_at: sql<string>`now()` }),
    )
    .execute()
  await enqueue(tx, 'fetch_reports', { account }, { key: `fetch_reports ${account}` })
  return { account }
}

function openedOr(sealed: Buffer): Record<string, string> {
  try {
    return openSecrets(sealed)
  } catch {
    // sealed with a key that is gone: they are asked for again
    return {}
  }
}

function checked(kind: ReportKind, settings: Record<string, string>, typed: Record<string, string>, kept: Record<string, string>) {
  const fields = reportFields(kind)
  const faults: { field: string; message: string }[] = []
  const take = (secret: boolean, given: Record<string, string>, old: Record<string, string>) => {
    const part = secret ? 'secrets' : 'settings'
    const known = fields.filter((field) => field.secret === secret)
    const values: Record<string, string> = {}
    for (const name of Object.keys(given))
      if (!known.some((field) => field.name === name)) faults.push({ field: `${part}.${name}`, message: `Campo desconhecido: ${name}` })
    for (const { name, label } of known) {
      const value = (given[name] ?? '').trim() || (old[name] ?? '')
      // a line break would end up in a header
      // oxlint-disable-next-line no-control-regex -- they are what is refused
      if (/[\u0000-\u001f\u007f]/.test(value))
        faults.push({ field: `${part}.${name}`, message: `${label}: há caracteres inválidos; copie de novo, sem quebras de linha` })
      else if (value === '') faults.push({ field: `${part}.${name}`, message: `Preencha ${label}` })
      else values[name] = value
    }
    return values
  }
  const result = { settings: take(false, settings, {}), secrets: take(true, typed, kept) }
  if (faults.length) throw badInput(faults)
  // a refresh token that is typed ends the access of the one before
  const renews = (typed['refresh_token'] ?? '').trim() !== ''
  const access =
    renews || kept['access_token'] === undefined || 'access_token' in result.secrets
      ? {}
      : { access_token: kept['access_token'], expires_at: kept['expires_at'] ?? '0' }
  return { ...result, secrets: { ...access, ...result.secrets } }
}

/** Nothing is asked of a paused source; going on asks at once. @throws 404 no_such_report_source */
export async function pauseSource(tx: Tx, { account, paused }: InputOf<typeof pauseReportSource>): Promise<void> {
  const { rows } =
    await sql`update report_source set active = ${!paused}, next_at = now(), fault = case when ${paused} then fault end where account_id = ${account} returning account_id`.execute(
      tx,
    )
  if (!rows.length) throw notFound('no_such_report_source', { account })
  if (!paused) await enqueue(tx, 'fetch_reports', { account }, { key: `fetch_reports ${account}` })
}

/** The result comes later, to the list: the network is only touched from a job. @throws 404 no_such_report_source, 409 report_source_paused */
export async function fetchSource(tx: Tx, { account }: InputOf<typeof fetchReportSource>): Promise<void> {
  const { rows } = await sql<{ active: boolean }>`update report_source set next_at = now() where account_id = ${account} returning active`.execute(tx)
  if (!rows[0]) throw notFound('no_such_report_source', { account })
  if (!rows[0].active) throw conflict('report_source_paused')
  await enqueue(tx, 'fetch_reports', { account }, { key: `fetch_reports ${account}` })
}
