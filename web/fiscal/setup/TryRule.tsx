import { Autocomplete, Select } from '@mantine/core'
import { useState } from 'react'
import { companiesEndpoint, productsFiscalEndpoint, regimes, ruleBuyers, ruleOperations, tryRuleEndpoint, ufs } from '../../../server/fiscal-setup/contract.ts'
import type { RuleRow } from '../../../server/fiscal-setup/contract.ts'
import type { SentTo } from '../../../server/platform/endpoint.ts'
import { useRead } from '../../client.ts'
import { State } from '../../components/State.tsx'
import { Section } from '../../shell/Page.tsx'

type Asked = SentTo<typeof tryRuleEndpoint>

/** A case, and the rule that it takes: what an accountant asks before confirming. */
export function TryRule({ open }: { open: (rule: RuleRow) => void }) {
  const company = useRead(companiesEndpoint).data?.rows[0]
  const groups = useRead(productsFiscalEndpoint, { limit: 1 }).data?.groups ?? ['geral']
  const [chosen, setChosen] = useState<Partial<Asked>>({})
  const asked = {
    operation: 'sale',
    buyer: 'consumer',
    tax_group: 'geral',
    crt: company?.crt ?? 3,
    origin_uf: company?.address.state ?? 'SP',
    destination_uf: company?.address.state ?? 'SP',
    ...chosen,
  } as Asked
  const { data } = useRead(tryRuleEndpoint, asked)
  const choose = (name: keyof Asked) => (value: string | null) => value && setChosen((before) => ({ ...before, [name]: value }))
  const of = (words: object) => Object.entries(words).map(([value, label]) => ({ value, label: String(label) }))
  return (
    <Section title="Qual regra vale?">
      <div className="surface setup-form">
        <div className="try-grid">
          <Select label="Operação" data={of(ruleOperations)} value={String(asked.operation)} onChange={choose('operation')} allowDeselect={false} />
          <Select label="Comprador" data={of(ruleBuyers)} value={String(asked.buyer)} onChange={choose('buyer')} allowDeselect={false} />
          <Select label="De" data={ufs} searchable value={String(asked.origin_uf)} onChange={choose('origin_uf')} allowDeselect={false} />
          <Select label="Para" data={ufs} searchable value={String(asked.destination_uf)} onChange={choose('destination_uf')} allowDeselect={false} />
          <Select
            label="Regime"
            data={Object.entries(regimes).map(([value, label]) => ({ value, label: `CRT ${value} · ${label}` }))}
            value={String(asked.crt)}
            onChange={choose('crt')}
            allowDeselect={false}
          />
          <Autocomplete
            label="Grupo"
            data={groups}
            value={String(asked.tax_group ?? '')}
            onChange={(tax_group) => setChosen((before) => ({ ...before, tax_group }))}
          />
        </div>
        {data && (
          <div className="row try-answer" role="status">
            <State
              tone={!data.rule ? 'bad' : data.rule.state === 'suggested' ? 'warn' : 'ok'}
              word={data.rule ? `CFOP ${data.rule.rule.cfop}, ICMS ${data.rule.rule.icms.code}` : 'Sem regra'}
            />
            <span className="quiet grow">{data.message}</span>
            {data.rule && (
              <button type="button" className="grid-link" onClick={() => data.rule && open(data.rule)}>
                Abrir a regra
              </button>
            )}
          </div>
        )}
      </div>
    </Section>
  )
}
