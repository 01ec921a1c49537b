import { Autocomplete, Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { goodsOrigins, productFiscalEndpoint, saveProductFiscalEndpoint } from '../../../server/fiscal-setup/contract.ts'
import type { ProductFiscalRow } from '../../../server/fiscal-setup/contract.ts'
import { useAct, useRead } from '../../client.ts'
import type { Refusal } from '../../client.ts'
import { FormFaults, faultOf } from '../../components/FormFaults.tsx'
import { State } from '../../components/State.tsx'
import { useMay } from '../../session.ts'
import { EditModal } from '../../settings/EditModal.tsx'
import { Section } from '../../shell/Page.tsx'
import '../../settings/settings.css'
import './setup.css'

const fields = ['ncm', 'cest', 'origin', 'gtin', 'unit', 'class_trib', 'benefit_code', 'tax_group']

function useDraft(row: ProductFiscalRow) {
  const [draft, setDraft] = useState({
    ncm: row.ncm ?? '',
    cest: row.cest ?? '',
    origin: row.origin === null ? '' : String(row.origin),
    gtin: row.gtin ?? '',
    unit: row.unit,
    class_trib: row.class_trib ?? '',
    benefit_code: row.benefit_code ?? '',
    tax_group: row.tax_group,
  })
  return {
    draft,
    set: (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part })),
    sent: () => ({
      product: row.product,
      ncm: draft.ncm || null,
      cest: draft.cest || null,
      origin: draft.origin === '' ? null : Number(draft.origin),
      gtin: draft.gtin || null,
      unit: draft.unit,
      class_trib: draft.class_trib || null,
      benefit_code: draft.benefit_code || null,
      tax_group: draft.tax_group,
    }),
  }
}

/** One product from the list. */
export function ProductFiscalDialog({ row, groups, close }: { row: ProductFiscalRow; groups: string[]; close: () => void }) {
  const save = useAct(saveProductFiscalEndpoint, { quiet: true, done: `Dados de ${row.sku} salvos`, onDone: close })
  const form = useDraft(row)
  return (
    <EditModal opened close={close} title={row.name} size="lg" send={() => save.run(form.sent())} busy={save.busy} refusal={save.refusal} fields={fields}>
      <Fields form={form} row={row} groups={groups} refusal={save.refusal} focus />
    </EditModal>
  )
}

/** The same on the product's own page. */
export function ProductFiscal({ product }: { product: number }) {
  const may = useMay()
  const { data } = useRead(productFiscalEndpoint, { product }, { when: may('fiscal.read'), keepPrevious: false })
  if (!data) return null
  return (
    <Section title="Dados fiscais" action={data.ncm === null || data.origin === null ? <State tone="warn" word="Incompleto: a nota não sai" /> : undefined}>
      <Own key={data.product} row={data} may={may('fiscal.manage')} />
    </Section>
  )
}

function Own({ row, may }: { row: ProductFiscalRow; may: boolean }) {
  const save = useAct(saveProductFiscalEndpoint, { quiet: true, done: 'Dados fiscais salvos' })
  const form = useDraft(row)
  return (
    <form
      className="surface setup-form"
      onSubmit={(event) => {
        event.preventDefault()
        save.run(form.sent())
      }}
    >
      <Fields form={form} row={row} groups={['geral']} refusal={save.refusal} readOnly={!may} />
      <FormFaults refusal={save.refusal} fields={fields} />
      {may && (
        <div className="row form-end">
          <Button type="submit" variant="default" loading={save.busy}>
            Salvar dados fiscais
          </Button>
        </div>
      )}
    </form>
  )
}

function Fields({
  form: { draft, set },
  row,
  groups,
  refusal,
  readOnly = false,
  focus,
}: {
  form: ReturnType<typeof useDraft>
  row: ProductFiscalRow
  groups: string[]
  refusal: Refusal | null
  readOnly?: boolean
  focus?: boolean
}): ReactNode {
  const text = (field: keyof typeof draft, label: string, description?: string) => (
    <TextInput
      label={label}
      {...(description ? { description } : {})}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      classNames={{ input: 'code' }}
      value={draft[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      error={faultOf(refusal, field)}
      readOnly={readOnly}
      {...(focus && field === 'ncm' ? { 'data-autofocus': true } : {})}
    />
  )
  return (
    <div className="two">
      {text('ncm', 'NCM', '8 números')}
      <Select
        label="Origem"
        placeholder="De onde vem"
        data={Object.entries(goodsOrigins).map(([value, label]) => ({ value, label: `${value} · ${label}` }))}
        value={draft.origin || null}
        onChange={(value) => set({ origin: value ?? '' })}
        error={faultOf(refusal, 'origin')}
        readOnly={readOnly}
      />
      <TextInput
        label="GTIN"
        description={
          !draft.gtin && row.suggested_gtin && !readOnly ? (
            <button type="button" className="grid-link" onClick={() => set({ gtin: row.suggested_gtin ?? '' })}>
              Usar o código de barras {row.suggested_gtin}
            </button>
          ) : (
            'Vazio: a nota diz SEM GTIN'
          )
        }
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        classNames={{ input: 'code' }}
        value={draft.gtin}
        onChange={(event) => set({ gtin: event.currentTarget.value })}
        error={faultOf(refusal, 'gtin')}
        readOnly={readOnly}
      />
      {text('class_trib', 'cClassTrib (IBS e CBS)', 'Vazio: tributação integral, 000001')}
      {text('cest', 'CEST', 'Só com substituição tributária')}
      {text('unit', 'Unidade', 'Como na nota: UN, PC, CX, KG')}
      <Autocomplete
        label="Grupo de imposto"
        description="Produtos do mesmo grupo seguem as mesmas regras"
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={groups}
        value={draft.tax_group}
        onChange={(tax_group) => set({ tax_group })}
        error={faultOf(refusal, 'tax_group')}
        readOnly={readOnly}
      />
      {text('benefit_code', 'Código de benefício fiscal', 'Opcional: 8 ou 10 letras e números')}
    </div>
  )
}
