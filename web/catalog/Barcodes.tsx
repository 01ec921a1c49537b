import { ActionIcon, Button, NumberInput, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { addBarcodeEndpoint, checkEan, isGtinLength, removeBarcodeEndpoint } from '../../server/catalog/contract.ts'
import type { ProductPage } from '../../server/catalog/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { showUndo } from '../components/undo.tsx'
import { count } from '../components/format.ts'
import { Section } from '../shell/Page.tsx'

const kinds = { ean8: 'EAN-8', upc12: 'UPC', ean13: 'EAN-13', dun14: 'DUN-14' } as const

/** What a scanner may read for this product. A case's code stands for its units. */
export function Barcodes({ product, may }: { product: ProductPage; may: boolean }) {
  const [code, setCode] = useState('')
  const [units, setUnits] = useState<number | string>(1)
  const add = useAct(addBarcodeEndpoint, {
    quiet: true,
    onDone: () => {
      setCode('')
      setUnits(1)
    },
  })
  const put = useAct(addBarcodeEndpoint)
  const remove = useAct(removeBarcodeEndpoint, {
    onDone: (_, sent) => {
      const gone = product.barcodes.find((barcode) => barcode.code === sent.code)
      if (gone) showUndo(`Código ${gone.code} desligado`, () => put.run({ product: product.id, ...gone }))
    },
  })
  const kind = kindOf(code.trim())
  return (
    <Section title="Códigos de barras">
      <div className="surface">
        {product.barcodes.length > 0 ? (
          <ul className="lines">
            {product.barcodes.map((barcode) => (
              <li key={barcode.code}>
                <span className="code">{barcode.code}</span>
                <span className="quiet grow">{kindOf(barcode.code)?.name}</span>
                <span className="number">{barcode.units === 1 ? '1 unidade' : `caixa com ${barcode.units}`}</span>
                {may && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Desligar o código ${barcode.code}`}
                    onClick={() => remove.run({ product: product.id, code: barcode.code })}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                )}
              </li>
            ))}
          </ul>
        ) : (
          <p className="quiet padded">Sem código: nas estações, só se acha pelo SKU.</p>
        )}
        {may && product.kind === 'simple' && (
          <form
            className="line-form"
            onSubmit={(event) => {
              event.preventDefault()
              add.run({ product: product.id, code: code.trim(), units: Number(units) || 1 })
            }}
          >
            <TextInput
              className="grow"
              label="Novo código"
              placeholder="Bipe ou digite"
              classNames={{ input: 'code' }}
              value={code}
              error={faultOf(add.refusal, 'code') ?? (kind && 'fault' in kind ? kind.fault : null)}
              description={
                kind && !('fault' in kind)
                  ? kind.name === kinds.dun14 && Number(units) === 1
                    ? 'DUN-14 é de caixa fechada: diga quantas unidades vêm nela'
                    : kind.name
                  : null
              }
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              onChange={(event) => {
                const typed = event.currentTarget.value
                setCode(typed)
                add.reset()
              }}
              autoComplete="off"
            />
            <NumberInput
              label="Vale"
              w={116}
              suffix={Number(units) === 1 ? ' unidade' : ' unidades'}
              decimalScale={0}
              min={1}
              max={10_000}
              value={units}
              onChange={setUnits}
              error={faultOf(add.refusal, 'units')}
            />
            <Button type="submit" variant="default" loading={add.busy} disabled={!code.trim()}>
              Ligar
            </Button>
            <div className="whole">
              <FormFaults refusal={add.refusal} fields={['code', 'units']} />
            </div>
          </form>
        )}
      </div>
      {product.barcodes.some((barcode) => barcode.units > 1) && (
        <p className="quiet small">
          Bipar a caixa no recebimento conta {count(Math.max(...product.barcodes.map((barcode) => barcode.units)), 'unidade', 'unidades')} de uma vez.
        </p>
      )}
    </Section>
  )
}

/** What a code is by its length and check digit; nothing while it is short, as a house code may have any length. */
function kindOf(code: string): { name: string } | { name?: undefined; fault: string } | null {
  if (code.length < 3) return null
  if (!isGtinLength(code)) return { name: 'código da casa' }
  const read = checkEan(code)
  return 'fault' in read ? { fault: read.fault } : { name: kinds[read.kind] }
}
