import { plainWords, readDay, readSheet, readYes, sendSheet, writeDay, writeRate } from '../channels/index.ts'
import type { Cell, ImportKind, Read } from '../channels/index.ts'
import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { ruleBody, ruleBuyers, ruleOperations, ruleStates } from './contract.ts'
import type { RuleBody, RuleRow, rulesSheet } from './contract.ts'
import { readUf } from './rate-sheets.ts'
import { ruleFaults, ruleRows, suggestRules } from './tax-rules.ts'

/**
 * A column: `path` in the rule's row, how it is written and read. A group of the rule (st, difal, ipi …) is there when any of its columns is filled.
 */
interface Column {
  path: string
  label: string
  aliases?: string[]
  required?: true
  write: (value: unknown) => Cell
  read: (text: string) => Read<unknown>
}

const text: Pick<Column, 'write' | 'read'> = { write: (value) => (value === null || value === undefined ? null : String(value)), read: (value) => ({ value }) }
const percent: Pick<Column, 'write' | 'read'> = {
  write: (value) => writeRate(value as string | null),
  read: (value) => ({ value: value.replace('%', '').trim().replace(',', '.') }),
}
const number: Pick<Column, 'write' | 'read'> = {
  write: (value) => value as Cell,
  read: (value) => (/^\d+$/.test(value) ? { value: Number(value) } : { fault: `"${value}" não é um número` }),
}
const yes: Pick<Column, 'write' | 'read'> = { write: (value) => (value === true ? 'sim' : value === false ? 'não' : null), read: readYes }
const day: Pick<Column, 'write' | 'read'> = { write: (value) => writeDay(value as string | null), read: readDay }
const uf: Pick<Column, 'write' | 'read'> = { ...text, read: readUf }
/** A word of a list, in any case and without accents. */
const oneOf = (words: Record<string, string>, what: string): Pick<Column, 'write' | 'read'> => ({
  write: (value) => (value === null || value === undefined ? null : (words[String(value)] ?? String(value))),
  read: (value) => {
    const found = Object.entries(words).find(([code, word]) => plainWords(word) === plainWords(value) || plainWords(code) === plainWords(value))
    return found ? { value: found[0] } : { fault: `"${value}" não é ${what}; use ${Object.values(words).join(', ')}` }
  },
})
const reach = { false: 'dentro do estado', true: 'para outro estado' }
const bases = { single: 'única', double: 'dupla' }

const columns: Column[] = [
  { path: 'operation', label: 'Operação', required: true, ...oneOf(ruleOperations, 'uma operação') },
  { path: 'crt', label: 'CRT', aliases: ['regime'], ...number },
  { path: 'origin_uf', label: 'UF de origem', aliases: ['origem'], ...uf },
  { path: 'destination_uf', label: 'UF de destino', aliases: ['destino', 'uf'], ...uf },
  {
    path: 'interstate',
    label: 'Alcance',
    aliases: ['interestadual', 'dentro ou fora'],
    write: oneOf(reach, '').write,
    read: (value) => {
      const read = oneOf(reach, 'um alcance').read(value)
      return 'fault' in read ? read : { value: read.value === 'true' }
    },
  },
  { path: 'buyer', label: 'Comprador', ...oneOf(ruleBuyers, 'um comprador') },
  { path: 'tax_group', label: 'Grupo de imposto', aliases: ['grupo'], ...text },
  { path: 'since', label: 'Vale desde', required: true, aliases: ['desde', 'início'], ...day },
  { path: 'until', label: 'Vale até', aliases: ['até', 'fim'], ...day },
  { path: 'rule.cfop', label: 'CFOP', required: true, ...text },
  { path: 'rule.cBenef', label: 'Código de benefício', aliases: ['cbenef'], ...text },
  { path: 'rule.icms.code', label: 'CST ou CSOSN', required: true, aliases: ['cst', 'csosn', 'cst icms'], ...text },
  { path: 'rule.icms.rate', label: 'ICMS (%)', aliases: ['alíquota icms'], ...percent },
  { path: 'rule.icms.baseReduction', label: 'Redução da base (%)', ...percent },
  { path: 'rule.icms.deferral', label: 'Diferimento (%)', ...percent },
  { path: 'rule.icms.fcp', label: 'FCP (%)', ...percent },
  { path: 'rule.icms.credit', label: 'Crédito do Simples (%)', aliases: ['pcredsn'], ...percent },
  { path: 'rule.icms.st.mode', label: 'ST: modalidade', ...number },
  { path: 'rule.icms.st.mva', label: 'ST: MVA (%)', ...percent },
  { path: 'rule.icms.st.baseReduction', label: 'ST: redução da base (%)', ...percent },
  { path: 'rule.icms.st.rate', label: 'ST: alíquota (%)', ...percent },
  { path: 'rule.icms.st.fcp', label: 'ST: FCP (%)', ...percent },
  { path: 'rule.icms.retained.unitBase', label: 'ST anterior: base por unidade (R$)', ...percent },
  { path: 'rule.icms.retained.rate', label: 'ST anterior: alíquota (%)', ...percent },
  { path: 'rule.icms.retained.unitSubstitute', label: 'ST anterior: ICMS próprio por unidade (R$)', ...percent },
  { path: 'rule.icms.retained.unitValue', label: 'ST anterior: ICMS retido por unidade (R$)', ...percent },
  { path: 'rule.icms.relief.reason', label: 'Desoneração: motivo', ...text },
  { path: 'rule.icms.relief.rate', label: 'Desoneração: alíquota (%)', ...percent },
  { path: 'rule.icms.relief.inside', label: 'Desoneração: por dentro', ...yes },
  { path: 'rule.icms.relief.deducted', label: 'Desoneração: deduz do total', ...yes },
  { path: 'rule.difal.internal', label: 'DIFAL: alíquota interna (%)', ...percent },
  { path: 'rule.difal.interstate', label: 'DIFAL: interestadual (%)', ...percent },
  { path: 'rule.difal.fcp', label: 'DIFAL: FCP (%)', ...percent },
  { path: 'rule.difal.base', label: 'DIFAL: base', ...oneOf(bases, 'uma base') },
  { path: 'rule.ipi.cst', label: 'IPI: CST', ...text },
  { path: 'rule.ipi.framework', label: 'IPI: enquadramento', ...text },
  { path: 'rule.ipi.rate', label: 'IPI (%)', ...percent },
  { path: 'rule.pis.cst', label: 'PIS: CST', required: true, ...text },
  { path: 'rule.pis.rate', label: 'PIS (%)', required: true, ...percent },
  { path: 'rule.cofins.cst', label: 'COFINS: CST', required: true, ...text },
  { path: 'rule.cofins.rate', label: 'COFINS (%)', required: true, ...percent },
  { path: 'rule.contributionsWithout.icms', label: 'PIS e COFINS sem ICMS na base', ...yes },
  { path: 'rule.contributionsWithout.difal', label: 'PIS e COFINS sem DIFAL na base', ...yes },
  { path: 'rule.ibsCbs.cst', label: 'IBS/CBS: CST', ...text },
  { path: 'rule.ibsCbs.cClassTrib', label: 'IBS/CBS: cClassTrib', ...text },
  { path: 'rule.ibsCbs.donation', label: 'IBS/CBS: doação', ...yes },
  { path: 'rule.ibsCbs.reduction.ibs', label: 'IBS: redução (%)', ...percent },
  { path: 'rule.ibsCbs.reduction.cbs', label: 'CBS: redução (%)', ...percent },
  { path: 'rule.ibsCbs.deferral.ibs', label: 'IBS: diferimento (%)', ...percent },
  { path: 'rule.ibsCbs.deferral.cbs', label: 'CBS: diferimento (%)', ...percent },
  { path: 'rule.ibsCbs.regular.cst', label: 'IBS/CBS regular: CST', ...text },
  { path: 'rule.ibsCbs.regular.cClassTrib', label: 'IBS/CBS regular: cClassTrib', ...text },
  { path: 'rule.ibsCbs.regular.reduction.ibs', label: 'IBS/CBS regular: redução IBS (%)', ...percent },
  { path: 'rule.ibsCbs.regular.reduction.cbs', label: 'IBS/CBS regular: redução CBS (%)', ...percent },
  { path: 'rule.approximate', label: 'Tributos aproximados (%)', ...percent },
  { path: 'note', label: 'Observação', ...text },
]

export async function ruleSheet({ app, actor, input, reply }: Call<InputOf<typeof rulesSheet>>) {
  const rows = await inMerchant(app.pool, actor.merchant, (tx) => ruleRows(tx, input), { readOnly: true })
  return sendSheet(reply, {
    name: 'regras-de-imposto',
    format: input.format,
    columns: [...columns.map(({ label }) => label), 'Situação'],
    rows: rows.map((row) => [...columns.map(({ path, write }) => write(at(row, path))), ruleStates[row.state]]),
  })
}

const at = (row: RuleRow, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], row)

export const taxRulesKind: ImportKind = {
  permission: 'fiscal.manage',
  fields: columns.map(({ path, label, aliases = [], required }) => ({ name: path, label, aliases, ...(required ? { required } : {}) })),
  groupBy: [],
  check: (rows, mapping) =>
    readSheet<RuleBody>(
      rows,
      mapping,
      columns.map(({ path, label, aliases = [] }) => ({ name: path, label, aliases })),
      (read, fault) => {
        const cells = new Map(columns.map((column) => [column.path, read(column.path, column.read, column.required && `Informe ${column.label}`)]))
        const parsed = ruleBody.safeParse(fromCells(cells))
        // what a cell reader already refused is not said twice
        if (!parsed.success)
          for (const { path, message } of parsed.error.issues) if (!isBroken(cells, path.join('.'))) fault(columnFor(path.join('.')), message)
        if (parsed.success) for (const { field, message } of ruleFaults(parsed.data)) fault(columnFor(field), message)
        return (parsed.success ? parsed.data : {}) as RuleBody
      },
      ({ rule: _, note: _note, until: _until, ...parts }) => JSON.stringify(parts),
      'a regra',
    ),
  async apply(tx, inputs: RuleBody[], actor) {
    return (await suggestRules(tx, inputs, actor)).map(({ changed }) => ({ changed, faults: [] }))
  },
}

const isBroken = (cells: Map<string, unknown>, path: string) =>
  columns.some((column) => column.path === path && column.required && cells.get(path) === undefined)
/** The column of a fault: its own, or the first of its group. */
const columnFor = (path: string) =>
  columns.find((column) => column.path === path)?.path ?? columns.find((column) => column.path.startsWith(`${path}.`))?.path ?? path

/** Groups that are null as a whole when every cell of theirs is empty. */
const groups = [
  'rule.icms.st',
  'rule.icms.retained',
  'rule.icms.relief',
  'rule.difal',
  'rule.ipi',
  'rule.ibsCbs.regular.reduction',
  'rule.ibsCbs.regular',
  'rule.ibsCbs.reduction',
  'rule.ibsCbs.deferral',
  'rule.ibsCbs',
]
/** Said by an empty cell. */
const defaults: Record<string, unknown> = {
  'rule.contributionsWithout.icms': false,
  'rule.contributionsWithout.difal': false,
  'rule.ibsCbs.donation': false,
  'rule.icms.relief.inside': false,
  'rule.icms.relief.deducted': false,
}

function fromCells(cells: Map<string, unknown>): unknown {
  const empty = new Set(groups.filter((group) => [...cells].every(([path, value]) => !path.startsWith(`${group}.`) || value === undefined || value === false)))
  const body: Record<string, unknown> = {}
  const put = (path: string, value: unknown) => {
    const keys = path.split('.')
    const last = keys.pop()!
    let part = body
    for (const key of keys) part = (part[key] ??= {}) as Record<string, unknown>
    part[last] = value
  }
  for (const [path, value] of cells) if (![...empty].some((group) => path.startsWith(`${group}.`))) put(path, value ?? defaults[path] ?? null)
  for (const group of empty) if (![...empty].some((outer) => outer !== group && group.startsWith(`${outer}.`))) put(group, null)
  return body
}
