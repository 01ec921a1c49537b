import { z } from 'zod'
import { endpoint, id, page, paging, words } from '../platform/endpoint.ts'

/* Files that people send: read into rows, columns mapped, every row checked, the good ones imported. */

export const kinds = ['orders', 'products', 'tracking', 'product_fiscal', 'tax_rules', 'state_rates', 'class_trib', 'payables', 'fee_policies'] as const
export const kind = z.enum(kinds, `Use ${kinds.join(', ')}`)
export const importStates = {
  reading: 'lendo o arquivo',
  mapping: 'ligue as colunas',
  checking: 'conferindo as linhas',
  checked: 'conferido',
  importing: 'importando',
  done: 'concluído',
  failed: 'não pôde ser lido',
} as const
export const rowStates = { new: 'a conferir', good: 'certa', bad: 'com erro', imported: 'importada', unchanged: 'já estava aqui' } as const
const importState = z.enum(Object.keys(importStates) as [keyof typeof importStates, ...(keyof typeof importStates)[]])
const rowState = z.enum(Object.keys(rowStates) as [keyof typeof rowStates, ...(keyof typeof rowStates)[]])

const counts = z.object({ total: z.number(), new: z.number(), good: z.number(), bad: z.number(), imported: z.number(), unchanged: z.number() })
const importRow = z.object({
  id: z.number(),
  kind,
  name: z.string(),
  format: z.enum(['csv', 'xlsx', 'json']),
  state: importState,
  /** `code` of the channel account for rows that name none. */
  account: z.string().nullable(),
  counts,
  failure: z.string().nullable(),
  created_at: z.string(),
  created_by: z.string().nullable(),
  finished_at: z.string().nullable(),
})
export type ImportRow = z.output<typeof importRow>

export const importPage = importRow.extend({
  columns: z.array(z.string()),
  /** How the file was understood, in Portuguese. */
  notices: z.array(z.string()),
  /** Field → column: the guess at first, then what the person chose. */
  mapping: z.record(z.string(), z.string()),
  fields: z.array(z.object({ name: z.string(), label: z.string(), required: z.boolean() })),
  sample: z.array(z.object({ row: z.number(), values: z.record(z.string(), z.string()) })),
})
export type ImportPage = z.output<typeof importPage>

const params = z.object({ import: id })

export const uploadImport = endpoint('uploadImport', {
  method: 'POST',
  path: '/imports',
  permission: 'signed_in',
  summary: 'Enviar um arquivo CSV, XLSX ou JSON de até 200 MB',
  query: z.object({
    kind,
    /** `code` of the channel account, for orders without a column that names it. */
    account: words(40).optional(),
    /** Default: by the file's name. */
    format: z.enum(['csv', 'xlsx', 'json'], 'Use csv, xlsx ou json').optional(),
  }),
  answer: importPage,
  upload: true,
})
export const listImports = endpoint('listImports', {
  method: 'GET',
  path: '/imports',
  permission: 'signed_in',
  summary: 'Listar as importações',
  query: z.object({ kind: kind.optional(), ...paging }),
  answer: page(importRow),
})
export const readImport = endpoint('readImport', {
  method: 'GET',
  path: '/imports/:import',
  permission: 'signed_in',
  summary: 'Ver uma importação',
  params,
  answer: importPage,
})
export const mapImport = endpoint('mapImport', {
  method: 'PUT',
  path: '/imports/:import/mapping',
  permission: 'signed_in',
  summary: 'Ligar as colunas aos campos e conferir todas as linhas',
  params,
  body: z.object({ mapping: z.record(z.string(), z.string(), 'Informe as colunas: { "campo": "coluna" }'), account: words(40).nullish() }),
  answer: importPage,
})
export const runImport = endpoint('runImport', {
  method: 'POST',
  path: '/imports/:import/run',
  permission: 'signed_in',
  summary: 'Importar as linhas certas',
  params,
  answer: importPage,
})
export const importRows = endpoint('importRows', {
  method: 'GET',
  path: '/imports/:import/rows',
  permission: 'signed_in',
  summary: 'Ver as linhas de uma importação',
  params,
  query: z.object({ state: rowState.optional(), ...paging }),
  answer: page(
    z.object({
      row: z.number(),
      state: rowState,
      values: z.record(z.string(), z.string()),
      faults: z.array(z.object({ field: z.string(), message: z.string() })),
    }),
  ),
})
export const badRows = endpoint('badRows', {
  method: 'GET',
  path: '/imports/:import/bad.csv',
  permission: 'signed_in',
  summary: 'Baixar as linhas com erro, com o motivo; corrija e envie o mesmo arquivo',
  params,
  file: 'text/csv',
})

export const refusals = {
  no_such_import: 'A importação {import} não existe',
  file_missing: 'Envie o arquivo no campo "file"',
  file_empty: 'O arquivo está vazio; confira se salvou a planilha certa',
  file_without_rows: 'O arquivo só tem o cabeçalho; inclua as linhas e envie de novo',
  file_unreadable: '{reason}',
  file_unknown_format: 'O arquivo "{name}" não é CSV, XLSX nem JSON; salve em um desses formatos',
  file_expands_too_much: 'A planilha descompactada passa de {limit} MB ou é grande demais para o seu tamanho; salve como CSV e envie de novo',
  file_too_large: 'O arquivo passa de {limit} MB neste formato; salve como CSV, que aceita até 200 MB',
  upload_broken: 'O envio do arquivo foi interrompido; envie de novo',
  import_kind_not_available: 'Este tipo de importação não está disponível aqui',
  import_not_ready: 'A importação está em "{state}"; espere terminar e tente de novo',
  import_not_checked: 'Ligue as colunas e confira as linhas antes de importar',
  nothing_to_import: 'Não há linha certa para importar; baixe as linhas com erro, corrija e envie de novo',
}
