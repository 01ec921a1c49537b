import { sql } from 'kysely'
import type { ItemTaxRule } from '../fiscal/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { RuleBody, starterRulesEndpoint } from './contract.ts'
import { suggestRules } from './tax-rules.ts'

type Choice = Omit<InputOf<typeof starterRulesEndpoint>, 'since'>

/**
 * What a common shop needs on its first day, as suggestions for its accountant. Rates of ICMS stay open, for the table of the states fills them in; IBS
 * and CBS of a sale come from the product's cClassTrib. Existing rules and suggestions with the same parts are left alone.
 */
export async function addStarterRules(
  tx: Tx,
  { since, ...choice }: InputOf<typeof starterRulesEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof starterRulesEndpoint>> {
  const { rows } = await sql<{
    day: string
  }>`select coalesce(${since ?? null}::date, date_trunc('year', now() at time zone zone)::date) as day from merchant_time`.execute(tx)
  const wanted = starterRules(choice, one(rows).day)
  const { rows: known } = await sql<{
    key: string
  }>`select concat_ws('|', operation, crt, interstate, buyer) as key from tax_rule where withdrawn_at is null and until is null and origin_uf is null and destination_uf is null and tax_group is null`.execute(
    tx,
  )
  const keys = new Set(known.map(({ key }) => key))
  const fresh = wanted.filter(
    ({ operation, crt, interstate, buyer }) =>
      !keys.has([operation, crt, interstate === null ? null : interstate ? 't' : 'f', buyer].filter((part) => part !== null).join('|')),
  )
  await suggestRules(tx, fresh, actor)
  return { added: fresh.length, kept: wanted.length - fresh.length }
}

/** CFOP of goods bought to resell and of own production: inside, across to who pays no ICMS, across to a contributor; the return of each. */
const cfops = {
  resale: { inside: '5102', consumer: '6108', contributor: '6102', back: '1202', backAcross: '2202', transfer: '5152', transferAcross: '6152' },
  own: { inside: '5101', consumer: '6107', contributor: '6101', back: '1201', backAcross: '2201', transfer: '5151', transferAcross: '6151' },
}

export function starterRules({ regime, goods, contributions }: Choice, since: string): RuleBody[] {
  const cfop = cfops[goods]
  const crts = regime === 'simples' ? ([1, 4] as const) : ([3] as const)
  const says = goods === 'own' && regime === 'normal' ? 'Do conjunto pronto; falta o IPI' : 'Do conjunto pronto'
  const body = (operation: RuleBody['operation'], interstate: boolean, rule: ItemTaxRule, buyer: RuleBody['buyer'] = null): RuleBody[] =>
    crts.map((crt) => ({ operation, crt, origin_uf: null, destination_uf: null, interstate, buyer, tax_group: null, since, until: null, rule, note: says }))
  const sale = (code: string) => taxed(code, regime, contributions)
  const moved = (code: string, classTrib: string) => untaxed(code, regime, classTrib)
  return [
    ...body('sale', false, sale(cfop.inside)),
    ...body('sale', true, sale(cfop.consumer)),
    ...body('sale', true, sale(cfop.contributor), 'contributor'),
    ...(['return', 'refused'] as const).flatMap((operation) => [
      ...body(operation, false, back(sale(cfop.back), regime)),
      ...body(operation, true, back(sale(cfop.backAcross), regime)),
    ]),
    ...(['exchange', 'warranty'] as const).flatMap((operation) => [
      ...body(operation, false, moved('5949', '410999')),
      ...body(operation, true, moved('6949', '410999')),
    ]),
    ...body('repair_in', false, back(moved('1915', '410999'), regime)),
    ...body('repair_in', true, back(moved('2915', '410999'), regime)),
    ...body('repair_back', false, moved('5916', '410999')),
    ...body('repair_back', true, moved('6916', '410999')),
    ...body('repair_out', false, moved('5915', '410999')),
    ...body('repair_out', true, moved('6915', '410999')),
    ...body('transfer', false, moved(cfop.transfer, '410002')),
    ...body('transfer', true, moved(cfop.transferAcross, '410002')),
  ]
}

const nothing = { rate: null, baseReduction: null, deferral: null, fcp: null, st: null, retained: null, relief: null, credit: null }

/** A sale. Normal regime: Lei 9.718/98 (cumulative, 0.65 and 3 %) or Leis 10.637/02 and 10.833/03 (1.65 and 7.6 %); ICMS out of their base (STF, Tema 69). */
function taxed(cfop: string, regime: Choice['regime'], contributions: Choice['contributions']): ItemTaxRule {
  const [pis, cofins] = contributions === 'cumulative' ? ['0.65', '3'] : ['1.65', '7.6']
  return {
    cfop,
    cBenef: null,
    icms: { ...nothing, code: regime === 'simples' ? '102' : '00' },
    difal: null,
    ipi: null,
    pis: regime === 'simples' ? { cst: '49', rate: '0' } : { cst: '01', rate: pis! },
    cofins: regime === 'simples' ? { cst: '49', rate: '0' } : { cst: '01', rate: cofins! },
    contributionsWithout: { icms: regime === 'normal', difal: false },
    ibsCbs: null,
    approximate: null,
  }
}

/** Goods that move without being sold: no ICMS, nothing of PIS and COFINS, IBS and CBS by the class of what is given for nothing. */
function untaxed(cfop: string, regime: Choice['regime'], cClassTrib: string): ItemTaxRule {
  return {
    ...taxed(cfop, regime, 'cumulative'),
    icms: { ...nothing, code: regime === 'simples' ? '400' : '41' },
    pis: { cst: regime === 'simples' ? '49' : '08', rate: '0' },
    cofins: { cst: regime === 'simples' ? '49' : '08', rate: '0' },
    contributionsWithout: { icms: false, difal: false },
    ibsCbs: { cst: '410', cClassTrib, donation: false, reduction: null, deferral: null, regular: null },
  }
}

/** An entry gives no PIS or COFINS to pay. */
const back = (rule: ItemTaxRule, regime: Choice['regime']): ItemTaxRule => {
  const cst = regime === 'simples' ? '99' : '98'
  return { ...rule, pis: { cst, rate: '0' }, cofins: { cst, rate: '0' }, contributionsWithout: { icms: false, difal: false } }
}
