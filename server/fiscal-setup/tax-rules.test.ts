import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import type { ItemTaxRule } from '../fiscal/index.ts'
import { itemTaxRule, ruleBody } from './contract.ts'
import type { RuleBody } from './contract.ts'
import { addStarterRules, confirmRules, precedence, ruleFor, saveRule } from './index.ts'
import type { RuleQuestion } from './index.ts'
import { starterRules } from './starter-rules.ts'
import { endRule, ruleFaults, ruleList } from './tax-rules.ts'

const db = await cloneDatabase()
beforeEach(() => db.command((tx) => sql`delete from tax_rule`.execute(tx)))

const [simplesSale] = starterRules({ regime: 'simples', goods: 'resale', contributions: 'cumulative' }, '2026-01-01')
const ruleOf = (over: Partial<ItemTaxRule> = {}): ItemTaxRule => ({ ...simplesSale!.rule, ...over })
const body = (over: Partial<RuleBody> = {}): RuleBody & { confirm: boolean } => ({
  operation: 'sale',
  crt: null,
  origin_uf: null,
  destination_uf: null,
  interstate: null,
  buyer: null,
  tax_group: null,
  since: '2026-01-01',
  until: null,
  rule: ruleOf(),
  note: null,
  confirm: true,
  ...over,
})
const save = (over: Partial<RuleBody & { confirm: boolean; instead_of: number }> = {}) =>
  db.command((tx, actor) => saveRule(tx, { ...body(), ...over }, actor)).then(({ id }) => id)
const question: RuleQuestion = { operation: 'sale', crt: 3, originUf: 'MG', destinationUf: 'SP', buyer: 'consumer', taxGroup: 'bebidas', day: '2026-11-21' }
const chosen = async (over: Partial<RuleQuestion> = {}) => (await db.command((tx) => ruleFor(tx, [{ ...question, ...over }])))[0]

describe('the rule that wins', () => {
  test('is the most specific, in the written order of precedence', async () => {
    const named: Record<(typeof precedence)[number], Partial<RuleBody>> = {
      tax_group: { tax_group: 'bebidas' },
      destination_uf: { destination_uf: 'SP' },
      origin_uf: { origin_uf: 'MG' },
      buyer: { buyer: 'consumer' },
      interstate: { interstate: true },
      crt: { crt: 3 },
    }
    const cst = { rule: ruleOf({ cfop: '6102', icms: { ...ruleOf().icms, code: '00' } }) }
    const any = await save(cst)
    expect((await chosen())?.id).toBe(any)
    // from the weakest to the strongest: each new one beats all that were there, however many parts they name
    const weaker: Partial<RuleBody>[] = []
    for (const part of precedence.toReversed()) {
      const alone = await save({ ...cst, ...named[part] })
      expect((await chosen())?.id, part).toBe(alone)
      const together = weaker.length ? await save({ ...cst, ...Object.assign({}, ...weaker, named[part]) }) : alone
      expect((await chosen())?.id, `${part} and the weaker ones`).toBe(together)
      weaker.push(named[part])
    }
    expect(await chosen({ operation: 'return' })).toBeNull()
    expect((await chosen({ taxGroup: 'geral', destinationUf: 'MG', originUf: 'BA', buyer: 'company', crt: 2 }))?.id).not.toBe(any)
    expect((await chosen({ taxGroup: 'geral', destinationUf: 'BA', originUf: 'BA', buyer: 'company', crt: 2 }))?.id).toBe(any)
  })

  test('is answered for many questions in their order, repeated ones too', async () => {
    const inside = await save({ interstate: false, rule: ruleOf({ cfop: '5102' }) })
    const across = await save({ interstate: true, rule: ruleOf({ cfop: '6102' }) })
    const answers = await db.command((tx) =>
      ruleFor(tx, [question, { ...question, destinationUf: 'MG' }, { ...question, operation: 'transfer' }, question, { ...question, originUf: 'SP' }]),
    )
    expect(answers.map((answer) => answer?.id ?? null)).toEqual([across, inside, null, across, inside])
    expect(answers[0]).toMatchObject({ confirmed: true, rule: { cfop: '6102' } })
    expect(await db.command((tx) => ruleFor(tx, []))).toEqual([])
  })

  test('is a confirmed one before a more specific suggestion, and a suggestion says so when it stands alone', async () => {
    const suggestion = await save({ tax_group: 'bebidas', confirm: false })
    expect(await chosen()).toMatchObject({ id: suggestion, confirmed: false })
    const general = await save()
    expect(await chosen()).toMatchObject({ id: general, confirmed: true })
    await db.command((tx, actor) => confirmRules(tx, { rules: [suggestion] }, actor))
    expect(await chosen()).toMatchObject({ id: suggestion, confirmed: true })
  })
})

describe('a version', () => {
  test('closes the one before on its eve and changes nothing of what it said', async () => {
    const first = await save({ since: '2026-01-01', rule: ruleOf({ approximate: '10' }) })
    const third = await save({ since: '2026-10-01', rule: ruleOf({ approximate: '30' }) })
    // one that comes between two ends where the later begins
    const second = await save({ since: '2026-05-01', rule: ruleOf({ approximate: '20' }) })
    const { rows } = await db.command((tx) =>
      sql<{ id: number; until: string | null; said: string }>`select id, until, rule ->> 'approximate' as said from tax_rule order by since`.execute(tx),
    )
    expect(rows).toEqual([
      { id: first, until: '2026-04-30', said: '10' },
      { id: second, until: '2026-09-30', said: '20' },
      { id: third, until: null, said: '30' },
    ])
    expect((await chosen({ day: '2026-04-30' }))?.id).toBe(first)
    expect((await chosen({ day: '2026-05-01' }))?.id).toBe(second)
    expect(await chosen({ day: '2025-12-31' })).toBeNull()
  })

  test('of the same day withdraws the wrong one, which stays as it was for the notas that point at it', async () => {
    const wrong = await save({ rule: ruleOf({ approximate: '1' }) })
    const right = await save({ rule: ruleOf({ approximate: '2' }) })
    expect((await chosen())?.id).toBe(right)
    const { rows } = await db.command((tx) => ruleList(tx, { history: true }))
    expect(rows.find(({ id }) => id === wrong)).toMatchObject({ state: 'withdrawn', rule: { approximate: '1' } })
    // the same again is the same row
    expect(await save({ rule: ruleOf({ approximate: '2' }) })).toBe(right)
  })

  test('that is ended counts to the end of today; one that has not begun hands its days back', async () => {
    const first = await save()
    const next = await save({ since: '2999-01-01', rule: ruleOf({ approximate: '5' }) })
    await db.command((tx) => endRule(tx, { rule: next }))
    expect((await chosen({ day: '2999-06-01' }))?.id).toBe(first)
    await db.command((tx) => endRule(tx, { rule: first }))
    expect(await chosen({ day: '2999-06-01' })).toBeNull()
    await expect(db.command((tx) => endRule(tx, { rule: next }))).rejects.toMatchObject({ code: 'rule_closed' })
    await expect(db.command((tx) => endRule(tx, { rule: 999_999 }))).rejects.toMatchObject({ code: 'no_such_rule' })
  })

  test('confirmed twice at once ends as one line of versions', async () => {
    const ids = await Promise.all(
      ['2026-02-01', '2026-03-01', '2026-04-01'].map((since) => save({ since, confirm: false, rule: ruleOf({ approximate: since.slice(6, 7) }) })),
    )
    await Promise.all(ids.map((id) => db.command((tx, actor) => confirmRules(tx, { rules: [id] }, actor))))
    await db.command((tx, actor) => confirmRules(tx, { all: true }, actor))
    for (const [at, id] of ids.entries()) expect((await chosen({ day: `2026-0${at + 2}-15` }))?.id).toBe(id)
  })
})

describe('a rule that contradicts itself', () => {
  const wrong: [string, Partial<RuleBody>, string][] = [
    ['an exit with an entry CFOP', { rule: ruleOf({ cfop: '1202' }) }, 'rule.cfop'],
    ['across the border with a CFOP of inside', { interstate: true }, 'rule.cfop'],
    ['a CST in a Simples company', { crt: 1, rule: ruleOf({ icms: { ...ruleOf().icms, code: '00' } }) }, 'rule.icms.code'],
    ['inside, between two states', { origin_uf: 'MG', destination_uf: 'SP', interstate: false, rule: ruleOf({ cfop: '6102' }) }, 'interstate'],
    ['an end before its beginning', { until: '2025-01-01' }, 'until'],
    ['CST 20 without reduction', { rule: ruleOf({ icms: { ...ruleOf().icms, code: '20' } }) }, 'rule.icms.baseReduction'],
  ]
  test.each(wrong)('%s is refused by field', async (_name, over, field) => {
    await expect(save(over)).rejects.toMatchObject({ code: 'invalid_input', faults: [expect.objectContaining({ field })] })
  })
  test('is refused by the shape where the shape knows', () => {
    expect(itemTaxRule.safeParse({ ...ruleOf(), pis: { cst: '1', rate: '101' } }).error?.issues.map(({ path }) => path.join('.'))).toEqual([
      'pis.cst',
      'pis.rate',
    ])
    expect(itemTaxRule.parse({ ...ruleOf(), approximate: '12,5' }).approximate).toBe('12.5')
  })
})

describe('the starter set', () => {
  test.each(['simples', 'normal'] as const)('%s is whole, fits its own checks, and waits for somebody', async (regime) => {
    for (const goods of ['resale', 'own'] as const)
      for (const suggestion of starterRules({ regime, goods, contributions: 'non_cumulative' }, '2026-01-01')) {
        expect(ruleBody.parse(suggestion)).toEqual(suggestion)
        expect(ruleFaults(suggestion), JSON.stringify(suggestion)).toEqual([])
      }
    const first = await db.command((tx, actor) => addStarterRules(tx, { regime, goods: 'resale', contributions: 'cumulative' }, actor))
    expect(first.added).toBeGreaterThan(15)
    const crt = regime === 'simples' ? 1 : 3
    expect(await chosen({ crt })).toMatchObject({ confirmed: false, rule: { cfop: '6108' } })
    expect(await db.command((tx, actor) => addStarterRules(tx, { regime, goods: 'own', contributions: 'cumulative' }, actor))).toEqual({
      added: 0,
      kept: first.added,
    })
    expect(await db.command((tx, actor) => confirmRules(tx, { all: true }, actor))).toEqual({ confirmed: first.added })
    expect(await chosen({ crt, buyer: 'contributor' })).toMatchObject({ confirmed: true, rule: { cfop: '6102' } })
    expect(await chosen({ crt, operation: 'return', destinationUf: 'MG' })).toMatchObject({ rule: { cfop: '1202' } })
  })
})
