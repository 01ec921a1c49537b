import { Button } from '@mantine/core'
import { IconPlus, IconReceiptTax, IconWand } from '@tabler/icons-react'
import { useState } from 'react'
import { confirmRulesEndpoint, regimes, ruleBuyers, ruleOperations, ruleStates, rulesEndpoint, rulesSheet } from '../../../server/fiscal-setup/contract.ts'
import type { RuleRow } from '../../../server/fiscal-setup/contract.ts'
import { asRows, useAct, useRead } from '../../client.ts'
import { DataTable } from '../../components/DataTable.tsx'
import type { Column } from '../../components/DataTable.tsx'
import { Empty } from '../../components/Empty.tsx'
import { FilterChips } from '../../components/FilterChips.tsx'
import { State } from '../../components/State.tsx'
import type { Tone } from '../../components/State.tsx'
import { Code } from '../../components/Values.tsx'
import { count } from '../../components/format.ts'
import { useFilters } from '../../filters.ts'
import { useMay } from '../../session.ts'
import { Page } from '../../shell/Page.tsx'
import { RuleForm } from './RuleForm.tsx'
import { SetupTabs } from './SetupTabs.tsx'
import { Sheets } from './Sheets.tsx'
import { StarterRules } from './StarterRules.tsx'
import { TryRule } from './TryRule.tsx'

const tones: Record<RuleRow['state'], Tone> = { confirmed: 'ok', future: 'info', suggested: 'warn', closed: 'idle', withdrawn: 'idle' }
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
export const dayOf = (day: string) => day.split('-').toReversed().join('/')

/** Where a rule counts, in words: what it leaves open is not said. */
export const reachOf = (row: Pick<RuleRow, 'origin_uf' | 'destination_uf' | 'interstate'>) =>
  row.origin_uf || row.destination_uf
    ? `${row.origin_uf ?? 'qualquer'} → ${row.destination_uf ?? 'qualquer'}`
    : row.interstate === null
      ? 'qualquer'
      : row.interstate
        ? 'outro estado'
        : 'mesmo estado'

const any = <span className="quiet">todos</span>
const columns: Column<RuleRow>[] = [
  { key: 'operation', title: 'Operação', card: 'title', cell: (row) => ruleOperations[row.operation] },
  { key: 'reach', title: 'Destino', cell: (row) => reachOf(row) },
  { key: 'buyer', title: 'Comprador', cell: (row) => (row.buyer ? ruleBuyers[row.buyer] : any) },
  { key: 'crt', title: 'Regime', cell: (row) => (row.crt ? <span title={regimes[row.crt as keyof typeof regimes]}>CRT {row.crt}</span> : any) },
  { key: 'group', title: 'Grupo', cell: (row) => row.tax_group ?? any },
  { key: 'cfop', title: 'CFOP', width: 70, cell: (row) => <Code of={row.rule.cfop} /> },
  { key: 'icms', title: 'ICMS', cell: (row) => `${row.rule.icms.code}${row.rule.icms.rate ? ` · ${row.rule.icms.rate.replace('.', ',')} %` : ''}` },
  {
    key: 'pis',
    title: 'PIS/COFINS',
    cell: (row) => `${row.rule.pis.cst} · ${row.rule.pis.rate.replace('.', ',')} / ${row.rule.cofins.rate.replace('.', ',')} %`,
  },
  { key: 'reform', title: 'IBS/CBS', cell: (row) => (row.rule.ibsCbs ? <Code of={row.rule.ibsCbs.cClassTrib} /> : <span className="quiet">do produto</span>) },
  { key: 'since', title: 'Vale', cell: (row) => `${dayOf(row.since)}${row.until ? ` a ${dayOf(row.until)}` : ''}` },
  { key: 'state', title: 'Situação', card: 'corner', width: 130, cell: (row) => <State tone={tones[row.state]} word={capital(ruleStates[row.state])} /> },
]

/** `/fiscal/regras`: which taxes each operation takes; suggestions wait for somebody who answers for them. */
export function Rules() {
  const [filters, filter, clear] = useFilters(rulesEndpoint)
  const rules = useRead(rulesEndpoint, filters)
  const may = useMay()('fiscal.manage')
  const [editing, setEditing] = useState<RuleRow | 'new' | null>(null)
  const [starting, setStarting] = useState(false)
  const confirm = useAct(confirmRulesEndpoint, { done: ({ confirmed }) => (confirmed === 1 ? '1 regra confirmada' : `${confirmed} regras confirmadas`) })
  const suggested = rules.data?.suggested ?? 0
  const unfiltered = !Object.values(filters).some(Boolean)
  return (
    <Page
      title="Regras de imposto"
      action={
        <>
          <Sheets endpoint={rulesSheet} input={filters} kind="tax_rules" disabled={!rules.data?.rows.length} />
          {may && (
            <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
              Nova regra
            </Button>
          )}
        </>
      }
      filters={
        <>
          <SetupTabs />
          <FilterChips
            filters={filters}
            change={filter}
            clear={clear}
            of={[
              { name: 'operation', label: 'Operação', options: Object.entries(ruleOperations).map(([value, label]) => ({ value, label })) },
              {
                name: 'state',
                label: 'Situação',
                spread: true,
                options: [{ value: 'suggested', label: 'A confirmar', count: suggested, alarm: suggested > 0 }],
              },
              { name: 'history', label: 'Histórico', spread: true, options: [{ value: 'true', label: 'Com o histórico' }] },
            ]}
          />
        </>
      }
    >
      {suggested > 0 && (
        <div className="setup-band" data-tone="warn">
          <p className="grow">
            <strong>{count(suggested, 'regra espera', 'regras esperam')} confirmação.</strong> Nenhuma nota sai por uma sugestão: confira CFOP, CST e alíquotas
            com o contador.
          </p>
          {may && (
            <Button variant="default" loading={confirm.busy} onClick={() => confirm.run({ all: true })}>
              Confirmar todas
            </Button>
          )}
        </div>
      )}
      <DataTable<RuleRow>
        label="Regras de imposto"
        rows={asRows(rules, (answer) => answer.rows)}
        columns={columns}
        rowKey={(row) => row.id}
        open={setEditing}
        tone={(row) => (row.state === 'suggested' ? 'warn' : undefined)}
        {...(may
          ? {
              bulk: ({ rows, clear: unselect }) => (
                <Button
                  size="compact-sm"
                  loading={confirm.busy}
                  disabled={!rows.some(({ state }) => state === 'suggested')}
                  onClick={() => (confirm.run({ rules: rows.map(({ id }) => id) }), unselect())}
                >
                  Confirmar
                </Button>
              ),
            }
          : {})}
        empty={
          unfiltered ? (
            <Empty
              icon={IconReceiptTax}
              title="Nenhuma regra de imposto"
              action={
                may && (
                  <Button leftSection={<IconWand size={16} />} onClick={() => setStarting(true)}>
                    Começar com um conjunto pronto
                  </Button>
                )
              }
            >
              Uma regra diz o CFOP e os impostos de cada operação. O conjunto pronto serve a uma loja comum e fica como sugestão até alguém confirmar.
            </Empty>
          ) : (
            <Empty icon={IconReceiptTax} title="Nada com estes filtros" />
          )
        }
      />
      {(rules.data?.rows.length ?? 0) > 0 && (
        <>
          <TryRule open={setEditing} />
          {may && (
            <p className="quiet small">
              Vale a regra mais específica: primeiro a que diz o grupo do produto, depois a UF de destino, a de origem, o comprador, dentro ou fora do estado e
              o regime. Faltam operações?{' '}
              <button type="button" className="grid-link" onClick={() => setStarting(true)}>
                Completar com o conjunto pronto
              </button>
            </p>
          )}
        </>
      )}
      {editing && <RuleForm key={editing === 'new' ? 'new' : editing.id} rule={editing === 'new' ? null : editing} may={may} close={() => setEditing(null)} />}
      {starting && <StarterRules close={() => setStarting(false)} />}
    </Page>
  )
}
