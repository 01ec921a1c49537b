import { Autocomplete, Select, TextInput } from '@mantine/core'
import { productsFiscalEndpoint, regimes, ruleBuyers, ruleOperations, ufs } from '../../../server/fiscal-setup/contract.ts'
import { useRead } from '../../client.ts'
import type { RuleFormProps } from './RuleForm.tsx'
import type { RuleDraft } from './ruleDraft.ts'

/** When a rule counts: what is left open fits any. */
export function RuleWhen({ draft, set, at }: RuleFormProps) {
  const groups = useRead(productsFiscalEndpoint, { limit: 1 }).data?.groups ?? ['geral']
  return (
    <fieldset className="rule-part">
      <legend>Quando vale</legend>
      <div className="three">
        <Select
          label="Operação"
          data={Object.entries(ruleOperations).map(([value, label]) => ({ value, label }))}
          value={draft.operation}
          onChange={(value) => value && set({ operation: value as RuleDraft['operation'] })}
          allowDeselect={false}
          {...at('operation')}
        />
        <Select
          label="Destino"
          data={[
            { value: 'any', label: 'Qualquer estado' },
            { value: 'false', label: 'Mesmo estado' },
            { value: 'true', label: 'Outro estado' },
          ]}
          value={draft.interstate === null || draft.interstate === undefined ? 'any' : String(draft.interstate)}
          onChange={(value) => set({ interstate: value === 'any' ? null : value === 'true' })}
          allowDeselect={false}
          {...at('interstate')}
        />
        <Select
          label="Comprador"
          placeholder="Todos"
          clearable
          data={Object.entries(ruleBuyers).map(([value, label]) => ({ value, label }))}
          value={draft.buyer ?? null}
          onChange={(value) => set({ buyer: value as RuleDraft['buyer'] })}
          {...at('buyer')}
        />
        <Select
          label="Regime da empresa"
          placeholder="Todos"
          clearable
          data={Object.entries(regimes).map(([value, label]) => ({ value, label: `CRT ${value} · ${label}` }))}
          value={draft.crt ? String(draft.crt) : null}
          onChange={(value) => set({ crt: value ? (Number(value) as RuleDraft['crt']) : null })}
          {...at('crt')}
        />
        <Autocomplete
          label="Grupo de imposto"
          placeholder="Todos"
          data={groups}
          value={draft.tax_group ?? ''}
          onChange={(value) => set({ tax_group: value || null })}
          {...at('tax_group')}
        />
        <div className="two">
          <Select
            label="UF origem"
            placeholder="Todas"
            data={ufs}
            searchable
            clearable
            value={draft.origin_uf ?? null}
            onChange={(value) => set({ origin_uf: value as RuleDraft['origin_uf'] })}
            {...at('origin_uf')}
          />
          <Select
            label="UF destino"
            placeholder="Todas"
            data={ufs}
            searchable
            clearable
            value={draft.destination_uf ?? null}
            onChange={(value) => set({ destination_uf: value as RuleDraft['destination_uf'] })}
            {...at('destination_uf')}
          />
        </div>
        <TextInput type="date" label="Vale desde" value={draft.since} onChange={(event) => set({ since: event.currentTarget.value })} {...at('since')} />
        <TextInput
          type="date"
          label="Vale até"
          description="Vazio: até uma regra mais nova"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={draft.until ?? ''}
          onChange={(event) => set({ until: event.currentTarget.value || null })}
          {...at('until')}
        />
        <TextInput
          label="Observação"
          placeholder="Por exemplo, a lei"
          value={draft.note ?? ''}
          onChange={(event) => set({ note: event.currentTarget.value || null })}
          {...at('note')}
        />
      </div>
    </fieldset>
  )
}
