import { Button } from '@mantine/core'
import { IconConfetti, IconTags } from '@tabler/icons-react'
import { Link, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { mapSkuEndpoint, mappingInbox } from '../../server/orders/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { useListKeys } from '../components/listKeys.ts'
import { count } from '../components/format.ts'
import { Page } from '../shell/Page.tsx'
import { useMay } from '../session.ts'
import { SkuRow } from './SkuRow.tsx'
import './skus.css'

export type Waiting = AnswerOf<typeof mappingInbox>['rows'][number]
export interface Chosen {
  id: number
  sku: string
  name: string
}
interface Solved {
  row: Waiting
  product: Chosen
  released: number
}
const keyOf = ({ account, sku }: { account: string; sku: string }) => `${account} ${sku}`

/** Which product is this? One answer lets go every order that waits for the SKU, now and from then on. */
export function SkuInbox() {
  const { data, error, refetch } = useRead(mappingInbox)
  const { sku: wanted } = useSearch({ strict: false }) as { sku?: string }
  const may = useMay()
  const [asking, setAsking] = useState<{ key: string; product: Chosen } | null>(null)
  const [searching, setSearching] = useState<string | null>(null)
  const [solved, setSolved] = useState<Solved[]>([])
  const list = useRef<HTMLUListElement>(null)
  const rows = data?.rows ?? []
  const map = useAct(mapSkuEndpoint)
  const propose = (row: Waiting, product: Chosen) => {
    setSearching(null)
    setAsking({ key: keyOf(row), product })
  }
  const at = useListKeys(rows.length, { open: (index) => rows[index]?.suggestion && may('catalog.edit') && propose(rows[index], rows[index].suggestion) })
  const active = rows[at]
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' })
  }, [at])
  const keys = useRef({ active, may })
  keys.current = { active, may }
  useEffect(() => {
    // `p`: another product for the row that is meant
    const press = (event: KeyboardEvent) => {
      if (
        event.key !== 'p' ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        !keys.current.active ||
        (event.target as HTMLElement).closest('input, textarea, [role=dialog]')
      )
        return
      event.preventDefault()
      setSearching(keyOf(keys.current.active))
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
  const link = async (row: Waiting, product: Chosen) => {
    const { released } = await map.send({ account: row.account, sku: row.sku, product: product.id })
    setAsking(null)
    setSolved((before) => [{ row, product, released }, ...before])
  }
  const orders = rows.reduce((sum, row) => sum + row.orders, 0)
  return (
    <Page
      title="SKUs a ligar"
      back={{ to: '/pedidos', label: 'Pedidos' }}
      aside={rows.length > 0 && <span className="quiet">{count(orders, 'pedido espera', 'pedidos esperam')}</span>}
    >
      {solved.length > 0 && <Loose solved={solved} />}
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data && rows.length === 0 ? (
        <div className="surface">
          <Empty
            icon={IconTags}
            title={solved.length ? 'Tudo ligado' : 'Nenhum SKU esperando'}
            action={
              <Button component={Link} to="/pedidos" variant={solved.length ? 'filled' : 'default'}>
                Ver os pedidos
              </Button>
            }
          >
            Quando um canal vender um código que não conhecemos, ele aparece aqui e o pedido espera em vez de se perder.
          </Empty>
        </div>
      ) : (
        <>
          <p className="skus-how quiet">
            O canal vendeu estes códigos e não sabemos que produto são. Diga uma vez: os pedidos parados andam e os próximos já chegam ligados.
            <span className="skus-keys">
              <kbd>j</kbd> <kbd>k</kbd> escolher · <kbd>Enter</kbd> aceitar a sugestão · <kbd>p</kbd> procurar outro
            </span>
          </p>
          <ul className="skus" ref={list} aria-label="SKUs que esperam um produto">
            {rows.map((row, index) => (
              <SkuRow
                key={keyOf(row)}
                row={row}
                active={index === at}
                wanted={row.sku === wanted}
                mayLink={may('catalog.edit')}
                asking={asking?.key === keyOf(row) ? asking.product : null}
                searching={searching === keyOf(row)}
                busy={map.busy}
                propose={(product) => propose(row, product)}
                search={(open) => setSearching(open ? keyOf(row) : null)}
                back={() => setAsking(null)}
                link={(product) => void link(row, product).catch(() => undefined)}
              />
            ))}
          </ul>
        </>
      )}
    </Page>
  )
}

/** What was let go since the screen was opened. */
function Loose({ solved }: { solved: Solved[] }) {
  const released = solved.reduce((sum, row) => sum + row.released, 0)
  return (
    <section className="loose" aria-live="polite">
      <p className="loose-count">
        <IconConfetti size={26} stroke={1.6} aria-hidden />
        <strong>{released}</strong> {released === 1 ? 'pedido solto' : 'pedidos soltos'}
      </p>
      <ul>
        {solved.map(({ row, product, released: each }) => (
          <li key={keyOf(row)}>
            <span className="code">{row.sku}</span> agora é <strong>{product.name}</strong> <span className="code">{product.sku}</span> ·{' '}
            {count(each, 'pedido', 'pedidos')}
          </li>
        ))}
      </ul>
    </section>
  )
}
