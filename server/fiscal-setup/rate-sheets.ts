import { readDay, readRate, readSheet, sendSheet, writeDay, writeRate } from '../channels/index.ts'
import type { Field, ImportKind, Read } from '../channels/index.ts'
import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { ufs } from './contract.ts'
import type { StateRateBody, stateRatesSheet } from './contract.ts'
import { saveClassTrib, stateRateRows, suggestRates } from './rates.ts'
import type { ClassTribInput } from './rates.ts'

export const readUf = (text: string): Read<(typeof ufs)[number]> => {
  const uf = ufs.find((one) => one === text.toUpperCase())
  return uf ? { value: uf } : { fault: `"${text}" não é uma UF; escreva a sigla, por exemplo MG` }
}
const stateFields: Field[] = [
  { name: 'uf', label: 'UF', required: true, aliases: ['estado', 'sigla'] },
  { name: 'since', label: 'Vale desde', required: true, aliases: ['desde', 'início', 'vigência', 'data'] },
  { name: 'internal_rate', label: 'Alíquota interna (%)', required: true, aliases: ['alíquota interna', 'alíquota', 'icms'] },
  { name: 'fcp_rate', label: 'FCP (%)', aliases: ['fcp', 'fecp', 'fundo de pobreza'] },
  { name: 'difal_base', label: 'Base do DIFAL', aliases: ['base', 'base difal'] },
]
export const stateRatesKind: ImportKind = {
  permission: 'fiscal.manage',
  fields: stateFields,
  groupBy: [],
  check: (rows, mapping) =>
    readSheet<StateRateBody>(
      rows,
      mapping,
      stateFields,
      (read) => ({
        uf: read('uf', readUf, 'Informe a UF') ?? 'AC',
        since: read('since', readDay, 'Informe desde quando vale') ?? '',
        internal_rate: read('internal_rate', readRate('A alíquota'), 'Informe a alíquota interna') ?? '',
        fcp_rate: read('fcp_rate', readRate('O FCP')) ?? '0',
        difal_base:
          read('difal_base', (text): Read<'single' | 'double'> =>
            /^(base )?únic[ao]$|^(base )?unic[ao]$|^simples$/i.test(text)
              ? { value: 'single' }
              : /^(base )?dupl[ao]$/i.test(text)
                ? { value: 'double' }
                : { fault: 'Escreva única ou dupla' },
          ) ?? 'single',
      }),
      ({ uf, since }) => `${uf} ${since}`,
      'a UF e a data',
    ),
  apply: async (tx, inputs: StateRateBody[]) => (await suggestRates(tx, inputs)).map((changed) => ({ changed, faults: [] })),
}
export async function stateRateSheet({ app, actor, input, reply }: Call<InputOf<typeof stateRatesSheet>>) {
  const rows = await inMerchant(app.pool, actor.merchant, stateRateRows, { readOnly: true })
  return sendSheet(reply, {
    name: 'aliquotas-estados',
    format: input.format,
    columns: [...stateFields.map(({ label }) => label), 'Situação'],
    rows: rows.map((row) => [
      row.uf,
      writeDay(row.since),
      writeRate(row.internal_rate),
      writeRate(row.fcp_rate),
      row.difal_base === 'single' ? 'única' : 'dupla',
      row.confirmed_at ? 'confirmada' : 'a confirmar',
    ]),
  })
}

const classFields: Field[] = [
  { name: 'code', label: 'cClassTrib', required: true, aliases: ['código', 'cclasstrib', 'código da classificação tributária'] },
  { name: 'description', label: 'Descrição', required: true, aliases: ['descricao', 'descrição cclasstrib', 'nome', 'nome cclasstrib'] },
  { name: 'ibs_reduction', label: 'Redução IBS (%)', aliases: ['pct_reducao_ibs', 'predibs', 'redução ibs', 'percentual redução ibs'] },
  { name: 'cbs_reduction', label: 'Redução CBS (%)', aliases: ['pct_reducao_cbs', 'predcbs', 'redução cbs', 'percentual redução cbs'] },
]
export const classTribKind: ImportKind = {
  permission: 'fiscal.manage',
  fields: classFields,
  groupBy: [],
  check: (rows, mapping) =>
    readSheet<ClassTribInput>(
      // the published tables cut descriptions in the middle of a letter: what a code means is not lost by that
      rows.map(({ faults = [], ...row }) => ({ ...row, faults: faults.filter(({ field }) => field !== mapping['description']) })),
      mapping,
      classFields,
      (read) => ({
        // a spreadsheet that took it for a number ate the zeros in front
        code:
          read(
            'code',
            (text): Read<string> => (/^\d{1,6}$/.test(text) ? { value: text.padStart(6, '0') } : { fault: 'O cClassTrib tem 6 números' }),
            'Informe o cClassTrib',
          ) ?? '',
        description: (read('description', (text): Read<string> => ({ value: text.replaceAll('\ufffd', '').trim() }), 'Informe a descrição') ?? '').slice(
          0,
          500,
        ),
        ibs_reduction: read('ibs_reduction', readRate('A redução do IBS')) ?? '0',
        cbs_reduction: read('cbs_reduction', readRate('A redução da CBS')) ?? '0',
      }),
      ({ code }) => code,
      'o código',
    ),
  apply: async (tx, inputs: ClassTribInput[]) => (await saveClassTrib(tx, inputs)).map((changed) => ({ changed, faults: [] })),
}
