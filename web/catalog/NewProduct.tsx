import { Button, Modal, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { productByCode, saveProductEndpoint } from '../../server/catalog/contract.ts'
import { call, isRefusal, useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'

/** SKU and name are enough to begin; the rest is written on the product's own page. */
export function NewProduct({ opened, close }: { opened: boolean; close: () => void }) {
  const [sku, setSku] = useState('')
  const [name, setName] = useState('')
  const [code, setCode] = useState('')
  const [taken, setTaken] = useState<string | null>(null)
  const navigate = useNavigate()
  const save = useAct(saveProductEndpoint, { quiet: true, done: 'Produto criado', onDone: ({ product }) => void navigate({ to: `/catalogo/${product}` }) })
  const leave = () => {
    for (const empty of [setSku, setName, setCode]) empty('')
    setTaken(null)
    save.reset()
    close()
  }
  async function send() {
    // saving by SKU alters the product that has it: a new one must not
    const found = sku.trim() ? await call(productByCode, { code: sku.trim() }).catch((error) => (isRefusal(error) ? null : Promise.reject(error))) : null
    if (found) return setTaken(`Já existe: ${found.name}`)
    save.run({ sku: sku.trim(), name, ...(code.trim() ? { barcodes: [{ code: code.trim() }] } : {}) })
  }
  return (
    <Modal opened={opened} onClose={leave} title="Novo produto">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <TextInput
          label="SKU"
          description="O código da casa; não muda depois"
          value={sku}
          error={taken ?? faultOf(save.refusal, 'sku')}
          onChange={(event) => (setTaken(null), setSku(event.currentTarget.value.toUpperCase()))}
          data-autofocus
          autoComplete="off"
          maxLength={60}
        />
        <TextInput
          label="Nome"
          value={name}
          error={faultOf(save.refusal, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          maxLength={300}
        />
        <TextInput
          label="EAN"
          description="Bipe ou digite; pode ficar para depois"
          value={code}
          error={faultOf(save.refusal, 'barcodes.0.code')}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoComplete="off"
          classNames={{ input: 'code' }}
        />
        <FormFaults refusal={save.refusal} fields={['sku', 'name', 'barcodes.0.code']} />
        <div className="row form-end">
          <Button variant="default" onClick={leave}>
            Voltar
          </Button>
          <Button type="submit" loading={save.busy} disabled={!sku.trim() || !name.trim()}>
            Criar e completar
          </Button>
        </div>
      </form>
    </Modal>
  )
}
