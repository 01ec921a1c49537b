import { sql } from 'kysely'

/** What a text says, whatever its case, accents and signs. */
export const plain = (text: ReturnType<typeof sql>) => sql`trim(regexp_replace(upper(unaccent(${text})), '[^A-Z0-9]+', ' ', 'g'))`
/** The letters of a text: two memos of the same kind have the same ones. */
export const letters = (text: ReturnType<typeof sql>) => sql`trim(regexp_replace(upper(unaccent(${text})), '[^A-Z]+', ' ', 'g'))`

/**
 * Lines that are not whole explained: one, those after an id, or all; with the text of memo and name. `held`: a part is explained already, or a person opened it
 * again: it is left to persons and only stands in the way of others.
 */
export const openLines = ({ line, after }: Scope) => sql`(
  select line.*, ${plain(sql`memo || ' ' || coalesce(counterpart_name, '')`)} as text, balance.whole - balance.explained as remaining,
    balance.explained > 0 or exists (select from bank_match where (bank_line_id = line.id or other_line_id = line.id) and undone_at is not null) as held
  from bank_line_balance balance join bank_line line on line.id = balance.bank_line_id
  where balance.explained < balance.whole and (${line ?? null}::bigint is null or balance.bank_line_id = ${line ?? null}::bigint) and balance.bank_line_id > ${after ?? 0}
)`

export interface Scope {
  line?: number
  after?: number
}
