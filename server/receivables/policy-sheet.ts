import { sql } from 'kysely'
import { plainWords, sendSheet, writeDay, writeRate } from '../channels/index.ts'
import type { Applied, Cell, Checked, ImportKind, Row } from '../channels/index.ts'
import type { Actor } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { methodWords } from './contract.ts'
import type { policiesSheet, PolicyVersion } from './contract.ts'
import { saveFeePolicy } from './policies.ts'
import { policyList } from './policy-list.ts'
import { labelOf, policyFields, versionOf } from './policy-sheet-rows.ts'
import type { SentPolicy } from './policy-sheet-rows.ts'

const releases = { approval: 'aprovação', delivery: 'entrega' } as const

/** The policies in force, of the past and of days to come, one row a band; sent back as it is, nothing changes. */
export async function policySheet({ app, actor, input, reply }: Call<InputOf<typeof policiesSheet>>) {
  const rows = await inMerchant(
    app.pool,
    actor.merchant,
    async (tx) => {
      const codes = new Map((await tx.selectFrom('channel_account').select(['id', 'code']).execute()).map(({ id, code }) => [id, code]))
      const { accounts } = await policyList(tx)
      return accounts.flatMap(({ id, name, versions }) =>
        versions.filter(({ state }) => state === 'active').flatMap((version) => version.bands.map((band) => rowOf(codes.get(id)!, name, version, band))),
      )
    },
    { readOnly: true },
  )
  return sendSheet(reply, { name: 'taxas-dos-canais', format: input.format, columns: policyFields.map(({ label }) => label), rows })
}

function rowOf(code: string, name: string, version: PolicyVersion, band: PolicyVersion['bands'][number]): Cell[] {
  const cells: Record<string, Cell> = {
    ...version,
    channel: code,
    name,
    valid_from: writeDay(version.valid_from),
    method: version.method === null ? null : (methodWords[version.method] ?? version.method),
    from_price: reais(band.from_price),
    commission_rate: percent(band.commission_rate),
    fixed_fee: reais(band.fixed_fee),
    release_after: releases[version.release_after],
    ...Object.fromEntries(rates.map((rate) => [rate, percent(version[rate])])),
  } as never
  return policyFields.map((field) => cells[field.name])
}

const rates = ['payment_rate', 'freight_share', 'coupon_share', 'tax_withheld_rate', 'tax_split_rate'] as const
const reais = (centavos: number) => (centavos / 100).toFixed(2).replace('.', ',')
const percent = (share: string) => writeRate(String(Math.round(Number(share) * 1_000_000) / 10_000))

/** Fee policies of a sheet: rows of the same channel, method, instalments and day are the bands of one version. */
export const feePoliciesKind: ImportKind = {
  permission: 'money.manage',
  fields: policyFields,
  groupBy: ['channel', 'valid_from', 'method', 'from_instalments'],
  check(rows, mapping, { accounts, account }) {
    const textOf = (row: Row, field: string) => plainWords(row.values[mapping[field] ?? ''] ?? '')
    const whole: Checked<SentPolicy> = { things: [], faults: [] }
    for (const group of Map.groupBy(rows, (row) =>
      ['channel', 'valid_from', 'method', 'from_instalments'].map((field) => textOf(row, field)).join('|'),
    ).values()) {
      const { things, faults } = versionOf(group, mapping, accounts, account)
      whole.things.push(...things)
      whole.faults.push(...faults)
    }
    return whole
  },
  async apply(tx: Tx, versions: SentPolicy[], actor: Actor): Promise<Applied[]> {
    const applied = new Map<SentPolicy, Applied>()
    // a version in force begins after the one before it
    for (const version of versions.toSorted((one, other) => (one.valid_from < other.valid_from ? -1 : 1)))
      applied.set(version, await applyOne(tx, version, actor))
    return versions.map((version) => applied.get(version)!)
  },
}

async function applyOne(tx: Tx, { channel, ...version }: SentPolicy, actor: Actor): Promise<Applied> {
  const refused = (field: string, message: string): Applied => ({ changed: false, faults: [{ field: labelOf(field), message }] })
  const found = await tx.selectFrom('channel_account').select('id').where('code', '=', channel).executeTakeFirst()
  if (!found) return refused('channel', `Nenhum canal tem o código "${channel}"`)
  if (await stands(tx, found.id, version)) return { changed: false, faults: [] }
  try {
    await saveFeePolicy(tx, { ...version, account: found.id }, actor)
    return { changed: true, faults: [] }
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 409) throw error
    const { day } = error.facts as { day: string }
    return refused(
      'valid_from',
      error.code === 'policy_of_that_day'
        ? `Já há outras taxas que começam em ${day}, e o que está em vigor não muda mais: escolha outro dia`
        : `Já há taxas que começam depois, em ${day}: escolha um dia depois desse`,
    )
  }
}

/** The same version is there already. */
async function stands(tx: Tx, account: number, version: Omit<SentPolicy, 'channel'>): Promise<boolean> {
  const { rows } = await sql<{ same: boolean }>`
    select (payment_rate, tax_withheld_rate, tax_split_rate, freight_share, coupon_share) = (${version.payment_rate}::numeric, ${version.tax_withheld_rate}::numeric, ${version.tax_split_rate}::numeric, ${version.freight_share}::numeric, ${version.coupon_share}::numeric)
      and (release_after, release_days, transit_days) = (${version.release_after}, ${version.release_days}::int, ${version.transit_days}::int)
      and (instalment_days, acquirer, arrangement) is not distinct from (${version.instalment_days}::int, ${version.acquirer}::text, ${version.arrangement}::text)
      and (select jsonb_agg(jsonb_build_array(from_price, commission_rate, fixed_fee) order by from_price) from fee_band where policy_id = fee_policy.id)
        = (select jsonb_agg(jsonb_build_array(from_price, commission_rate::numeric, fixed_fee) order by from_price) from jsonb_to_recordset(${JSON.stringify(version.bands)}::jsonb) as band(from_price bigint, commission_rate text, fixed_fee bigint)) as same
    from fee_policy
    where account_id = ${account} and state = 'active' and method is not distinct from ${version.method ?? null} and from_instalments = ${version.from_instalments ?? 1} and valid_from = ${version.valid_from}`.execute(
    tx,
  )
  return rows[0]?.same ?? false
}
