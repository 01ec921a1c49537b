import { Skeleton } from '@mantine/core'
import { IconHourglass, IconSnail } from '@tabler/icons-react'
import type { Operation } from '../../server/insight/contract.ts'
import { count, minutes } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { Section } from '../shell/Page.tsx'
import { FigureLink } from './FigureLink.tsx'
import { bottleneckOf, isWait, walkOf } from './walk.ts'
import type { Step } from './walk.ts'
import '../components/components.css'
import './operation.css'

/**
 * The way of an order through the house as a staircase: each phase begins where the one before ended (medians), its
 * whisker reaches to where 9 of 10 are done. Beside it what is in each phase right now. A table, so it is its own twin.
 */
export function PhaseWalk({ phases, queue }: { phases: Operation['phases'] | undefined; queue: Operation['queue'] | undefined }) {
  if (!phases || !queue) return <Skeleton height={330} />
  const { steps, scale, touched, whole } = walkOf(phases)
  const slow = bottleneckOf(phases)
  return (
    <Section
      title="O caminho de um pedido"
      action={whole > 0 && <span className="quiet walk-summary">{`${minutes(whole)} na casa; alguém trabalha nele ${minutes(touched)}`}</span>}
    >
      <div className="surface walk-frame">
        <table className="walk" aria-label="Tempo em cada fase e filas de agora">
          <thead>
            <tr>
              <th>Fase</th>
              <th data-align="right">Agora</th>
              <th data-align="right">Mais antigo</th>
              <th className="walk-picture">
                <span className="only-for-readers">Desenho</span>
              </th>
              <th data-align="right" title="Metade dos envios levou até este tempo">
                Mediana
              </th>
              <th data-align="right" title="De cada 10 envios, 9 levaram até este tempo">
                9 em 10 até
              </th>
              <th data-align="right">Envios</th>
            </tr>
          </thead>
          <tbody>
            {phases.map((row, index) => {
              const now = queue[index]!
              const late = row.p90 !== null && now.oldest_minutes !== null && now.oldest_minutes > row.p90
              return (
                <tr key={row.phase} data-slow={row.phase === slow || undefined}>
                  <th scope="row">
                    {row.title}
                    {row.phase === slow && <State tone="warn" icon={IconSnail} word="Gargalo" title="A fase da casa em que a mediana é a mais longa" />}
                    {now.without_stock > 0 && <small className="quiet">{count(now.without_stock, 'sem estoque', 'sem estoque')}</small>}
                  </th>
                  <td data-align="right" data-label="Agora">
                    <FigureLink of={now.shipments} what={`envios em ${row.title.toLowerCase()}`} />
                  </td>
                  <td data-align="right" data-label="Mais antigo">
                    {now.oldest_minutes === null ? (
                      ''
                    ) : late ? (
                      <State tone="warn" icon={IconHourglass} word={minutes(now.oldest_minutes)} title="Mais velho que 9 em cada 10 do período" />
                    ) : (
                      minutes(now.oldest_minutes)
                    )}
                  </td>
                  <td className="walk-picture">
                    <Stair step={steps[index]!} scale={scale} wait={isWait(row.phase)} slow={row.phase === slow} />
                  </td>
                  <td data-align="right" data-label="Mediana">
                    {row.median === null ? <span className="quiet">sem dados</span> : minutes(row.median)}
                  </td>
                  <td data-align="right" data-label="9 em 10 até">
                    {row.p90 === null ? '' : minutes(row.p90)}
                  </td>
                  <td data-align="right" data-label="Envios">
                    <FigureLink of={row.shipments} what={`envios que saíram de ${row.title.toLowerCase()}`} />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
        <ul className="walk-legend" aria-hidden>
          <li>
            <i data-kind="work" /> alguém trabalha
          </li>
          <li>
            <i data-kind="wait" /> espera
          </li>
          <li>
            <i data-kind="whisker" /> até 9 em 10
          </li>
          <li>A estrada fica fora da escala</li>
        </ul>
      </div>
    </Section>
  )
}

function Stair({ step, scale, wait, slow }: { step: Step; scale: number; wait: boolean; slow: boolean }) {
  if (step.from === null) return <span className="stair-away" aria-hidden />
  const at = (value: number) => `${((value / scale) * 100).toFixed(2)}%`
  return (
    <span className="stair" aria-hidden>
      <i className="stair-whisker" style={{ left: at(step.from), width: at(step.p90) }} />
      <i
        className="stair-bar"
        data-kind={wait ? 'wait' : 'work'}
        data-slow={slow || undefined}
        style={{ left: at(step.from), width: `max(3px, ${at(step.median)})` }}
      />
    </span>
  )
}
