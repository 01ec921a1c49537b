import { Button, NumberInput, SegmentedControl } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { addSeriesEndpoint, changeSeriesEndpoint, environments } from '../../../server/fiscal-setup/contract.ts'
import type { CompanyRow } from '../../../server/fiscal-setup/contract.ts'
import { useAct } from '../../client.ts'
import { Confirm } from '../../components/Confirm.tsx'
import { faultOf } from '../../components/FormFaults.tsx'
import { State } from '../../components/State.tsx'
import { number } from '../../components/format.ts'
import { EditModal } from '../../settings/EditModal.tsx'
import { useField } from './useField.ts'

type Series = CompanyRow['series'][number]

/** The series of both environments: which one is used, and the number that comes next. */
export function SeriesList({ company, may }: { company: CompanyRow; may: boolean }) {
  const [adding, setAdding] = useState(false)
  const [moving, setMoving] = useState<Series | null>(null)
  const use = useAct(changeSeriesEndpoint, { done: 'Série em uso' })
  useField(true)
  return (
    <div className="surface">
      {company.series.length === 0 && <p className="quiet padded">Nenhuma série. Outro sistema emite por este CNPJ? Use aqui uma série que ele não usa.</p>}
      {company.series.length > 0 && (
        <div className="scrolls" tabIndex={0} role="region" aria-label="Séries">
          <table className="plain-table">
            <thead>
              <tr>
                <th>Série</th>
                <th>Ambiente</th>
                <th className="number">Próximo número</th>
                <th>Situação</th>
                {may && <th aria-label="Ações" />}
              </tr>
            </thead>
            <tbody>
              {company.series.map((row) => (
                <tr key={row.id}>
                  <td>{row.series}</td>
                  <td>{environments[row.environment]}</td>
                  <td className="number">{number(row.next_number)}</td>
                  <td>{row.in_use ? <State tone="ok" word="Em uso" /> : <State tone="idle" word="Guardada" />}</td>
                  {may && (
                    <td>
                      <span className="row form-end">
                        {!row.in_use && (
                          <Button variant="subtle" size="compact-sm" onClick={() => use.run({ series: row.id, use: true })}>
                            Usar esta
                          </Button>
                        )}
                        <Button variant="subtle" size="compact-sm" onClick={() => setMoving(row)}>
                          Adiantar
                        </Button>
                      </span>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {may && (
        <div className="padded setup-foot">
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)} data-field="series">
            Nova série
          </Button>
        </div>
      )}
      {adding && <NewSeries company={company} close={() => setAdding(false)} />}
      {moving && <MoveOn series={moving} close={() => setMoving(null)} />}
    </div>
  )
}

function NewSeries({ company, close }: { company: CompanyRow; close: () => void }) {
  const [environment, setEnvironment] = useState(company.environment)
  const [series, setSeries] = useState<number | string>(company.series.some((row) => row.series === 1 && row.environment === company.environment) ? '' : 1)
  const [next, setNext] = useState<number | string>(1)
  const save = useAct(addSeriesEndpoint, { quiet: true, done: 'Série criada', onDone: close })
  return (
    <EditModal
      opened
      close={close}
      title="Nova série"
      verb="Criar"
      send={() => save.run({ company: company.id, environment, series: Number(series), next_number: Number(next) })}
      busy={save.busy}
      refusal={save.refusal}
      fields={['series', 'next_number']}
      ready={series !== '' && next !== ''}
    >
      <SegmentedControl
        aria-label="Ambiente"
        value={environment}
        onChange={(value) => setEnvironment(value as typeof environment)}
        data={Object.entries(environments).map(([value, label]) => ({ value, label }))}
      />
      <div className="two">
        <NumberInput
          label="Série"
          min={0}
          max={889}
          allowDecimal={false}
          value={series}
          onChange={setSeries}
          error={faultOf(save.refusal, 'series')}
          data-autofocus
        />
        <NumberInput
          label="Próximo número"
          description="Continua outra série? O último usado mais um"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={1}
          max={999_999_999}
          allowDecimal={false}
          thousandSeparator="."
          decimalSeparator=","
          value={next}
          onChange={setNext}
          error={faultOf(save.refusal, 'next_number')}
        />
      </div>
    </EditModal>
  )
}

function MoveOn({ series, close }: { series: Series; close: () => void }) {
  const [next, setNext] = useState<number | string>(series.next_number)
  const save = useAct(changeSeriesEndpoint, { quiet: true, done: 'Numeração adiantada', onDone: close })
  const send = (accept_gap: boolean) => save.run({ series: series.id, next_number: Number(next), accept_gap })
  if (save.refusal?.code === 'number_gap')
    return (
      <Confirm opened close={close} title="Deixar números sem nota?" verb={`Pular para ${number(Number(next))}`} danger run={() => send(true)} busy={save.busy}>
        <p>{save.refusal.title}</p>
      </Confirm>
    )
  return (
    <EditModal
      opened
      close={close}
      title={`Série ${series.series}, ${environments[series.environment].toLowerCase()}`}
      verb="Adiantar"
      send={() => send(false)}
      busy={save.busy}
      refusal={save.refusal}
      fields={['next_number']}
      ready={Number(next) > series.next_number}
    >
      <NumberInput
        label="Próximo número"
        description={`Hoje é ${number(series.next_number)}. O número só anda para a frente.`}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        min={1}
        max={999_999_999}
        allowDecimal={false}
        thousandSeparator="."
        decimalSeparator=","
        value={next}
        onChange={setNext}
        error={faultOf(save.refusal, 'next_number')}
        data-autofocus
      />
    </EditModal>
  )
}
