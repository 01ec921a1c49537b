import { IconCircleCheckFilled } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import type { Bench } from '../../server/packing/contract.ts'
import { Countdown } from '../components/Countdown.tsx'
import { count } from '../components/format.ts'
import { ProductPicture } from '../components/Picture.tsx'
import { Boxes } from './PackClose.tsx'
import './Work.css'
import './Pack.css'

/** What must be there. Each scan lights its line; a line with all its units turns green. */
export function PackLines({ bench, lit, report }: { bench: Bench; lit: number | null; report: (line: number) => void }) {
  const left = bench.units - bench.checked
  return (
    <>
      <div className="bench-top">
        <div>
          <p className="instruction-verb">
            Pedido {bench.order}
            {bench.totes.length > 0 && <span className="quiet"> no cesto {bench.totes.join(', ')}</span>}
          </p>
          <h1>{bench.checked === 0 ? 'Bipe cada item' : `${left === 1 ? 'Falta' : 'Faltam'} ${count(left, 'item', 'itens')}`}</h1>
        </div>
        <div className="bench-truck">
          {bench.carrier}
          {bench.cut_off && <Countdown to={bench.cut_off} />}
        </div>
      </div>
      {(bench.suggestion.boxes > 1 || bench.volumes.some(({ closed }) => closed)) && (
        <Boxes volumes={bench.volumes} planned={bench.suggestion.boxes} first={bench.suggestion.name} />
      )}
      <ul className="lines" data-few={bench.lines.length <= 3 || undefined} style={{ '--lines': bench.lines.length } as CSSProperties}>
        {bench.lines.map(({ line, product, name, sku, picture, quantity, checked, kit }) => {
          const whole = checked >= quantity
          return (
            <li key={line} data-whole={whole || undefined} data-lit={lit === line || undefined}>
              <button type="button" onClick={() => report(line)} disabled={whole}>
                <ProductPicture product={product} name={name} size="100%" has={picture} />
                <span className="line-words">
                  <strong>{name}</strong>
                  <span className="code">{sku}</span>
                  {kit && <span>parte de {kit}</span>}
                </span>
                <span className="line-count">
                  {whole ? <IconCircleCheckFilled size={44} aria-hidden /> : null}
                  <b>{checked}</b> de {quantity}
                </span>
                {!whole && <span className="only-for-readers">Informar falta ou avaria</span>}
              </button>
            </li>
          )
        })}
      </ul>
      <div className="instruction-progress">
        <span>
          {bench.checked} de {bench.units}
        </span>
        <progress value={bench.checked} max={bench.units} aria-label={`${bench.checked} de ${bench.units} conferidos`} />
      </div>
    </>
  )
}
