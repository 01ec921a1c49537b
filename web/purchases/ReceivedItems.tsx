import { Button, Checkbox, NumberInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { saveMatchesEndpoint } from '../../server/purchases/contract.ts'
import type { ReceivedItem } from '../../server/purchases/contract.ts'
import { ProductPicker } from '../catalog/ProductPicker.tsx'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { Code, Money } from '../components/Values.tsx'
import { count, number } from '../components/format.ts'
import { useMay } from '../session.ts'
import type { Received } from './ReceivedPage.tsx'
import { decimal } from './words.ts'
import '../catalog/catalog.css'

interface Draft {
  product: number | null
  units: number | string
  no_stock: boolean
}
const found: Record<NonNullable<ReceivedItem['matched_by']>, string> = {
  learnt: 'aprendido de outra nota',
  gtin: 'pelo código de barras',
  code: 'pelo código do fornecedor',
  person: 'ligado à mão',
}
const draftOf = (line: ReceivedItem): Draft => ({ product: line.product?.id ?? null, units: line.units ?? 1, no_stock: line.no_stock })

/** The items, and which product each one is. What nobody knows stands open; what is known can be changed until it is received. */
export function ReceivedItems({ nota }: { nota: Received }) {
  const may = useMay()
  const edits = may('catalog.edit') && nota.receipt === null && nota.state === 'complete'
  const [drafts, setDrafts] = useState<ReadonlyMap<number, Draft>>(
    () => new Map(edits ? nota.lines.filter((line) => !line.product && !line.no_stock).map((line) => [line.position, draftOf(line)]) : []),
  )
  const save = useAct(saveMatchesEndpoint, {
    quiet: true,
    done: ({ unmatched }) => (unmatched ? `Guardado; falta ligar ${count(unmatched, 'item', 'itens')}` : 'Produtos guardados'),
    onDone: () => setDrafts(new Map()),
  })
  const change = (position: number, draft: Draft | null) =>
    setDrafts((before) => {
      const after = new Map(before)
      if (draft) after.set(position, draft)
      else after.delete(position)
      return after
    })
  const answered = [...drafts].filter(([, { product, no_stock }]) => product !== null || no_stock)
  const fieldOf = (position: number, field: string) => {
    const at = answered.findIndex(([one]) => one === position)
    return at < 0 ? null : faultOf(save.refusal, `items.${at}.${field}`)
  }
  return (
    <form
      className="surface received-items"
      onSubmit={(event) => {
        event.preventDefault()
        if (answered.length)
          save.run({
            nota: nota.id,
            items: answered.map(([position, { product, units, no_stock }]) => ({ position, product, units: Number(units) || 1, no_stock })),
            costs: [],
          })
      }}
    >
      <ol>
        {nota.lines.map((line) => {
          const draft = drafts.get(line.position)
          return (
            <li key={line.position} data-open={draft ? true : undefined}>
              <div className="received-item">
                <div className="grow">
                  <div className="order-item-name">{line.name}</div>
                  <span className="quiet">
                    <Code of={line.code} />
                    {line.gtin && (
                      <>
                        {' '}
                        · <Code of={line.gtin} />
                      </>
                    )}{' '}
                    · NCM <Code of={line.ncm} /> · CFOP <Code of={line.cfop} />
                  </span>
                </div>
                <div className="received-figures">
                  <span className="number">
                    {decimal(line.quantity)} {line.unit} × {decimal(line.unit_price, 2)}
                  </span>
                  <strong>
                    <Money centavos={line.gross} currency />
                  </strong>
                </div>
              </div>
              {draft ? (
                <Match
                  line={line}
                  draft={draft}
                  change={(next) => change(line.position, next)}
                  leave={line.product || line.no_stock ? () => change(line.position, null) : null}
                  fault={(field) => fieldOf(line.position, field)}
                />
              ) : (
                <div className="received-match">
                  <Matched line={line} />
                  {edits && (
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      onClick={() => change(line.position, draftOf(line))}
                      aria-label={`Trocar o produto do item ${line.position}`}
                    >
                      Trocar
                    </Button>
                  )}
                </div>
              )}
            </li>
          )
        })}
      </ol>
      {edits && drafts.size > 0 && (
        <div className="received-save">
          <FormFaults refusal={save.refusal} fields={answered.flatMap((_, at) => ['product', 'units', 'position'].map((field) => `items.${at}.${field}`))} />
          <Button type="submit" loading={save.busy} disabled={!answered.length}>
            {answered.length ? `Guardar ${count(answered.length, 'produto', 'produtos')}` : 'Guardar produtos'}
          </Button>
        </div>
      )}
    </form>
  )
}

/** What comes in, in our units. */
function Matched({ line }: { line: ReceivedItem }) {
  if (line.no_stock) return <State tone="idle" word="não entra no estoque" />
  if (!line.product) return <State tone="warn" word="sem produto" />
  const each = line.units ?? 1
  return (
    <span className="received-product">
      <Link to="/catalogo/$product" params={{ product: String(line.product.id) }}>
        {line.product.name}
      </Link>{' '}
      <Code of={line.product.sku} />
      <span className="quiet">
        {' '}
        · {each === 1 ? '' : `${number(each, each % 1 ? 2 : 0)} por ${line.unit} · `}
        <strong>{count(Number(line.quantity) * each, 'unidade', 'unidades')}</strong>
        {line.matched_by && ` · ${found[line.matched_by]}`}
      </span>
    </span>
  )
}

function Match({
  line,
  draft,
  change,
  leave,
  fault,
}: {
  line: ReceivedItem
  draft: Draft
  change: (draft: Draft) => void
  leave: (() => void) | null
  fault: (field: string) => string | null
}) {
  const units = Number(draft.units)
  const comes = units > 0 ? Number(line.quantity) * units : null
  const { suggestion } = line
  return (
    <div className="received-match received-form">
      <ProductPicker
        label="Produto"
        aria-label={`Produto do item ${line.position}, ${line.name}`}
        kind="simple"
        value={draft.product}
        change={(product) => change({ ...draft, product: product?.id ?? null, no_stock: false })}
        disabled={draft.no_stock}
        error={fault('product')}
        description={
          suggestion && draft.product === null && !draft.no_stock ? (
            <button type="button" className="received-suggestion" onClick={() => change({ ...draft, product: suggestion.id })}>
              Usar {suggestion.name} ({suggestion.sku})
            </button>
          ) : undefined
        }
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <NumberInput
        label={`Unidades por ${line.unit}`}
        value={draft.units}
        onChange={(value) => change({ ...draft, units: value })}
        min={0.0001}
        max={100_000}
        decimalScale={4}
        decimalSeparator=","
        disabled={draft.no_stock}
        error={fault('units')}
        description={comes !== null && draft.product !== null ? `Entram ${number(comes, comes % 1 ? 2 : 0)}` : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <Checkbox
        className="received-aside"
        label="Não entra no estoque"
        checked={draft.no_stock}
        onChange={(event) => change({ ...draft, no_stock: event.currentTarget.checked, product: event.currentTarget.checked ? null : draft.product })}
      />
      {leave && (
        <Button className="received-aside" variant="subtle" size="compact-sm" onClick={leave}>
          Deixar como está
        </Button>
      )}
    </div>
  )
}
