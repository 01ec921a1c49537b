import { Checkbox, Select, Switch, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { icmsCodes } from '../../../server/fiscal-setup/contract.ts'
import type { RuleFormProps } from './RuleForm.tsx'
import { groupStarts } from './ruleDraft.ts'
import type { TaxDraft } from './ruleDraft.ts'

type Icms = TaxDraft['icms']

/** What the rule writes into an item: the usual in sight, the rest behind its switch. */
export function RuleTaxes({ draft, set, at }: RuleFormProps) {
  const { rule } = draft
  const { icms, difal, ipi, ibsCbs } = rule
  const put = (part: Partial<TaxDraft>) => set({ rule: { ...rule, ...part } })
  const putIcms = (part: Partial<Icms>) => put({ icms: { ...icms, ...part } })
  const text = (field: string, label: string, value: unknown, write: (text: string) => void, more: { description?: string; placeholder?: string } = {}) => (
    <TextInput
      key={field}
      label={label}
      value={typeof value === 'string' || typeof value === 'number' ? String(value).replace('.', ',') : ''}
      onChange={(event) => write(event.currentTarget.value)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      {...more}
      {...at(field)}
    />
  )
  const rate = (
    field: string,
    label: string,
    value: unknown,
    write: (text: string | null) => void,
    more: { description?: string; placeholder?: string } = {},
  ) => text(field, label, value, (written) => write(written === '' ? null : written), { placeholder: 'não se aplica', ...more })
  const readOnly = at('rule').readOnly
  const group = (label: string, says: string, on: boolean, turn: (on: boolean) => void, fields: ReactNode) => (
    <div className="rule-group">
      <Switch label={label} description={says} checked={on} onChange={(event) => turn(event.currentTarget.checked)} disabled={readOnly} />
      {on && <div className="three">{fields}</div>}
    </div>
  )
  return (
    <>
      <fieldset className="rule-part">
        <legend>O que a nota diz</legend>
        <div className="three">
          {text('rule.cfop', 'CFOP', rule.cfop, (cfop) => put({ cfop }))}
          <Select
            label="CST ou CSOSN do ICMS"
            searchable
            data={Object.entries(icmsCodes).map(([value, label]) => ({ value, label: `${value} · ${label}` }))}
            value={icms.code}
            onChange={(code) => code && putIcms({ code: code as Icms['code'] })}
            allowDeselect={false}
            {...at('rule.icms.code')}
          />
          {rate('rule.icms.rate', 'Alíquota do ICMS (%)', icms.rate, (value) => putIcms({ rate: value }), {
            placeholder: 'da tabela dos estados',
            description: 'Vazio: a interna, ou 4, 7 ou 12 entre estados',
          })}
          {rate('rule.icms.baseReduction', 'Redução da base (%)', icms.baseReduction, (value) => putIcms({ baseReduction: value }))}
          {rate('rule.icms.deferral', 'Diferimento (%)', icms.deferral, (value) => putIcms({ deferral: value }))}
          {rate('rule.icms.fcp', 'FCP (%)', icms.fcp, (value) => putIcms({ fcp: value }))}
          {rate('rule.icms.credit', 'Crédito do Simples (%)', icms.credit, (value) => putIcms({ credit: value }))}
          {rate('rule.cBenef', 'Código de benefício', rule.cBenef, (value) => put({ cBenef: value }), { placeholder: 'nenhum' })}
          {rate('rule.approximate', 'Tributos aproximados (%)', rule.approximate, (value) => put({ approximate: value }), { placeholder: 'não mostra' })}
          {text('rule.pis.cst', 'PIS: CST', rule.pis.cst, (cst) => put({ pis: { ...rule.pis, cst } }))}
          {text('rule.pis.rate', 'PIS (%)', rule.pis.rate, (value) => put({ pis: { ...rule.pis, rate: value } }))}
          <Checkbox
            className="check-line"
            label="PIS e COFINS sem o ICMS na base"
            checked={rule.contributionsWithout.icms}
            onChange={(event) => put({ contributionsWithout: { ...rule.contributionsWithout, icms: event.currentTarget.checked } })}
            disabled={readOnly}
          />
          {text('rule.cofins.cst', 'COFINS: CST', rule.cofins.cst, (cst) => put({ cofins: { ...rule.cofins, cst } }))}
          {text('rule.cofins.rate', 'COFINS (%)', rule.cofins.rate, (value) => put({ cofins: { ...rule.cofins, rate: value } }))}
          <Checkbox
            className="check-line"
            label="PIS e COFINS sem o DIFAL na base"
            checked={rule.contributionsWithout.difal}
            onChange={(event) => put({ contributionsWithout: { ...rule.contributionsWithout, difal: event.currentTarget.checked } })}
            disabled={readOnly}
          />
        </div>
      </fieldset>
      <fieldset className="rule-part">
        <legend>Só quando se aplica</legend>
        {group(
          'IBS e CBS próprios da operação',
          'Desligado: valem os do produto',
          Boolean(ibsCbs),
          (on) => put({ ibsCbs: on ? groupStarts.ibsCbs : null }),
          ibsCbs && (
            <>
              {text('rule.ibsCbs.cst', 'CST', ibsCbs.cst, (cst) => put({ ibsCbs: { ...ibsCbs, cst } }))}
              {text('rule.ibsCbs.cClassTrib', 'cClassTrib', ibsCbs.cClassTrib, (value) => put({ ibsCbs: { ...ibsCbs, cClassTrib: value } }))}
              <Checkbox
                className="check-line"
                label="É doação"
                checked={ibsCbs.donation}
                onChange={(event) => put({ ibsCbs: { ...ibsCbs, donation: event.currentTarget.checked } })}
                disabled={readOnly}
              />
              {rate('rule.ibsCbs.reduction.ibs', 'Redução do IBS (%)', ibsCbs.reduction?.ibs, (ibs) =>
                put({ ibsCbs: { ...ibsCbs, reduction: ibs === null ? null : { ibs, cbs: ibsCbs.reduction?.cbs ?? ibs } } }),
              )}
              {ibsCbs.reduction &&
                rate('rule.ibsCbs.reduction.cbs', 'Redução da CBS (%)', ibsCbs.reduction.cbs, (cbs) =>
                  put({ ibsCbs: { ...ibsCbs, reduction: { ibs: ibsCbs.reduction?.ibs ?? '0', cbs: cbs ?? '0' } } }),
                )}
            </>
          ),
        )}
        {group(
          'Substituição tributária nesta nota',
          'CST 10, 30, 70 ou CSOSN 201, 202, 203',
          Boolean(icms.st),
          (on) => putIcms({ st: on ? groupStarts.st : null }),
          icms.st && (
            <>
              {rate('rule.icms.st.mva', 'MVA (%)', icms.st.mva, (mva) => putIcms({ st: { ...icms.st!, mva } }))}
              {text('rule.icms.st.rate', 'Alíquota (%)', icms.st.rate, (value) => putIcms({ st: { ...icms.st!, rate: value } }))}
              {rate('rule.icms.st.baseReduction', 'Redução da base (%)', icms.st.baseReduction, (value) =>
                putIcms({ st: { ...icms.st!, baseReduction: value } }),
              )}
              {rate('rule.icms.st.fcp', 'FCP da ST (%)', icms.st.fcp, (fcp) => putIcms({ st: { ...icms.st!, fcp } }))}
            </>
          ),
        )}
        {group(
          'Substituição cobrada antes, com valores',
          'CST 60 ou CSOSN 500 onde o estado os pede',
          Boolean(icms.retained),
          (on) => putIcms({ retained: on ? groupStarts.retained : null }),
          icms.retained && (
            <>
              {text('rule.icms.retained.unitBase', 'Base por unidade (R$)', icms.retained.unitBase, (unitBase) =>
                putIcms({ retained: { ...icms.retained!, unitBase } }),
              )}
              {text('rule.icms.retained.rate', 'Alíquota (%)', icms.retained.rate, (value) => putIcms({ retained: { ...icms.retained!, rate: value } }))}
              {text('rule.icms.retained.unitValue', 'ICMS retido por unidade (R$)', icms.retained.unitValue, (unitValue) =>
                putIcms({ retained: { ...icms.retained!, unitValue } }),
              )}
              {rate('rule.icms.retained.unitSubstitute', 'ICMS próprio por unidade (R$)', icms.retained.unitSubstitute, (unitSubstitute) =>
                putIcms({ retained: { ...icms.retained!, unitSubstitute } }),
              )}
            </>
          ),
        )}
        {group(
          'IPI',
          'Quem fabrica ou importa',
          Boolean(ipi),
          (on) => put({ ipi: on ? groupStarts.ipi : null }),
          ipi && (
            <>
              {text('rule.ipi.cst', 'CST', ipi.cst, (cst) => put({ ipi: { ...ipi, cst } }))}
              {text('rule.ipi.rate', 'IPI (%)', ipi.rate, (value) => put({ ipi: { ...ipi, rate: value } }))}
              {text('rule.ipi.framework', 'Enquadramento', ipi.framework, (framework) => put({ ipi: { ...ipi, framework } }))}
            </>
          ),
        )}
        {group(
          'DIFAL diferente da tabela dos estados',
          'Desligado: sai da tabela, quando é devido',
          Boolean(difal),
          (on) => put({ difal: on ? groupStarts.difal : null }),
          difal && (
            <>
              {text('rule.difal.internal', 'Alíquota interna do destino (%)', difal.internal, (internal) => put({ difal: { ...difal, internal } }))}
              <Select
                label="Interestadual (%)"
                data={['4', '7', '12']}
                value={difal.interstate}
                onChange={(value) => value && put({ difal: { ...difal, interstate: value as '4' | '7' | '12' } })}
                allowDeselect={false}
                {...at('rule.difal.interstate')}
              />
              {rate('rule.difal.fcp', 'FCP (%)', difal.fcp, (fcp) => put({ difal: { ...difal, fcp } }))}
              <Select
                label="Base"
                data={[
                  { value: 'single', label: 'Única' },
                  { value: 'double', label: 'Dupla' },
                ]}
                value={difal.base}
                onChange={(value) => value && put({ difal: { ...difal, base: value as 'single' | 'double' } })}
                allowDeselect={false}
                {...at('rule.difal.base')}
              />
            </>
          ),
        )}
        {group(
          'ICMS desonerado',
          'Isenção ou redução que a nota precisa declarar',
          Boolean(icms.relief),
          (on) => putIcms({ relief: on ? groupStarts.relief : null }),
          icms.relief && (
            <>
              {text('rule.icms.relief.reason', 'Motivo (código)', icms.relief.reason, (reason) => putIcms({ relief: { ...icms.relief!, reason } }))}
              {text('rule.icms.relief.rate', 'Alíquota (%)', icms.relief.rate, (value) => putIcms({ relief: { ...icms.relief!, rate: value } }))}
              <Checkbox
                className="check-line"
                label="Por dentro"
                checked={icms.relief.inside}
                onChange={(event) => putIcms({ relief: { ...icms.relief!, inside: event.currentTarget.checked } })}
                disabled={readOnly}
              />
              <Checkbox
                className="check-line"
                label="Deduz do total da nota"
                checked={icms.relief.deducted}
                onChange={(event) => putIcms({ relief: { ...icms.relief!, deducted: event.currentTarget.checked } })}
                disabled={readOnly}
              />
            </>
          ),
        )}
      </fieldset>
    </>
  )
}
