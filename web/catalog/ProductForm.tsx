import { Autocomplete, Button, NumberInput, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { listSuppliers, saveProductEndpoint } from '../../server/catalog/contract.ts'
import type { ProductPage } from '../../server/catalog/contract.ts'
import { useAct, useRead } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { Section } from '../shell/Page.tsx'

const names = ['name', 'category', 'supplier', 'weight_g', 'length_mm', 'width_mm', 'height_mm', 'active'] as const
type Fields = Pick<ProductPage, (typeof names)[number]>

/** The product's own facts, written where they are read. Only what was changed is sent: others may be writing too. */
export function ProductForm({ product, may }: { product: ProductPage; may: boolean }) {
  const [draft, setDraft] = useState<Partial<Fields>>({})
  const suppliers = useRead(listSuppliers)
  const save = useAct(saveProductEndpoint, { quiet: true, done: 'Produto salvo', onDone: () => setDraft({}) })
  const now: Fields = { ...product, ...draft }
  const changed = names.filter((name) => name in draft && draft[name] !== product[name])
  const set = (change: Partial<Fields>) => setDraft((before) => ({ ...before, ...change }))
  const text = (name: 'name' | 'category' | 'supplier') => ({ value: now[name] ?? '', error: faultOf(save.refusal, name), readOnly: !may, autoComplete: 'off' })
  const side = (name: 'length_mm' | 'width_mm' | 'height_mm', label: string) => (
    <NumberInput
      label={label}
      suffix=" cm"
      decimalScale={1}
      allowNegative={false}
      value={now[name] === null ? '' : now[name] / 10}
      onChange={(value) => set({ [name]: value === '' ? null : Math.round(Number(value) * 10) })}
      error={faultOf(save.refusal, name)}
      readOnly={!may}
    />
  )
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (changed.length)
      save.run({
        sku: product.sku,
        ...(Object.fromEntries(
          changed.map((name) => [name, typeof now[name] === 'string' ? now[name].trim() || (name === 'name' ? '' : null) : now[name]]),
        ) as object),
      })
  }
  return (
    <Section title="Cadastro">
      <form className="surface product-form" onSubmit={send}>
        <TextInput className="whole" label="Nome" {...text('name')} onChange={(event) => set({ name: event.currentTarget.value })} maxLength={300} />
        <TextInput label="Categoria" {...text('category')} onChange={(event) => set({ category: event.currentTarget.value || null })} maxLength={120} />
        <Autocomplete
          label="Fornecedor"
          {...text('supplier')}
          data={(suppliers.data?.rows ?? []).map((supplier) => supplier.name)}
          onChange={(value) => set({ supplier: value || null })}
          maxLength={120}
        />
        {product.kind === 'simple' && (
          <div className="whole product-sides">
            {side('length_mm', 'Comprimento')}
            {side('width_mm', 'Largura')}
            {side('height_mm', 'Altura')}
            <NumberInput
              label="Peso"
              suffix=" g"
              decimalScale={0}
              allowNegative={false}
              value={now.weight_g ?? ''}
              onChange={(value) => set({ weight_g: value === '' ? null : Number(value) })}
              error={faultOf(save.refusal, 'weight_g')}
              readOnly={!may}
            />
          </div>
        )}
        {product.kind === 'simple' && [now.length_mm, now.width_mm, now.height_mm, now.weight_g].includes(null) && (
          <p className="whole quiet small">Sem peso ou medidas, a conferência não consegue sugerir a caixa nem conferir o peso.</p>
        )}
        <Switch
          className="whole"
          label="Ativo: pode ser vendido e recebido"
          checked={now.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
          disabled={!may}
        />
        {(changed.length > 0 || save.refusal) && (
          <div className="whole stack">
            <FormFaults refusal={save.refusal} fields={[...names]} />
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
              <Button type="submit" loading={save.busy} disabled={changed.length === 0}>
                Salvar
              </Button>
            </div>
          </div>
        )}
      </form>
    </Section>
  )
}
