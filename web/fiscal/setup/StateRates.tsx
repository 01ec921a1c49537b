import { Button, Select, TextInput } from '@mantine/core'
import { IconMapPin, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import {
  confirmStateRatesEndpoint,
  dropStateRateEndpoint,
  saveStateRateEndpoint,
  stateRatesEndpoint,
  suggestStateRatesEndpoint,
  ufs,
} from '../../../server/fiscal-setup/contract.ts'
import type { StateRateRow } from '../../../server/fiscal-setup/contract.ts'
import { asRows, useAct, useRead } from '../../client.ts'
import { DataTable } from '../../components/DataTable.tsx'
import { Empty } from '../../components/Empty.tsx'
import { faultOf } from '../../components/FormFaults.tsx'
import { State } from '../../components/State.tsx'
import { count } from '../../components/format.ts'
import { useMay } from '../../session.ts'
import { EditModal } from '../../settings/EditModal.tsx'
import { dayOf } from './Rules.tsx'

const percent = (rate: string | null) =>
  rate === null ? <span className="quiet">desconhecida</span> : <span className="number">{rate.replace('.', ',')}</span>

/** The internal rate of each state, dated; what is suggested blocks until somebody answers for it. */
export function StateRates() {
  const rates = useRead(stateRatesEndpoint)
  const may = useMay()('fiscal.manage')
  const [editing, setEditing] = useState<StateRateRow | 'new' | null>(null)
  const suggest = useAct(suggestStateRatesEndpoint, {
    done: ({ added }) => (added ? `${count(added, 'UF preenchida', 'UFs preenchidas')} com sugestões: confira e confirme` : 'Nada faltava'),
  })
  const confirm = useAct(confirmStateRatesEndpoint, { done: ({ confirmed }) => count(confirmed, 'alíquota confirmada', 'alíquotas confirmadas') })
  const drop = useAct(dropStateRateEndpoint, { done: 'Sugestão apagada' })
  const { missing = [], unconfirmed = 0 } = rates.data ?? {}
  return (
    <>
      {unconfirmed > 0 && (
        <div className="setup-band" data-tone="warn">
          <p className="grow">
            <strong>{count(unconfirmed, 'alíquota sugerida', 'alíquotas sugeridas')}.</strong> Vendas para esses estados esperam: confira com o contador e
            confirme.
          </p>
          {may && (
            <Button variant="default" loading={confirm.busy} onClick={() => confirm.run({ all: true })}>
              Confirmar todas
            </Button>
          )}
        </div>
      )}
      <DataTable<StateRateRow>
        label="Alíquotas dos estados"
        rows={asRows(rates, (answer) => answer.rows)}
        rowKey={(row) => `${row.uf} ${row.since}`}
        {...(may
          ? {
              open: setEditing,
              bulk: ({ rows, clear }) => (
                <>
                  <Button
                    size="compact-sm"
                    loading={confirm.busy}
                    disabled={!rows.some((row) => !row.confirmed_at)}
                    onClick={() => (confirm.run({ rows: rows.map(({ uf, since }) => ({ uf: uf as (typeof ufs)[number], since })) }), clear())}
                  >
                    Confirmar
                  </Button>
                  {rows.length === 1 && !rows[0]?.confirmed_at && (
                    <Button
                      variant="default"
                      size="compact-sm"
                      onClick={() => (drop.run({ uf: rows[0]!.uf as (typeof ufs)[number], since: rows[0]!.since }), clear())}
                    >
                      Apagar
                    </Button>
                  )}
                </>
              ),
            }
          : {})}
        tone={(row) => (row.confirmed_at ? undefined : 'warn')}
        columns={[
          { key: 'uf', title: 'UF', card: 'title', width: 60, cell: (row: StateRateRow) => row.uf },
          { key: 'since', title: 'Vale desde', width: 120, cell: (row) => <span className={row.current ? '' : 'quiet'}>{dayOf(row.since)}</span> },
          { key: 'rate', title: 'Interna (%)', align: 'right', width: 110, cell: (row) => percent(row.internal_rate) },
          { key: 'fcp', title: 'FCP (%)', align: 'right', width: 90, cell: (row) => (Number(row.fcp_rate) ? percent(row.fcp_rate) : '') },
          { key: 'base', title: 'Base do DIFAL', cell: (row) => (row.difal_base === 'single' ? 'Única' : 'Dupla') },
          { key: 'who', title: 'Confirmada por', cell: (row) => row.confirmed_by ?? '' },
          {
            key: 'state',
            title: 'Situação',
            card: 'corner',
            width: 140,
            cell: (row) =>
              !row.confirmed_at ? (
                <State tone="warn" word="A confirmar" />
              ) : row.current ? (
                <State tone="ok" word="Em vigor" />
              ) : (
                <State tone="idle" word="Outra data" />
              ),
          },
        ]}
        empty={
          <Empty icon={IconMapPin} title="Nenhuma alíquota" action={may && { label: 'Preencher com sugestões', run: () => suggest.run({}) }}>
            Uma empresa do regime normal usa a alíquota interna de cada estado, para o ICMS e para o DIFAL. As sugestões esperam confirmação; no Simples nada
            disto é usado.
          </Empty>
        }
      />
      {may && rates.data && rates.data.rows.length > 0 && (
        <div className="row">
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
            Nova alíquota
          </Button>
          {missing.length > 0 && (
            <Button variant="subtle" loading={suggest.busy} onClick={() => suggest.run({})}>
              Sugerir para {missing.length > 6 ? `${missing.length} UFs` : missing.join(', ')}
            </Button>
          )}
        </div>
      )}
      {editing && (
        <RateForm key={editing === 'new' ? 'new' : editing.uf + editing.since} row={editing === 'new' ? null : editing} close={() => setEditing(null)} />
      )}
    </>
  )
}

function RateForm({ row, close }: { row: StateRateRow | null; close: () => void }) {
  const [uf, setUf] = useState<string | null>(row?.uf ?? null)
  const [since, setSince] = useState(row?.since ?? '2026-01-01')
  const [internal, setInternal] = useState(row?.internal_rate.replace('.', ',') ?? '')
  const [fcp, setFcp] = useState(row?.fcp_rate.replace('.', ',') ?? '0')
  const [base, setBase] = useState<string>(row?.difal_base ?? 'single')
  const save = useAct(saveStateRateEndpoint, { quiet: true, done: 'Alíquota confirmada', onDone: close })
  return (
    <EditModal
      opened
      close={close}
      title={row ? `ICMS de ${row.uf}` : 'Nova alíquota'}
      verb="Confirmar"
      send={() => save.run({ uf: uf as (typeof ufs)[number], since, internal_rate: internal, fcp_rate: fcp || '0', difal_base: base as 'single' | 'double' })}
      busy={save.busy}
      refusal={save.refusal}
      fields={['uf', 'since', 'internal_rate', 'fcp_rate', 'difal_base']}
      ready={Boolean(uf && since && internal)}
    >
      <div className="two">
        <Select
          label="UF"
          data={ufs}
          searchable
          value={uf}
          onChange={setUf}
          error={faultOf(save.refusal, 'uf')}
          readOnly={row !== null}
          allowDeselect={false}
        />
        <TextInput
          type="date"
          label="Vale desde"
          description="Mudou? Ponha o dia em que a nova começa"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
          error={faultOf(save.refusal, 'since')}
        />
        <TextInput
          label="Alíquota interna (%)"
          value={internal}
          onChange={(event) => setInternal(event.currentTarget.value)}
          error={faultOf(save.refusal, 'internal_rate')}
          data-autofocus
        />
        <TextInput label="FCP (%)" value={fcp} onChange={(event) => setFcp(event.currentTarget.value)} error={faultOf(save.refusal, 'fcp_rate')} />
        <Select
          label="Base do DIFAL"
          data={[
            { value: 'single', label: 'Única: o valor da operação' },
            { value: 'double', label: 'Dupla: por dentro' },
          ]}
          value={base}
          onChange={(value) => value && setBase(value)}
          allowDeselect={false}
        />
      </div>
    </EditModal>
  )
}
