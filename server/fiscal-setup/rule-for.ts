import { sql } from 'kysely'
import type { ItemTaxRule } from '../fiscal/index.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

export type RuleOperation = 'sale' | 'return' | 'refused' | 'exchange' | 'warranty' | 'repair_in' | 'repair_back' | 'repair_out' | 'transfer'
export type RuleBuyer = 'consumer' | 'company' | 'contributor'

/** What decides the rule of one item. */
export interface RuleQuestion {
  operation: RuleOperation
  crt: number
  originUf: string
  destinationUf: string
  /** consumer: CPF. company: CNPJ without IE. contributor: with IE. */
  buyer: RuleBuyer
  taxGroup: string
  /** YYYY-MM-DD, of the issue. */
  day: string
}
export interface ChosenRule {
  id: number
  /** As stored: invoicing fills in what the dated tables say (resolve-rule.ts). */
  rule: ItemTaxRule
  /** False: only suggestions fit, and nobody has answered for them. Nothing is issued with one. */
  confirmed: boolean
}

/**
 * Which of the rules that fit wins. A rule fits when every part that it names is equal; a part left empty means any. Then, in this order:
 *
 * 1. a confirmed rule before a suggestion;
 * 2. the rule that names the product group before one that does not: what a product is (substitution, exemption) weighs most;
 * 3. the one that names the destination's UF;
 * 4. the one that names the origin's UF;
 * 5. the one that names the buyer;
 * 6. the one that says inside or across the border;
 * 7. the one that names the company's CRT;
 * 8. the newest by its first day.
 *
 * Each step counts before all the later ones together, so two rules never draw: equal parts and equal day are one row.
 */
export const precedence = ['tax_group', 'destination_uf', 'origin_uf', 'buyer', 'interstate', 'crt'] as const

/** The rule of each question, in their order, in one statement however many there are; null where none fits. */
export async function ruleFor(tx: Tx, questions: RuleQuestion[]): Promise<(ChosenRule | null)[]> {
  const keys = questions.map((question) => JSON.stringify(Object.values(asked(question))))
  const distinct = [...new Map(questions.map((question, at) => [keys[at]!, asked(question)]))]
  if (!distinct.length) return []
  const { rows } = await sql<ChosenRule & { at: number }>`
    select asked.at, chosen.id, chosen.rule, chosen.confirmed
    from ${table(
      distinct.map(([, parts], at) => ({ at, ...parts })),
      'asked(at int, operation text, crt int, origin_uf text, destination_uf text, buyer text, tax_group text, day date)',
    )}
    cross join lateral (
      select id, rule, confirmed_at is not null as confirmed from tax_rule
      where tax_rule.operation = asked.operation and withdrawn_at is null and since <= asked.day and (until is null or until >= asked.day)
        and (tax_rule.crt is null or tax_rule.crt = asked.crt)
        and (tax_rule.origin_uf is null or tax_rule.origin_uf = asked.origin_uf)
        and (tax_rule.destination_uf is null or tax_rule.destination_uf = asked.destination_uf)
        and (tax_rule.interstate is null or tax_rule.interstate = (asked.origin_uf <> asked.destination_uf))
        and (tax_rule.buyer is null or tax_rule.buyer = asked.buyer)
        and (tax_rule.tax_group is null or tax_rule.tax_group = asked.tax_group)
      order by confirmed_at is not null desc, ${sql.raw(precedence.map((part) => `tax_rule.${part} is not null desc`).join(', '))}, since desc
      limit 1
    ) chosen`.execute(tx)
  const found = new Map(rows.map(({ at, ...chosen }) => [distinct[at]![0], chosen]))
  return keys.map((key) => found.get(key) ?? null)
}

const asked = ({ operation, crt, originUf, destinationUf, buyer, taxGroup, day }: RuleQuestion) => ({
  operation,
  crt,
  origin_uf: originUf,
  destination_uf: destinationUf,
  buyer,
  tax_group: taxGroup,
  day,
})
