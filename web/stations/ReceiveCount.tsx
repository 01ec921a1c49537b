import { IconBarcode } from '@tabler/icons-react'
import type { countReceiptEndpoint, readReceipt } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { ProductPicture } from '../components/Picture.tsx'
import './Work.css'
import './Receive.css'
import './Pick.css'

type Page = AnswerOf<typeof readReceipt>

/** The last scan large, all that was counted below. */
export function ReceiveCount({ page, last }: { page: Page | null; last: AnswerOf<typeof countReceiptEndpoint> | null }) {
  return (
    <>
      {last ? (
        <section className="counted">
          <ProductPicture product={last.product} name={last.name} size="100%" />
          <div>
            <p className="instruction-verb">Bipe o próximo item</p>
            <h1>{last.name}</h1>
            <p className="code">{last.sku}</p>
            <p className="of-many">
              <strong>{last.counted}</strong> {last.expected === null ? (last.counted === 1 ? 'contada' : 'contadas') : `de ${last.expected}`}
            </p>
            {last.units > 1 && <p>Esta leitura valeu {last.units} unidades</p>}
          </div>
        </section>
      ) : (
        <section className="big-sign">
          <IconBarcode size={110} stroke={1.1} aria-hidden />
          <h1>Bipe cada item que chegou</h1>
          <p>O código da caixa fechada conta todas as unidades dela de uma vez.</p>
        </section>
      )}
      {page && page.lines.length > 0 && <Lines lines={page.lines} />}
    </>
  )
}

export const Lines = ({ lines }: { lines: Page['lines'] }) => (
  <ul className="tally" tabIndex={0} aria-label="Itens">
    {lines.map(({ product, name, sku, counted, expected, difference }) => (
      <li key={product} data-tone={difference === null ? undefined : difference === 0 ? 'ok' : 'warn'}>
        <span>{name}</span>
        <span className="code quiet">{sku}</span>
        <b>{expected === null ? counted : `${counted} de ${expected}`}</b>
        <span className="tally-words">
          {difference === null || difference === 0 ? (difference === 0 ? 'confere' : '') : difference > 0 ? `${difference} a mais` : `faltam ${-difference}`}
        </span>
      </li>
    ))}
  </ul>
)
