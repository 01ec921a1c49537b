import { CloseButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { listPlaces } from '../../server/stock/contract.ts'
import type { PlaceRow } from '../../server/stock/contract.ts'
import { useRows } from '../client.ts'
import { count, number } from '../components/format.ts'

/** One bay from the front, the top shelf above: each shelf with what fills it. */
export function Bay({ aisle, bay, kind, zone, close }: { aisle: number; bay: number; kind: PlaceRow['kind']; zone: string; close: () => void }) {
  const { rows } = useRows(listPlaces, { zone, aisle, bay, kind, active: 'true' }, { limit: 200 })
  const shelves = rows.toSorted((a, b) => (b.level ?? 0) - (a.level ?? 0) || b.sequence - a.sequence)
  return (
    <aside className="surface bay" aria-label={`${zone}, posição ${bay}`}>
      <header>
        <h3>
          {zone}, posição {bay}
        </h3>
        <CloseButton size="sm" onClick={close} />
      </header>
      <ol className="bay-shelves">
        {shelves.map((place) => {
          const share = place.capacity_units ? place.units / place.capacity_units : place.units ? 1 : 0
          return (
            <li key={place.id}>
              <Link to="/estoque/enderecos/$place" params={{ place: place.code }}>
                <span className="code">{place.code}</span>
                <span className="quiet">
                  {place.units ? `${number(place.units)}${place.capacity_units ? ` de ${number(place.capacity_units)}` : ' un.'}` : 'vazio'}
                </span>
                <span className="bay-fill" data-over={share > 1 || undefined} style={{ width: `${Math.min(share, 1) * 100}%` }} />
                {place.products > 1 && <span className="quiet small bay-many">{count(place.products, 'produto', 'produtos')}</span>}
              </Link>
            </li>
          )
        })}
      </ol>
    </aside>
  )
}
