import type { RuleRow, saveRuleEndpoint } from '../../../server/fiscal-setup/contract.ts'
import type { SentTo } from '../../../server/platform/endpoint.ts'

export type RuleDraft = Omit<SentTo<typeof saveRuleEndpoint>, 'confirm' | 'instead_of'>
export type TaxDraft = RuleDraft['rule']
type Icms = TaxDraft['icms']

const today = () => new Date().toLocaleDateString('sv-SE', { timeZone: 'America/Sao_Paulo' })

const empty: RuleDraft = {
  operation: 'sale',
  crt: null,
  origin_uf: null,
  destination_uf: null,
  interstate: null,
  buyer: null,
  tax_group: null,
  since: '',
  until: null,
  note: null,
  rule: {
    cfop: '',
    cBenef: null,
    icms: { code: '102', rate: null, baseReduction: null, deferral: null, fcp: null, st: null, retained: null, relief: null, credit: null },
    difal: null,
    ipi: null,
    pis: { cst: '49', rate: '0' },
    cofins: { cst: '49', rate: '0' },
    contributionsWithout: { icms: false, difal: false },
    ibsCbs: null,
    approximate: null,
  },
}

/** A suggestion keeps its day; a version of a rule in force begins today. */
export function draftOf(rule: RuleRow | null): RuleDraft {
  if (!rule) return { ...empty, since: today() }
  const { id: _id, state, confirmed_at: _at, confirmed_by: _by, until, ...parts } = rule
  return {
    ...parts,
    crt: parts.crt as RuleDraft['crt'],
    origin_uf: parts.origin_uf as RuleDraft['origin_uf'],
    destination_uf: parts.destination_uf as RuleDraft['destination_uf'],
    since: state === 'confirmed' && rule.since < today() ? today() : rule.since,
    until: state === 'suggested' ? until : null,
  }
}

/** What a group begins with when somebody turns it on. */
export const groupStarts = {
  st: { mode: 4, mva: '0', baseReduction: null, rate: '18', fcp: null } satisfies NonNullable<Icms['st']>,
  retained: { unitBase: '0', rate: '18', unitSubstitute: null, unitValue: '0' } satisfies NonNullable<Icms['retained']>,
  relief: { reason: '9', rate: '18', inside: false, deducted: false } satisfies NonNullable<Icms['relief']>,
  difal: { internal: '18', interstate: '12', fcp: null, base: 'single' } satisfies NonNullable<TaxDraft['difal']>,
  ipi: { cst: '50', framework: '999', rate: '0' } satisfies NonNullable<TaxDraft['ipi']>,
  ibsCbs: { cst: '410', cClassTrib: '410999', donation: false, reduction: null, deferral: null, regular: null } satisfies NonNullable<TaxDraft['ibsCbs']>,
}

/** Fields that show their own fault. */
export const shownFields = [
  'operation',
  'crt',
  'origin_uf',
  'destination_uf',
  'interstate',
  'buyer',
  'tax_group',
  'since',
  'until',
  'note',
  'rule.cfop',
  'rule.cBenef',
  'rule.icms.code',
  'rule.icms.rate',
  'rule.icms.baseReduction',
  'rule.icms.deferral',
  'rule.icms.fcp',
  'rule.icms.credit',
  'rule.icms.st.mva',
  'rule.icms.st.rate',
  'rule.icms.st.baseReduction',
  'rule.icms.st.fcp',
  'rule.icms.retained.unitBase',
  'rule.icms.retained.rate',
  'rule.icms.retained.unitSubstitute',
  'rule.icms.retained.unitValue',
  'rule.icms.relief.reason',
  'rule.icms.relief.rate',
  'rule.difal.internal',
  'rule.difal.interstate',
  'rule.difal.fcp',
  'rule.ipi.cst',
  'rule.ipi.framework',
  'rule.ipi.rate',
  'rule.pis.cst',
  'rule.pis.rate',
  'rule.cofins.cst',
  'rule.cofins.rate',
  'rule.ibsCbs.cst',
  'rule.ibsCbs.cClassTrib',
  'rule.ibsCbs.reduction.ibs',
  'rule.ibsCbs.reduction.cbs',
  'rule.approximate',
]
