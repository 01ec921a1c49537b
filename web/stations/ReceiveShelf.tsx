import { IconCircleCheck } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import { ProductPicture } from '../components/Picture.tsx'
import { count } from '../components/format.ts'
import { Instruction } from './Instruction.tsx'
import { Track } from './Parts.tsx'
import type { Carried, useReceive } from './useReceive.ts'
import './Work.css'
import './Receive.css'
import './Pick.css'

/** Units in the hand: where they go. */
export function Carry({ carried: { product, name, sku, quantity, place, picture } }: { carried: Carried }) {
  return (
    <>
      <Track steps={['Produto', 'Endereço']} at={1} />
      <Instruction
        verb={
          place
            ? `Leve ${count(quantity, 'unidade', 'unidades')} e bipe o endereço`
            : `Leve ${count(quantity, 'unidade', 'unidades')} a um endereço vazio e bipe`
        }
        what={
          <span className="place-code" style={{ '--letters': Math.max(6, (place ?? 'Vazio').length) } as CSSProperties}>
            {place ?? 'Vazio'}
          </span>
        }
        detail={
          <>
            {name} <span className="code">{sku}</span>
            <small className="carry-note">{place ? 'Pode ser outro endereço: vale o que você bipar.' : 'Este produto ainda não tem lugar.'}</small>
          </>
        }
        quantity={quantity}
        picture={<ProductPicture product={product} name={name} size="100%" has={picture} />}
      />
    </>
  )
}

/** What stands at the door or in totes of cancelled orders: scan one to learn where it goes. */
export function PickUp({ receive }: { receive: ReturnType<typeof useReceive> }) {
  const { mode, page, rows, from } = receive
  const listed =
    mode === 'back'
      ? rows
          .filter((row) => from === null || row.from === from)
          .map((row) => ({ key: row.id, from: row.from, name: row.name, sku: row.sku, quantity: row.quantity, place: row.suggested }))
      : (page?.lines ?? [])
          .filter((line) => line.counted > line.put_away)
          .map((line) => ({ key: line.product, from: null, name: line.name, sku: line.sku, quantity: line.counted - line.put_away, place: line.suggested }))
  if (!listed.length && (mode === 'back' || page))
    return (
      <section className="big-sign" data-tone="ok">
        <IconCircleCheck size={110} stroke={1.1} aria-hidden />
        <h1>{mode === 'back' ? 'Nada a devolver' : 'Tudo guardado'}</h1>
        <p>{mode === 'back' ? 'O que sobrar de pedidos cancelados aparece aqui.' : 'Este recebimento terminou.'}</p>
      </section>
    )
  return (
    <>
      <Track steps={['Produto', 'Endereço']} at={0} />
      <section className="bench-sign">
        <h1>{mode === 'back' ? (from ? `Bipe um item de ${from}` : 'Bipe um cesto ou um item') : 'Bipe o item a guardar'}</h1>
        <p>{mode === 'back' ? 'Estes itens são de pedidos cancelados: cada um volta à sua prateleira.' : 'A tela diz a que prateleira levar.'}</p>
      </section>
      <ul className="tally" data-places tabIndex={0} aria-label="Itens">
        {listed.map(({ key, from: tote, name, sku, quantity, place }) => (
          <li key={key}>
            <span>{name}</span>
            <span className="code quiet">{sku}</span>
            <b>{quantity} ×</b>
            <span className="tally-words">
              {tote && <>{tote} → </>}
              {place ?? 'sem lugar'}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
