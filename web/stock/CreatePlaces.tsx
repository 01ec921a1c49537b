import { Button, Modal, NumberInput, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { createPlacesEndpoint, placeKinds } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { call, useAct } from '../client.ts'
import type { Refusal } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { count } from '../components/format.ts'

const kinds = ['pick', 'flow', 'reserve', 'receiving', 'tote', 'staging', 'quarantine'] as const
const examples = [
  { pattern: 'A{01..06}-{01..20}-{1..4}', says: '6 corredores, 20 posições, 4 níveis' },
  { pattern: 'R{1..3}-{01..12}', says: '3 corredores de 12 posições' },
  { pattern: 'T-{001..120}', says: '120 cestos' },
]

/** Many places by one pattern; what it would make is shown while one types. */
export function CreatePlaces({ opened, close }: { opened: boolean; close: () => void }) {
  const [pattern, setPattern] = useState('')
  const [kind, setKind] = useState<(typeof kinds)[number]>('pick')
  const [capacity, setCapacity] = useState<number | string>('')
  const [asked] = useDebouncedValue(pattern.trim(), 250)
  const preview = useQuery<AnswerOf<typeof createPlacesEndpoint>, Refusal>({
    queryKey: ['previewPlaces', asked],
    queryFn: ({ signal }) => call(createPlacesEndpoint, { pattern: asked, preview: true }, { signal }),
    enabled: opened && asked !== '',
    staleTime: 0,
  })
  const leave = () => {
    setPattern('')
    create.reset()
    close()
  }
  const create = useAct(createPlacesEndpoint, {
    quiet: true,
    onDone: leave,
    done: ({ created, known }) => `${count(created, 'endereço criado', 'endereços criados')}${known ? `; ${count(known, 'já existia', 'já existiam')}` : ''}`,
  })
  const shown = asked && asked === pattern.trim() ? preview.data : undefined
  return (
    <Modal opened={opened} onClose={leave} title="Criar endereços" size="lg">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          create.run({ pattern: pattern.trim(), kind, capacity_units: capacity === '' ? null : Number(capacity) })
        }}
      >
        <TextInput
          label="Molde"
          placeholder={examples[0]!.pattern}
          classNames={{ input: 'code' }}
          value={pattern}
          onChange={(event) => setPattern(event.currentTarget.value.toUpperCase())}
          error={faultOf(create.refusal, 'pattern') ?? (asked && preview.error ? (faultOf(preview.error, 'pattern') ?? preview.error.title) : null)}
          description="O que está entre chaves se repete: corredor, depois posição, depois nível."
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <div className="row">
          {examples.map((example) => (
            <button key={example.pattern} type="button" className="chip" onClick={() => setPattern(example.pattern)} title={example.says}>
              <span className="code">{example.pattern}</span>
              <span className="quiet">{example.says}</span>
            </button>
          ))}
        </div>
        <div className="two">
          <Select
            label="Tipo"
            data={kinds.map((value) => ({ value, label: placeKinds[value] }))}
            value={kind}
            onChange={(value) => value && setKind(value as typeof kind)}
            allowDeselect={false}
          />
          <NumberInput
            label="Capacidade de cada um"
            placeholder="Sem limite"
            suffix=" unidades"
            decimalScale={0}
            min={1}
            value={capacity}
            onChange={setCapacity}
            error={faultOf(create.refusal, 'capacity_units')}
          />
        </div>
        {shown && (
          <div className="preview" role="status">
            <p>
              <strong>{shown.created === 0 ? 'Nenhum endereço novo' : count(shown.created, 'endereço novo', 'endereços novos')}</strong>
              {shown.known > 0 && <span className="quiet"> · {count(shown.known, 'já existe e fica como está', 'já existem e ficam como estão')}</span>}
            </p>
            <p className="quiet small">Na ordem da caminhada, em serpentina:</p>
            <p className="preview-codes code">
              {shown.codes.join('  ')}
              {shown.created + shown.known > shown.codes.length && ' …'}
            </p>
          </div>
        )}
        <FormFaults refusal={create.refusal} fields={['pattern', 'capacity_units']} />
        <div className="row form-end">
          <Button variant="default" onClick={leave}>
            Voltar
          </Button>
          <Button type="submit" loading={create.busy} disabled={!shown || shown.created === 0}>
            {shown && shown.created > 0 ? `Criar ${count(shown.created, 'endereço', 'endereços')}` : 'Criar'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
