import { Button, Select, Switch, TextInput } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { classTribEndpoint, reformEndpoint, regimes, saveReformDutyEndpoint, saveReformRateEndpoint } from '../../../server/fiscal-setup/contract.ts'
import type { AnswerOf } from '../../../server/platform/endpoint.ts'
import { useAct, useRead, useRows } from '../../client.ts'
import { DataTable } from '../../components/DataTable.tsx'
import { Failed } from '../../components/Empty.tsx'
import { faultOf } from '../../components/FormFaults.tsx'
import { State } from '../../components/State.tsx'
import { Code } from '../../components/Values.tsx'
import { useMay } from '../../session.ts'
import { EditModal } from '../../settings/EditModal.tsx'
import { Section } from '../../shell/Page.tsx'
import { dayOf } from './Rules.tsx'

type Answer = AnswerOf<typeof reformEndpoint>
const percent = (rate: string | null) => (rate === null ? <State tone="warn" word="desconhecida" /> : <span className="number">{rate.replace('.', ',')}</span>)

/** IBS and CBS: rates by date, who must show them since when, and the table of cClassTrib. */
export function Reform() {
  const { data, error, refetch } = useRead(reformEndpoint)
  const may = useMay()('fiscal.manage')
  const [rate, setRate] = useState<Answer['rates'][number] | 'new' | null>(null)
  const [duty, setDuty] = useState(false)
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />
  return (
    <>
      <Section
        title="Alíquotas por data"
        action={
          may && (
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setRate('new')}>
              Nova data
            </Button>
          )
        }
      >
        <div className="surface scrolls" tabIndex={0} role="region" aria-label="Alíquotas de IBS e CBS">
          <table className="plain-table">
            <thead>
              <tr>
                <th>Vale desde</th>
                <th className="number">IBS estadual (%)</th>
                <th className="number">IBS municipal (%)</th>
                <th className="number">CBS (%)</th>
                <th>De onde vem</th>
                <th>Situação</th>
              </tr>
            </thead>
            <tbody>
              {(data?.rates ?? []).map((row) => (
                <tr key={row.since}>
                  <td>
                    {may ? (
                      <button type="button" className="grid-link" onClick={() => setRate(row)}>
                        {dayOf(row.since)}
                      </button>
                    ) : (
                      dayOf(row.since)
                    )}
                  </td>
                  <td className="number">{percent(row.ibs_uf)}</td>
                  <td className="number">{percent(row.ibs_mun)}</td>
                  <td className="number">{percent(row.cbs)}</td>
                  <td className="quiet">{row.source}</td>
                  <td>{row.current && <State tone="ok" word="Em vigor" />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="quiet small">Enquanto uma alíquota da data da nota for desconhecida, a empresa obrigada não emite: nada é suposto.</p>
      </Section>
      <Section
        title="Quem mostra IBS e CBS na nota"
        action={
          may && (
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setDuty(true)}>
              Nova data
            </Button>
          )
        }
      >
        <div className="surface scrolls" tabIndex={0} role="region" aria-label="Quem mostra IBS e CBS">
          <table className="plain-table">
            <thead>
              <tr>
                <th>Regime</th>
                <th>Desde</th>
                <th>Obrigação</th>
              </tr>
            </thead>
            <tbody>
              {(data?.duties ?? []).map((row) => (
                <tr key={`${row.crt} ${row.since}`}>
                  <td>{regimes[row.crt as keyof typeof regimes]}</td>
                  <td>{dayOf(row.since)}</td>
                  <td>
                    {row.current ? (
                      <State tone={row.required ? 'ok' : 'idle'} word={row.required ? 'Mostra, hoje' : 'Não mostra, hoje'} />
                    ) : (
                      <span className="quiet">{row.required ? 'mostra' : 'não mostra'}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      <ClassTrib total={data?.classes ?? 0} />
      {rate && <RateForm key={rate === 'new' ? 'new' : rate.since} row={rate === 'new' ? null : rate} close={() => setRate(null)} />}
      {duty && <DutyForm close={() => setDuty(false)} />}
    </>
  )
}

function ClassTrib({ total }: { total: number }) {
  const [text, setText] = useState('')
  const rows = useRows(classTribEndpoint, text ? { text } : {})
  return (
    <Section
      title={`Tabela cClassTrib (${total.toLocaleString('pt-BR')})`}
      action={
        <TextInput
          size="xs"
          leftSection={<IconSearch size={15} />}
          aria-label="Código ou descrição"
          placeholder="Código ou descrição"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      }
    >
      <DataTable
        label="cClassTrib"
        rows={rows}
        rowKey={(row) => row.code}
        columns={[
          { key: 'code', title: 'Código', card: 'title', width: 90, cell: (row) => <Code of={row.code} /> },
          { key: 'cst', title: 'CST', width: 60, cell: (row) => <Code of={row.cst} /> },
          { key: 'words', title: 'Descrição', long: 'wrap', cell: (row) => row.description },
          { key: 'ibs', title: 'Redução IBS (%)', align: 'right', width: 120, cell: (row) => (Number(row.ibs_reduction) ? percent(row.ibs_reduction) : '') },
          { key: 'cbs', title: 'Redução CBS (%)', align: 'right', width: 120, cell: (row) => (Number(row.cbs_reduction) ? percent(row.cbs_reduction) : '') },
        ]}
      />
    </Section>
  )
}

function RateForm({ row, close }: { row: Answer['rates'][number] | null; close: () => void }) {
  const [draft, setDraft] = useState({
    since: row?.since ?? '',
    ibs_uf: comma(row?.ibs_uf),
    ibs_mun: comma(row?.ibs_mun),
    cbs: comma(row?.cbs),
    source: row?.source ?? '',
  })
  const save = useAct(saveReformRateEndpoint, { quiet: true, done: 'Alíquotas salvas', onDone: close })
  const field = (name: keyof typeof draft, label: string, more: object = {}) => (
    <TextInput
      label={label}
      value={draft[name]}
      onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
      error={faultOf(save.refusal, name)}
      {...more}
    />
  )
  return (
    <EditModal
      opened
      close={close}
      title={row ? `IBS e CBS desde ${dayOf(row.since)}` : 'IBS e CBS: nova data'}
      send={() => save.run({ since: draft.since, ibs_uf: draft.ibs_uf || null, ibs_mun: draft.ibs_mun || null, cbs: draft.cbs || null, source: draft.source })}
      busy={save.busy}
      refusal={save.refusal}
      fields={Object.keys(draft)}
      ready={Boolean(draft.since && draft.source)}
    >
      <div className="two">
        {field('since', 'Vale desde', { type: 'date', readOnly: row !== null })}
        {field('ibs_uf', 'IBS estadual (%)', { placeholder: 'desconhecida' })}
        {field('ibs_mun', 'IBS municipal (%)', { placeholder: 'desconhecida' })}
        {field('cbs', 'CBS (%)', { placeholder: 'desconhecida' })}
      </div>
      {field('source', 'De onde vem', { placeholder: 'Lei, resolução ou ato' })}
    </EditModal>
  )
}
const comma = (rate: string | null | undefined) => rate?.replace('.', ',') ?? ''

function DutyForm({ close }: { close: () => void }) {
  const [crt, setCrt] = useState('1')
  const [since, setSince] = useState('')
  const [required, setRequired] = useState(true)
  const save = useAct(saveReformDutyEndpoint, { quiet: true, done: 'Salvo', onDone: close })
  return (
    <EditModal
      opened
      close={close}
      title="Quem mostra IBS e CBS"
      send={() => save.run({ crt: Number(crt) as 1 | 2 | 3 | 4, since, required })}
      busy={save.busy}
      refusal={save.refusal}
      fields={['crt', 'since']}
      ready={Boolean(since)}
    >
      <div className="two">
        <Select
          label="Regime"
          data={Object.entries(regimes).map(([value, label]) => ({ value, label }))}
          value={crt}
          onChange={(value) => value && setCrt(value)}
          allowDeselect={false}
        />
        <TextInput type="date" label="Desde" value={since} onChange={(event) => setSince(event.currentTarget.value)} error={faultOf(save.refusal, 'since')} />
      </div>
      <Switch label="Mostra IBS e CBS na nota" checked={required} onChange={(event) => setRequired(event.currentTarget.checked)} />
    </EditModal>
  )
}
