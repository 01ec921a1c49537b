import { IconShoppingCart, IconTruckLoading, IconWifiOff } from '@tabler/icons-react'
import type { Instruction } from '../../server/picking/contract.ts'
import { count } from '../components/format.ts'
import { wantedOf } from './pickStep.ts'
import type { Hand } from './pickStep.ts'
import './Work.css'
import './Pick.css'

/** Nothing under way: the next cart brings the most urgent walk by itself. */
export function ScanCart({ waiting }: { waiting: number | undefined }) {
  return (
    <section className="big-sign">
      <IconShoppingCart size={110} stroke={1.1} aria-hidden />
      <h1>Bipe um carrinho</h1>
      {waiting === 0 ? (
        <p>Nada para separar agora. Quando houver pedidos liberados, esta tela avisa.</p>
      ) : (
        <p>
          {waiting === undefined
            ? 'Procurando o que há na fila.'
            : `${count(waiting, 'separação espera', 'separações esperam')}. Pegue um carrinho vazio e leia a etiqueta dele: a tela diz aonde ir.`}
        </p>
      )}
    </section>
  )
}

/** The walk is over. */
export function BringToBench({ trip, waiting }: { trip: Instruction; waiting: number }) {
  const used = trip.totes.filter(({ tote }) => tote !== null)
  const good = used.filter(({ cancelled }) => !cancelled)
  const cancelled = used.filter((tote) => tote.cancelled)
  return (
    <section className="big-sign" data-tone={good.length ? 'ok' : 'warn'}>
      <IconTruckLoading size={96} stroke={1.2} aria-hidden />
      <h1>{good.length ? 'Leve à conferência' : 'Nada a conferir'}</h1>
      {good.length > 0 && <Totes totes={good} />}
      {cancelled.length > 0 && (
        <>
          <p>Pedido cancelado: deixe na devolução à prateleira</p>
          <Totes totes={cancelled} />
        </>
      )}
      <p>
        {waiting ? `${count(waiting, 'separação espera', 'separações esperam')}. Bipe o próximo carrinho para continuar.` : 'Não há outra separação agora.'}
      </p>
    </section>
  )
}

const Totes = ({ totes }: { totes: Instruction['totes'] }) => (
  <ul className="totes">
    {totes.map(({ slot, tote, order, cancelled }) => (
      <li key={slot} data-cancelled={cancelled || undefined}>
        {tote}
        <small>{order ? `pedido ${order}` : 'pedidos de um item'}</small>
      </li>
    ))}
  </ul>
)

/** The step was done here, and whether the server knows it is unknown: saying "go on" could be a lie. */
export function WaitForNetwork({ hand }: { hand: Hand }) {
  return (
    <section className="big-sign" data-tone="warn" role="alert">
      <IconWifiOff size={96} stroke={1.3} aria-hidden />
      <h1>Sem conexão</h1>
      <p>
        A leitura de {wantedOf(hand)} × {hand.step.name} está guardada neste aparelho e será enviada sozinha. Espere aqui: o próximo passo aparece quando a
        conexão voltar.
      </p>
    </section>
  )
}
