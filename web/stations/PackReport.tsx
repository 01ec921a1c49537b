import { useState } from 'react'
import type { Bench } from '../../server/packing/contract.ts'
import { ProductPicture } from '../components/Picture.tsx'
import { AskNumber, AskReason } from './Parts.tsx'
import './Work.css'
import './Pack.css'

const kinds = { 'Não está no cesto': 'missing', 'Está avariado': 'damaged' } as const

/** Which item, how many of it, and whether it is gone or broken: one question at a time. */
export function PackReport({
  bench,
  line,
  choose,
  confirm,
}: {
  bench: Bench
  line: number | null
  choose: (line: number) => void
  confirm: (quantity: number, kind: 'missing' | 'damaged') => void
}) {
  const [quantity, setQuantity] = useState<number | null>(null)
  const open = bench.lines.filter((one) => one.checked < one.quantity)
  const chosen = open.find((one) => one.line === line)
  if (!chosen)
    return (
      <div className="report-lines">
        {open.map((one) => (
          <button key={one.line} type="button" onClick={() => choose(one.line)}>
            <ProductPicture product={one.product} name={one.name} size={64} has={one.picture} />
            <span>{one.name}</span>
            <b>
              {one.checked} de {one.quantity}
            </b>
          </button>
        ))}
      </div>
    )
  const left = chosen.quantity - chosen.checked
  const many = quantity ?? (left === 1 ? 1 : null)
  return (
    <>
      <p className="ask-hint">
        <b>{chosen.name}</b>
      </p>
      {many === null ? (
        <AskNumber label="Quantas" hint={`Quantas destas ${left} faltam ou estão avariadas?`} min={1} max={left} start="1" confirm={setQuantity} />
      ) : (
        <AskReason reasons={Object.keys(kinds)} choose={(kind) => confirm(many, kinds[kind as keyof typeof kinds])} />
      )}
    </>
  )
}
