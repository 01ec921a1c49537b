import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import type { RuleBody, RuleRow, confirmRulesEndpoint, rulesEndpoint, rulesSheet, saveRuleEndpoint, tryRuleEndpoint } from './contract.ts'
import { isSimplesCode, ruleOperations } from './contract.ts'
import { precedence, ruleFor } from './rule-for.ts'

/** Parts by which a rule fits; equal parts and another day are versions of one rule. */
const parts = ['operation', ...precedence] as const
const sameParts = (one: string, other: string) => sql.raw(parts.map((part) => `${one}.${part} is not distinct from ${other}.${part}`).join(' and '))
const specific = sql.raw(precedence.map((part) => `tax_rule.${part} is not null desc`).join(', '))
const columns = sql`
  tax_rule.id, operation, crt, origin_uf, destination_uf, interstate, buyer, tax_group, since, until, rule, note, confirmed_at, person.name as confirmed_by,
  case when withdrawn_at is not null then 'withdrawn' when confirmed_at is null then 'suggested' when until < today.day then 'closed' when since > today.day then 'future' else 'confirmed' end as state`
const tables = sql`tax_rule left join person on person.id = confirmed_by cross join (select (now() at time zone zone)::date as day from merchant_time) today`

type Filters = Pick<InputOf<typeof rulesSheet>, 'operation' | 'state' | 'history' | 'group'>

/** By operation, the most specific first. Closed and corrected rows only with `history` or when asked for by state. */
export async function ruleRows(tx: Tx, { operation, state, history, group }: Filters): Promise<RuleRow[]> {
  const { rows } = await sql<RuleRow>`
    select * from (select ${columns}, row_number() over (order by array_position(${Object.keys(ruleOperations)}::text[], operation), ${specific}, tax_group, destination_uf, origin_uf, buyer, interstate, crt, since desc, tax_rule.id desc) as place from ${tables}) rule
    where (${operation ?? null}::text is null or operation = ${operation ?? null}) and (${group ?? null}::text is null or tax_group = ${group ?? null})
      and (case when ${state ?? null}::text is not null then state = ${state ?? null} else ${history ?? false} or state not in ('closed', 'withdrawn') end)
    order by place`.execute(tx)
  return rows.map(({ place: _, ...row }: RuleRow & { place?: number }) => row)
}

export async function ruleList(tx: Tx, filters: InputOf<typeof rulesEndpoint>): Promise<AnswerOf<typeof rulesEndpoint>> {
  const { rows } = await sql<{
    suggested: number
  }>`select count(*)::int as suggested from tax_rule where confirmed_at is null and withdrawn_at is null`.execute(tx)
  return { rows: await ruleRows(tx, filters), suggested: one(rows).suggested }
}

/** A new rule, or a new version of one. @throws 404 no_such_rule, 409 rule_closed, 422 invalid_input */
export async function saveRule(tx: Tx, { confirm, instead_of, ...body }: InputOf<typeof saveRuleEndpoint>, actor: Actor): Promise<{ id: number }> {
  const faults = ruleFaults(body)
  if (faults.length) throw badInput(faults)
  if (instead_of !== undefined) {
    const replaced = await tx.selectFrom('tax_rule').select('confirmed_at').where('id', '=', instead_of).forUpdate().executeTakeFirst()
    if (!replaced) throw notFound('no_such_rule')
    // only a suggestion goes without a trace: nothing was issued by it
    if (replaced.confirmed_at === null) await tx.deleteFrom('tax_rule').where('id', '=', instead_of).execute()
  }
  const [saved] = await suggestRules(tx, [body], actor)
  if (!saved) throw new Error('expected an answer for each rule')
  if (confirm && saved.draft) await putInForce(tx, [saved.id], actor)
  return { id: saved.id }
}

/** What no schema knows of a rule: parts that contradict each other, codes of another regime. */
export function ruleFaults({ crt, interstate, origin_uf, destination_uf, since, until, operation, rule }: RuleBody): FieldFault[] {
  const faults: FieldFault[] = []
  if (until && until < since) faults.push({ field: 'until', message: 'O último dia vem antes do primeiro' })
  const across = origin_uf && destination_uf ? origin_uf !== destination_uf : interstate
  if (interstate !== null && across !== interstate)
    faults.push({
      field: 'interstate',
      message: interstate
        ? 'As duas UFs são a mesma: não é uma operação para fora do estado'
        : 'As duas UFs são diferentes: não é uma operação dentro do estado',
    })
  const simples = isSimplesCode(rule.icms.code)
  if (crt && simples !== (crt === 1 || crt === 4))
    faults.push({
      field: 'rule.icms.code',
      message: crt === 1 || crt === 4 ? 'Uma empresa de CRT 1 ou 4 usa CSOSN (três números)' : 'Uma empresa de CRT 2 ou 3 usa CST (dois números)',
    })
  const [first] = rule.cfop
  const entry = entries.has(operation)
  if (entry !== Number(first) < 4)
    faults.push({ field: 'rule.cfop', message: entry ? 'Uma entrada tem CFOP que começa com 1 ou 2' : 'Uma saída tem CFOP que começa com 5, 6 ou 7' })
  else if (across !== null && across !== (first === '2' || first === '6') && first !== '3' && first !== '7')
    faults.push({
      field: 'rule.cfop',
      message: across ? 'Para fora do estado o CFOP começa com 2 (entrada) ou 6 (saída)' : 'Dentro do estado o CFOP começa com 1 (entrada) ou 5 (saída)',
    })
  if (['20', '70'].includes(rule.icms.code) && rule.icms.baseReduction === null)
    faults.push({ field: 'rule.icms.baseReduction', message: `O CST ${rule.icms.code} pede a redução da base` })
  if (['10', '30', '70', '201', '202', '203'].includes(rule.icms.code) && !rule.icms.st)
    faults.push({ field: 'rule.icms.st', message: `O código ${rule.icms.code} pede os dados da substituição tributária` })
  if (['101', '201'].includes(rule.icms.code) && rule.icms.credit === null)
    faults.push({ field: 'rule.icms.credit', message: `O CSOSN ${rule.icms.code} pede o percentual de crédito do mês` })
  return faults
}
const entries = new Set(['return', 'refused', 'repair_in'])

/**
 * Writes rules down without putting them in force. A rule that stands there already, word for word and from the same day, is given back as it is; a
 * suggestion with the same parts and day is replaced. `draft`: it waits for somebody to confirm it.
 */
export async function suggestRules(tx: Tx, bodies: RuleBody[], actor: Actor): Promise<{ id: number; draft: boolean; changed: boolean }[]> {
  const sent = bodies.map(({ rule, ...body }, at) => ({ at, ...body, rule }))
  const shape =
    'sent(at int, operation text, crt int, origin_uf text, destination_uf text, interstate boolean, buyer text, tax_group text, since date, until date, rule jsonb, note text)'
  const { rows: same } = await sql<{ at: number; id: number; draft: boolean }>`
    select distinct on (sent.at) sent.at, tax_rule.id, confirmed_at is null as draft from ${table(sent, shape)}
    join tax_rule on ${sameParts('tax_rule', 'sent')} and tax_rule.since = sent.since and withdrawn_at is null and tax_rule.rule = sent.rule and tax_rule.note is not distinct from sent.note
    order by sent.at, confirmed_at is not null desc`.execute(tx)
  const there = new Map(same.map((row) => [row.at, row]))
  const fresh = sent.filter(({ at }) => !there.has(at))
  if (fresh.length) {
    // the later of two with equal parts in one batch wins, as the later row of a sheet does
    const { rows } = await sql<{ id: number; at: number }>`
      with sent as (select * from ${table(fresh, shape)}), written as (
        insert into tax_rule (operation, crt, origin_uf, destination_uf, interstate, buyer, tax_group, since, until, rule, note, created_by)
        select distinct on (${sql.raw(parts.join(', '))}, since) operation, crt, origin_uf, destination_uf, interstate, buyer, tax_group, since, until, rule, note, ${actor.person}::bigint
        from sent order by ${sql.raw(parts.join(', '))}, since, at desc
        on conflict (operation, crt, origin_uf, destination_uf, interstate, buyer, tax_group, since) where confirmed_at is null and withdrawn_at is null
        do update set rule = excluded.rule, until = excluded.until, note = excluded.note, created_at = now(), created_by = excluded.created_by
        returning *)
      select sent.at, written.id from sent join written on ${sameParts('written', 'sent')} and written.since = sent.since`.execute(tx)
    for (const { at, id } of rows) there.set(at, { at, id, draft: true })
  }
  const isNew = new Set(fresh.map(({ at }) => at))
  return sent.map(({ at }) => ({ id: there.get(at)!.id, draft: there.get(at)!.draft, changed: isNew.has(at) }))
}

/** Confirms suggestions, by id or all. @throws 404 no_such_rule */
export async function confirmRules(tx: Tx, { rules, all }: InputOf<typeof confirmRulesEndpoint>, actor: Actor): Promise<AnswerOf<typeof confirmRulesEndpoint>> {
  const { rows } = await sql<{ id: number }>`
    select id from tax_rule where confirmed_at is null and withdrawn_at is null and (${all ?? false} or id = any(${rules ?? []}::bigint[])) order by id for update`.execute(
    tx,
  )
  await putInForce(
    tx,
    rows.map(({ id }) => id),
    actor,
  )
  return { confirmed: rows.length }
}

/**
 * From now on they count. The version before each one ends on the eve of it, and it ends on the eve of the one after; one of the same day was wrong
 * and is withdrawn. What a confirmed row says is never changed: notas point at it.
 */
async function putInForce(tx: Tx, ids: number[], actor: Actor) {
  if (!ids.length) return
  // two people confirming versions of one rule at once would each miss the other's
  await sql`lock table tax_rule in share row exclusive mode`.execute(tx)
  await sql`
    update tax_rule older set withdrawn_at = now() from tax_rule newer
    where newer.id = any(${ids}::bigint[]) and older.id <> newer.id and older.confirmed_at is not null and older.withdrawn_at is null and ${sameParts('older', 'newer')} and older.since = newer.since`.execute(
    tx,
  )
  await sql`update tax_rule set confirmed_at = now(), confirmed_by = ${actor.person} where id = any(${ids}::bigint[])`.execute(tx)
  await sql`
    with line as (
      select tax_rule.id, lead(tax_rule.since) over (partition by ${sql.raw(parts.map((part) => `tax_rule.${part}`).join(', '))} order by tax_rule.since) - 1 as eve
      from tax_rule where confirmed_at is not null and withdrawn_at is null
        and exists (select 1 from tax_rule newer where newer.id = any(${ids}::bigint[]) and ${sameParts('newer', 'tax_rule')})
    )
    update tax_rule set until = line.eve from line where line.id = tax_rule.id and line.eve is not null and (tax_rule.until is null or tax_rule.until > line.eve)`.execute(
    tx,
  )
}

/** A suggestion goes away; a confirmed rule ends today, or is withdrawn when it has not begun. @throws 404 no_such_rule, 409 rule_closed */
export async function endRule(tx: Tx, { rule: id }: { rule: number }): Promise<void> {
  const { rows } = await sql<{
    state: string
  }>`select case when withdrawn_at is not null or until < today.day then 'closed' when confirmed_at is null then 'draft' when since > today.day then 'future' else 'valid' end as state
    from tax_rule cross join (select (now() at time zone zone)::date as day from merchant_time) today where id = ${id} for update of tax_rule`.execute(tx)
  const state = rows[0]?.state
  if (!state) throw notFound('no_such_rule')
  if (state === 'closed') throw conflict('rule_closed')
  if (state === 'draft') await tx.deleteFrom('tax_rule').where('id', '=', id).execute()
  else if (state === 'future')
    // the version before it goes on where this one would have taken over
    await sql`
      with gone as (update tax_rule set withdrawn_at = now() where id = ${id} returning *)
      update tax_rule older set until = gone.until from gone
      where older.confirmed_at is not null and older.withdrawn_at is null and older.id <> gone.id and ${sameParts('older', 'gone')} and older.until = gone.since - 1`.execute(
      tx,
    )
  else await sql`update tax_rule set until = (now() at time zone zone)::date from merchant_time where id = ${id}`.execute(tx)
}

/** Which rule a case takes today, or on a day. */
export async function tryRule(tx: Tx, { day, ...asked }: InputOf<typeof tryRuleEndpoint>): Promise<AnswerOf<typeof tryRuleEndpoint>> {
  const { rows: days } = await sql<{ day: string }>`select coalesce(${day ?? null}::date, (now() at time zone zone)::date) as day from merchant_time`.execute(
    tx,
  )
  const [chosen] = await ruleFor(tx, [
    {
      operation: asked.operation,
      crt: asked.crt,
      originUf: asked.origin_uf,
      destinationUf: asked.destination_uf,
      buyer: asked.buyer,
      taxGroup: asked.tax_group,
      day: one(days).day,
    },
  ])
  if (!chosen) return { rule: null, message: 'Nenhuma regra serve: uma nota assim não sai. Crie a regra' }
  const { rows } = await sql<RuleRow>`select ${columns} from ${tables} where tax_rule.id = ${chosen.id}`.execute(tx)
  return {
    rule: one(rows),
    message: chosen.confirmed
      ? 'Esta regra vale, por ser a mais específica das que servem'
      : 'Só há uma sugestão, que ninguém confirmou: a nota não sai. Confira e confirme',
  }
}
