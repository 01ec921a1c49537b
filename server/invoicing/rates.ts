import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { IbsCbsRates } from '../fiscal/index.ts'

/** What the law says on one day, read once for a whole batch of notas. */
export interface LawOfTheDay {
  /** YYYY-MM-DD, the merchant's. */
  day: string
  zone: string
  states: Record<string, { internal_rate: string; fcp_rate: string; difal_base: 'single' | 'double'; confirmed: boolean }>
  reform: IbsCbsRates[]
  /** By CRT: whether notas of today show IBS and CBS. */
  duty: Record<string, boolean>
  classes: Record<string, { cst: string; ibs: string; cbs: string }>
}

/** Rates are plain decimal text, as the tax engine takes them: never a float. */
export async function lawOfTheDay(tx: Tx): Promise<LawOfTheDay> {
  const { rows } = await sql<LawOfTheDay>`
    select today.day::text as day, zone,
      (select coalesce(jsonb_object_agg(uf, rate), '{}') from (
        select distinct on (uf) uf, jsonb_build_object('internal_rate', trim_scale(internal_rate)::text, 'fcp_rate', trim_scale(fcp_rate)::text, 'difal_base', difal_base, 'confirmed', confirmed_at is not null) as rate
        from state_rate where since <= today.day order by uf, since desc) latest) as states,
      (select coalesce(jsonb_agg(jsonb_build_object('from', since::text, 'until', until::text, 'ibsState', trim_scale(ibs_uf)::text, 'ibsMunicipal', trim_scale(ibs_mun)::text, 'cbs', trim_scale(cbs)::text,
          -- 2026 is the test year: shown, not charged (LC 214/2025 art. 348)
          'onTop', since >= '2027-01-01') order by since), '[]')
        from (select *, lead(since) over (order by since) - 1 as until from reform_rate) dated) as reform,
      (select coalesce(jsonb_object_agg(crt, required), '{}') from (select distinct on (crt) crt, required from reform_duty where since <= today.day order by crt, since desc) latest) as duty,
      (select coalesce(jsonb_object_agg(code, jsonb_build_object('cst', cst, 'ibs', trim_scale(ibs_reduction)::text, 'cbs', trim_scale(cbs_reduction)::text)), '{}') from class_trib) as classes
    from merchant_time, lateral (select (now() at time zone zone)::date as day) today`.execute(tx)
  return one(rows)
}

/** An instant as the layout writes it, with the offset of the merchant's zone and whole seconds: 2026-11-21T17:40:00-03:00. */
export function withOffset(at: Date, zone: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const offset = parts['timeZoneName'] === 'GMT' ? '+00:00' : (parts['timeZoneName'] as string).slice(3)
  return `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}${offset}`
}
