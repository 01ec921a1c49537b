import { TextInput } from '@mantine/core'
import type { KeyboardEvent, ReactNode } from 'react'
import { useDebouncedValue } from '@mantine/hooks'
import { productByCode } from '../../server/catalog/contract.ts'
import { placeKinds, readPlace } from '../../server/stock/contract.ts'
import { useRead } from '../client.ts'
import { ProductPicture } from '../components/Picture.tsx'
import { count } from '../components/format.ts'

/**
 * A form for a wedge scanner: its Enter goes on to the next empty field, and only sends from the last one, so that two
 * scans and a number do the work of a mouse.
 */
export function ScanForm({ send, children }: { send: () => void; children: ReactNode }) {
  const next = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement) || event.target.getAttribute('aria-expanded') === 'true') return
    const fields = [...event.currentTarget.querySelectorAll<HTMLInputElement>('input:not([type=hidden], [type=radio], [disabled], [tabindex="-1"])')]
    const following = fields.slice(fields.indexOf(event.target) + 1).find((field) => field.value === '' || field.dataset['stop'] !== undefined)
    if (!following) return
    event.preventDefault()
    following.focus()
    following.select()
  }
  return (
    <form
      className="stack"
      onKeyDown={next}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {children}
    </form>
  )
}

interface Field {
  label: string
  value: string
  change: (value: string) => void
  error?: string | null
  autoFocus?: boolean
  placeholder?: string
}

/** EAN, DUN, house code or SKU; says at once what it is. */
export function ProductCode({ label, value, change, error, autoFocus, placeholder = 'Bipe ou digite o código ou o SKU' }: Field) {
  const [asked] = useDebouncedValue(value.trim(), 250)
  const found = useRead(productByCode, { code: asked }, { when: asked.length >= 2, keepPrevious: false })
  const product = asked === value.trim() ? found.data : undefined
  return (
    <div>
      <TextInput
        label={label}
        placeholder={placeholder}
        classNames={{ input: 'code' }}
        value={value}
        onChange={(event) => change(event.currentTarget.value)}
        error={error ?? (found.error && asked ? found.error.title : null)}
        autoComplete="off"
        spellCheck={false}
        {...(autoFocus ? { 'data-autofocus': true } : {})}
      />
      {product && (
        <div className="code-found">
          <ProductPicture product={product.product} name={product.name} size={32} has={product.has_picture} beside />
          <span>
            {product.name}
            {product.units > 1 && <strong> · caixa com {product.units} unidades</strong>}
          </span>
        </div>
      )}
    </div>
  )
}

/** A place's code, as on its label; says what lies there, of one product when it is known. */
export function PlaceCode({ label, value, change, error, autoFocus, product, placeholder = 'Bipe a etiqueta da prateleira' }: Field & { product?: string }) {
  const [asked] = useDebouncedValue(value.trim().toUpperCase(), 250)
  const valid = /^[A-Z0-9._-]{1,30}$/.test(asked)
  const found = useRead(readPlace, { code: asked }, { when: valid, keepPrevious: false })
  const known = useRead(productByCode, { code: product ?? '' }, { when: Boolean(product && product.length >= 2), keepPrevious: false })
  const place = asked === value.trim().toUpperCase() ? found.data : undefined
  const there = place?.content.find((row) => row.product === known.data?.product)
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      classNames={{ input: 'code' }}
      value={value}
      onChange={(event) => change(event.currentTarget.value.toUpperCase())}
      error={error ?? (found.error && valid && asked ? found.error.title : null)}
      description={
        place
          ? `${placeKinds[place.kind]} · ${known.data ? (there ? `${count(there.quantity, 'unidade', 'unidades')} deste produto${there.allocated ? `, ${there.allocated} em separação` : ''}` : 'nada deste produto') : place.units ? count(place.units, 'unidade', 'unidades') : 'vazio'}`
          : null
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      autoComplete="off"
      spellCheck={false}
      {...(autoFocus ? { 'data-autofocus': true } : {})}
    />
  )
}
