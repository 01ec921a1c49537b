import { IconTruckDelivery } from '@tabler/icons-react'
import type { dispatchBoard } from '../../server/dispatch/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { Countdown } from '../components/Countdown.tsx'
import './Work.css'
import './Dock.css'

/** Which truck stands at the dock: the first to leave is the first of the list. */
export function DispatchBoard({
  rows,
  choose,
  busy,
}: {
  rows: AnswerOf<typeof dispatchBoard>['rows'] | undefined
  choose: (carrier: string) => void
  busy: boolean
}) {
  if (rows?.length === 0)
    return (
      <section className="big-sign">
        <IconTruckDelivery size={110} stroke={1.1} aria-hidden />
        <h1>Nenhuma transportadora</h1>
        <p>O gestor cadastra as transportadoras e os horários de coleta em Configurações.</p>
      </section>
    )
  return (
    <>
      <section className="bench-sign">
        <h1>Qual caminhão está na doca?</h1>
        <p>{rows === undefined ? 'Procurando as caixas prontas.' : 'Toque na transportadora, ou aperte o número dela.'}</p>
      </section>
      <ol className="trucks">
        {rows?.map(({ carrier, name, cut_off, ready, loaded, coming, without_nota, manifest }, index) => (
          <li key={carrier}>
            <button type="button" onClick={() => choose(carrier)} disabled={busy}>
              <kbd>{index + 1}</kbd>
              <span className="truck-name">
                <strong>{name}</strong>
                {cut_off ? <Countdown to={cut_off} calm={ready + loaded + coming === 0} /> : <span className="quiet">sem horário de coleta</span>}
              </span>
              <span className="truck-figure">
                <b>{ready}</b> {ready === 1 ? 'pronta' : 'prontas'}
                {without_nota > 0 && <small data-tone="bad">e {without_nota} sem nota</small>}
              </span>
              <span className="truck-figure" data-quiet={loaded === 0 || undefined}>
                <b>{loaded}</b> {loaded === 1 ? 'carregada' : 'carregadas'}
                {manifest !== null && loaded === 0 && <small>romaneio aberto</small>}
              </span>
              <span className="truck-figure" data-quiet={coming === 0 || undefined}>
                <b>{coming}</b> a caminho
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  )
}
