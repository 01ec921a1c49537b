import { Button, NumberInput, Select, Switch } from '@mantine/core'
import { useState } from 'react'
import { placeKinds, savePlaceEndpoint } from '../../server/stock/contract.ts'
import type { AnswerOf, SentTo } from '../../server/platform/endpoint.ts'
import type { readPlace } from '../../server/stock/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { Section } from '../shell/Page.tsx'

const kinds = ['pick', 'flow', 'reserve', 'receiving', 'tote', 'staging', 'quarantine'] as const
type Fields = Omit<SentTo<typeof savePlaceEndpoint>, 'code'>

/** A place's own facts; what holds goods keeps its side of the sale. */
export function PlaceForm({ place }: { place: AnswerOf<typeof readPlace> }) {
  const [draft, setDraft] = useState<Fields>({})
  const save = useAct(savePlaceEndpoint, { quiet: true, done: 'Endereço salvo', onDone: () => setDraft({}) })
  if (['supplier', 'customer', 'loss', 'found'].includes(place.kind)) return null
  const now = { ...place, ...draft }
  const field = (name: 'aisle' | 'bay' | 'level' | 'sequence' | 'capacity_units', label: string) => (
    <NumberInput
      label={label}
      decimalScale={0}
      {...(name === 'sequence' ? { thousandSeparator: '' } : {})}
      allowNegative={name === 'sequence'}
      value={now[name] ?? ''}
      onChange={(value) => setDraft({ ...draft, [name]: value === '' ? (name === 'sequence' ? 0 : null) : Number(value) })}
      error={faultOf(save.refusal, name)}
    />
  )
  const changed = Object.keys(draft).some((name) => draft[name as keyof Fields] !== place[name as keyof Fields])
  return (
    <Section title="Cadastro do endereço">
      <form
        className="surface place-form"
        onSubmit={(event) => {
          event.preventDefault()
          save.run({ code: place.code, ...draft })
        }}
      >
        <Select
          label="Tipo"
          data={kinds.map((value) => ({ value, label: placeKinds[value] }))}
          value={now.kind ?? null}
          onChange={(value) => value && setDraft({ ...draft, kind: value as (typeof kinds)[number] })}
          allowDeselect={false}
          error={faultOf(save.refusal, 'kind')}
        />
        {field('capacity_units', 'Capacidade (unidades)')}
        {field('sequence', 'Ordem na caminhada')}
        {field('aisle', 'Corredor')}
        {field('bay', 'Posição')}
        {field('level', 'Nível')}
        <Switch
          className="whole"
          label="Ativo: pode receber mercadoria"
          checked={now.active ?? true}
          onChange={(event) => setDraft({ ...draft, active: event.currentTarget.checked })}
        />
        {(changed || save.refusal) && (
          <div className="whole stack">
            <FormFaults refusal={save.refusal} fields={['kind', 'aisle', 'bay', 'level', 'sequence', 'capacity_units']} />
            <div className="row form-end">
              <Button
                variant="default"
                onClick={() => {
                  setDraft({})
                  save.reset()
                }}
              >
                Desfazer
              </Button>
              <Button type="submit" loading={save.busy} disabled={!changed}>
                Salvar
              </Button>
            </div>
          </div>
        )}
      </form>
    </Section>
  )
}
