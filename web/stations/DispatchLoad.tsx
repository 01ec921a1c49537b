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
  const [shown, show] = useState<'missing' | 'loaded' | 'waiting'>('missing')
  const { manifest, boxes, missing, waiting } = page
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
          {waiting.length > 0 && (
            <span data-tone="bad">
              <b>{waiting.length}</b> sem nota
            </span>
          )}
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
          {waiting.length > 0 && (
            <button type="button" aria-pressed={shown === 'waiting'} onClick={() => show('waiting')}>
              Sem nota {waiting.length}
            </button>
          )}
        </div>
      )}
      {shown === 'waiting' && !unloading && waiting.length > 0 ? <WaitingList boxes={waiting} /> : <BoxList boxes={listed} />}
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

/** Boxes that may not leave, each with the reason that somebody can act on. */
export const WaitingList = ({ boxes, heading = false }: { boxes: ManifestPage['waiting']; heading?: boolean }) => (
  <>
    {heading && <h2 className="waiting-title">Sem nota: ficam até a nota sair</h2>}
    <ul className="box-list" tabIndex={0} aria-label="Caixas sem nota">
      {boxes.map(({ volume, code, order, number, count, nota }) => (
        <li key={volume} data-without-nota>
          <b className="code">{code}</b>
          <span>
            Pedido {order}
            {count > 1 && `, caixa ${number}/${count}`}
          </span>
          <span className="quiet">{noNota(nota)}</span>
        </li>
      ))}
    </ul>
  </>
)

/** One line: why the nota is not there. */
const noNota = ({ state, problem }: ManifestPage['waiting'][number]['nota']) =>
  problem ?? ({ issuing: 'A SEFAZ ainda não respondeu', cancelled: 'A nota foi cancelada' }[state] || 'A nota ainda não foi emitida')
