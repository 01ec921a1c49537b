import { ActionIcon, Button, MultiSelect, SegmentedControl, Select, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { answerMoneyFile, fileChoices, previewMapping, saveMapping } from '../../server/reconciliation/contract.ts'
import type { MappingShape } from '../../server/reconciliation/contract.ts'
import { useAct, useRead } from '../client.ts'
import { FormFaults } from '../components/FormFaults.tsx'
import { Section } from '../shell/Page.tsx'
import { Seen, lineKinds } from './MappingSeen.tsx'
import { guess } from './guess.ts'
import './reconciliation.css'

const settlementFields = {
  order: 'Pedido do canal',
  payment: 'Pagamento',
  instalment: 'Parcela',
  gross: 'Valor bruto',
  net: 'Valor líquido',
  paidOn: 'Pago em',
  releaseOn: 'Previsto para',
  approvedAt: 'Aprovado em',
  payout: 'Repasse',
  sku: 'SKU',
} as const
const bankFields = {
  date: 'Data',
  amount: 'Valor (com sinal)',
  credit: 'Entradas',
  debit: 'Saídas',
  direction: 'D ou C',
  balance: 'Saldo',
  document: 'Documento',
  counterpartName: 'De quem / para quem',
} as const
const feeKinds = {
  commission: 'Comissão',
  fixed: 'Tarifa fixa',
  payment: 'Custo do pagamento',
  shipping: 'Frete',
  coupon: 'Cupom',
  tax: 'Imposto',
  advertising: 'Anúncio',
  anticipation: 'Antecipação',
  other: 'Outra',
} as const
const channels = { magalu: 'Magalu', vtex: 'VTEX', shopee: 'Shopee', amazon: 'Amazon', mercado_pago: 'Mercado Pago', other: 'Outro' } as const
const options = (of: Record<string, string>) => Object.entries(of).map(([value, label]) => ({ value, label }))

/** Says once what each column of an unknown table is; what the first rows become is shown before anything is kept. */
export function MappingForm({ file, table }: { file: number; table: { columns: string[]; sample: string[][] } }) {
  const { data: choices } = useRead(fileChoices)
  const [name, setName] = useState('')
  const [mapping, setMapping] = useState<MappingShape>(() => guess(table))
  const preview = useAct(previewMapping, { quiet: true })
  const save = useAct(saveMapping, { quiet: true })
  const answer = useAct(answerMoneyFile, { quiet: true, done: 'Colunas guardadas: o arquivo está sendo lido' })
  const [seen, see] = useState<Awaited<ReturnType<typeof preview.send>> | null>(null)
  const columns = table.columns.filter((column) => column.trim() !== '')
  const set = (change: object) => {
    see(null)
    setMapping(
      (before) => Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null && value !== undefined)) as MappingShape,
    )
  }
  const saved = (choices?.mappings ?? []).map(({ id, name: label }) => ({ value: String(id), label }))
  const keep = async () => {
    const { mapping: id } = await save.send({ name, mapping })
    await answer.send({ file, mapping: id })
  }
  const pick = (field: string, label: string) => (
    <Select
      key={field}
      label={label}
      data={columns}
      clearable
      searchable
      value={((mapping as Record<string, unknown>)[field] as string | undefined) ?? null}
      onChange={(value) => set({ [field]: value })}
    />
  )
  return (
    <Section title="O que é cada coluna">
      <form
        className="surface stack padded"
        onSubmit={(event) => {
          event.preventDefault()
          void keep().catch(() => undefined)
        }}
      >
        {saved.length > 0 && (
          <Select
            label="Uma ligação já guardada"
            placeholder="Nenhuma: ligar agora"
            data={saved}
            value={null}
            onChange={(value) => value && answer.run({ file, mapping: Number(value) })}
          />
        )}
        <SegmentedControl
          aria-label="O que é a tabela"
          data={[
            { value: 'settlement', label: 'Repasse de um canal' },
            { value: 'bank', label: 'Extrato de um banco' },
          ]}
          value={mapping.kind}
          onChange={(kind) => {
            see(null)
            setMapping(guess(table, kind as MappingShape['kind']))
          }}
        />
        <div className="mapping-fields">
          {mapping.kind === 'settlement' && (
            <Select
              label="Canal"
              data={options(channels)}
              value={mapping.channel}
              onChange={(value) => set({ channel: value ?? 'other' })}
              allowDeselect={false}
            />
          )}
          <Select
            label="Como os dias são escritos"
            data={[
              { value: 'dd/mm/yyyy', label: '31/12/2026' },
              { value: 'yyyy-mm-dd', label: '2026-12-31' },
              { value: 'mm/dd/yyyy', label: '12/31/2026' },
            ]}
            value={mapping.dateFormat}
            onChange={(value) => set({ dateFormat: value ?? 'dd/mm/yyyy' })}
            allowDeselect={false}
          />
          {Object.entries(mapping.kind === 'settlement' ? settlementFields : bankFields).map(([field, label]) => pick(field, label))}
          {mapping.kind === 'bank' && <MultiSelect label="Histórico" data={columns} value={mapping.memo} onChange={(memo) => set({ memo })} />}
          {mapping.kind === 'settlement' && (
            <Select
              label="Cada linha é"
              description="Onde a coluna do tipo não diz outra coisa"
              data={options(lineKinds)}
              value={mapping.defaultKind}
              onChange={(value) => set({ defaultKind: value ?? 'payment' })}
              allowDeselect={false}
            />
          )}
          {mapping.kind === 'settlement' && pick('kindColumn', 'Coluna do tipo')}
        </div>
        {mapping.kind === 'settlement' && mapping.kindColumn && (
          <div className="mapping-fields">
            {wordsOf(table, mapping.kindColumn).map((word) => (
              <Select
                key={word}
                label={`"${word}"`}
                data={options(lineKinds)}
                value={mapping.kinds?.[word] ?? mapping.defaultKind}
                onChange={(value) => set({ kinds: { ...mapping.kinds, [word]: value ?? mapping.defaultKind } })}
                allowDeselect={false}
              />
            ))}
          </div>
        )}
        {mapping.kind === 'settlement' && (
          <>
            {mapping.fees.map((fee, index) => {
              const change = (part: object) => set({ fees: mapping.fees.map((other, place) => (place === index ? { ...other, ...part } : other)) })
              return (
                <div key={index} className="mapping-fee">
                  <Select
                    label="Coluna da tarifa"
                    data={columns}
                    value={fee.column}
                    onChange={(value) => value && change({ column: value })}
                    allowDeselect={false}
                  />
                  <Select label="É" data={options(feeKinds)} value={fee.kind} onChange={(value) => value && change({ kind: value })} allowDeselect={false} />
                  <ActionIcon
                    variant="default"
                    size="lg"
                    aria-label="Tirar esta tarifa"
                    onClick={() => set({ fees: mapping.fees.filter((_, place) => place !== index) })}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                  <SegmentedControl
                    size="xs"
                    aria-label="Como o arquivo escreve o desconto"
                    data={[
                      { value: 'signed', label: 'vem negativo' },
                      { value: 'positive', label: 'vem sem sinal' },
                    ]}
                    value={fee.positive ? 'positive' : 'signed'}
                    onChange={(value) => change({ positive: value === 'positive' })}
                  />
                </div>
              )
            })}
            <div>
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => set({ fees: [...mapping.fees, { column: columns[0]!, kind: 'other', positive: false }] })}
              >
                Mais uma tarifa
              </Button>
            </div>
          </>
        )}
        <div className="row">
          <Button variant="default" loading={preview.busy} onClick={() => void preview.send({ file, mapping }).then(see, () => undefined)}>
            Ver as primeiras linhas
          </Button>
        </div>
        <FormFaults refusal={preview.refusal ?? save.refusal ?? answer.refusal} fields={[]} />
        {seen && <Seen {...seen} />}
        {seen && seen.faults.length === 0 && seen.rows.length > 0 && (
          <div className="row">
            <TextInput
              label="Nome desta ligação"
              description="Os próximos arquivos iguais serão lidos sozinhos"
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" loading={save.busy || answer.busy} disabled={name.trim().length < 2} mt="auto">
              Guardar e ler o arquivo
            </Button>
          </div>
        )}
      </form>
    </Section>
  )
}

/** The words of a column in the sample. */
const wordsOf = ({ columns, sample }: { columns: string[]; sample: string[][] }, column: string) => [
  ...new Set(sample.map((row) => row[columns.indexOf(column)]?.trim() ?? '').filter((word) => word !== '' && word.length <= 100)),
]
