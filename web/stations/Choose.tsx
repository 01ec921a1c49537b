import { IconBarcode, IconPackage, IconShoppingCart, IconTruckDelivery, IconTruckReturn } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { stationKinds } from '../../server/people/contract.ts'
import { useMay } from '../session.ts'
import { work } from './work.ts'
import type { Kind } from './work.ts'
import './Work.css'

const signs = { pick: IconShoppingCart, pack: IconPackage, dispatch: IconTruckDelivery, receive: IconTruckReturn }
const about: Record<Kind, string> = {
  pick: 'Andar com o carrinho e pegar os itens',
  pack: 'Conferir, embalar e etiquetar',
  dispatch: 'Carregar o caminhão e fechar o romaneio',
  receive: 'Contar o que chegou e guardar',
}

/** At the desk, under one's own name: any station that one may work at. On the floor each device has its one kind. */
export function Choose() {
  const may = useMay()
  const kinds = (Object.keys(work) as Kind[]).filter((kind) => may(work[kind].permission))
  return (
    <main className="station station-center">
      <div className="choose">
        <h1>Estações</h1>
        <ul>
          {kinds.map((kind) => {
            const Sign = signs[kind]
            return (
              <li key={kind}>
                <Link to="/estacao" search={{ tipo: kind } as never}>
                  <Sign size={44} stroke={1.3} aria-hidden />
                  <strong>{stationKinds[kind]}</strong>
                  <span>{about[kind]}</span>
                </Link>
              </li>
            )
          })}
        </ul>
        <p className="choose-more">
          <Link to="/estacao" search={{ tipo: 'parear' } as never}>
            <IconBarcode size={20} aria-hidden /> Fazer deste aparelho uma estação fixa
          </Link>
          <Link to="/">Voltar à retaguarda</Link>
        </p>
      </div>
    </main>
  )
}
