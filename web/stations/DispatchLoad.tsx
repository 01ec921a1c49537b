import { IconAlertTriangle, IconTruckLoading, IconTruckReturn } from '@tabler/icons-react'
import { useState } from 'react'
import type { ManifestPage, loadVolumeEndpoint } from '../../server/dispatch/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { Countdown } from '../components/Countdown.tsx'
import './Work.css'
import './Dock.css'

type Box = ManifestPage['boxes'][number]

/** Loading or unloading: two figures that one sees from the truck's door, and the boxes below. */
export function DispatchLoad({
  page,
  unloading,
  last,
  off,
}: {
  page: ManifestPage
  unloading: boolean
  last: AnswerOf<typeof loadVolumeEndpoint> | null
  off: Box[]
}) {
  const [shown, show] = useState<'missing' | 'loaded'>('missing')
  const { manifest, boxes, missing } = page
  const listed = shown === 'missing' && !unloading ? missing : boxes
  return (
    <>
      {off.length > 0 && (
        <div className="must-unload" role="alert">
          <IconAlertTriangle size={40} aria-hidden />
          <span>
            <strong>Tire do caminhão: {off.map(({ code }) => code).join(', ')}</strong>
            Pedido cancelado. Toque em Descarregar, bipe a caixa e leve para a devolução à prateleira.
          </span>
        </div>
      )}
      <section className="loading" data-unloading={unloading || undefined}>
        <div>
          <p className="instruction-verb">
            {manifest.carrier_name} {manifest.cut_off && <Countdown to={manifest.cut_off} />}
          </p>
          <h1>
            {unloading ? <IconTruckReturn size={56} stroke={1.4} aria-hidden /> : <IconTruckLoading size={56} stroke={1.4} aria-hidden />}{' '}
            {unloading ? 'Bipe a caixa que sai' : missing.length ? 'Bipe cada caixa' : boxes.length ? 'Tudo carregado' : 'Nenhuma caixa pronta'}
          </h1>
          {last && !unloading && (
            <p className="loading-last">
              Última: pedido {last.order}, caixa {last.number}/{last.count}
              {last.left_of_order > 0 && <b>, falta {last.left_of_order} deste pedido</b>}
            </p>
          )}
        </div>
        <div className="figures">
          <span data-tone="ok">
            <b>{boxes.length}</b> {boxes.length === 1 ? 'carregada' : 'carregadas'}
          </span>
          <span data-tone={missing.length ? 'warn' : undefined}>
            <b>{missing.length}</b> {missing.length === 1 ? 'falta' : 'faltam'}
          </span>
        </div>
      </section>
      {!unloading && (
        <div className="tabs" role="group" aria-label="Caixas">
          <button type="button" aria-pressed={shown === 'missing'} onClick={() => show('missing')}>
            Faltam {missing.length}
          </button>
          <button type="button" aria-pressed={shown === 'loaded'} onClick={() => show('loaded')}>
            No caminhão {boxes.length}
          </button>
        </div>
      )}
      <BoxList boxes={listed} />
    </>
  )
}

export const BoxList = ({ boxes }: { boxes: Box[] }) => (
  <ul className="box-list" tabIndex={0} aria-label="Caixas">
    {boxes.map(({ volume, code, order, number, count, recipient, city, state, must_unload }) => (
      <li key={volume} data-off={must_unload || undefined}>
        <b className="code">{code}</b>
        <span>
          Pedido {order}
          {count > 1 && `, caixa ${number}/${count}`}
        </span>
        <span className="quiet">
          {must_unload ? 'cancelado: tire do caminhão' : [recipient, [city, state].filter(Boolean).join('/')].filter(Boolean).join(', ')}
        </span>
      </li>
    ))}
  </ul>
)
