import { Button, Combobox, Loader, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconArrowRight, IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { listProducts } from '../../server/catalog/contract.ts'
import { useRead } from '../client.ts'
import { count } from '../components/format.ts'
import { ProductPicture } from '../components/Picture.tsx'
import { Code } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import type { Chosen, Waiting } from './SkuInbox.tsx'

interface RowProps {
  row: Waiting
  active: boolean
  wanted: boolean
  mayLink: boolean
  /** The product that waits for a yes. */
  asking: Chosen | null
  searching: boolean
  busy: boolean
  propose: (product: Chosen) => void
  search: (open: boolean) => void
  back: () => void
  link: (product: Chosen) => void
}

/** One SKU of a channel on the left, our product on the right, and the question between them. */
export function SkuRow({ row, active, wanted, mayLink, asking, searching, busy, propose, search, back, link }: RowProps) {
  const self = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (wanted) self.current?.scrollIntoView({ block: 'center' })
  }, [wanted])
  const shown = asking ?? row.suggestion
  return (
    <li ref={self} className="surface sku" data-active={active || undefined} data-wanted={wanted || undefined} data-asking={asking ? true : undefined}>
      <div className="sku-theirs">
        <strong>{row.name || row.sku}</strong>
        <span>
          <Code of={row.sku} /> <span className="quiet">· {row.channel}</span>
        </span>
        <span className="quiet">
          <Link to="/pedidos" search={{ only: 'held', account: row.account } as never}>
            {count(row.orders, 'pedido espera', 'pedidos esperam')}
          </Link>{' '}
          · {row.units} un. · desde <When at={row.oldest} />
        </span>
      </div>
      <IconArrowRight className="sku-arrow" size={18} aria-hidden />
      <div className="sku-ours">
        {searching ? (
          <ProductSearch text={row.name || row.sku} choose={propose} close={() => search(false)} />
        ) : shown ? (
          <>
            <ProductPicture product={shown.id} name={shown.name} size={44} />
            <span className="sku-product">
              <strong>{shown.name}</strong>
              <Code of={shown.sku} />
            </span>
          </>
        ) : (
          <span className="quiet">Nenhum produto parecido</span>
        )}
        {mayLink && !searching && !asking && (
          <span className="sku-acts">
            <Button variant="default" size="compact-sm" onClick={() => search(true)}>
              {row.suggestion ? 'Procurar outro' : 'Procurar produto'}
            </Button>
            {row.suggestion && (
              <Button size="compact-sm" onClick={() => propose(row.suggestion as Chosen)}>
                É este
              </Button>
            )}
          </span>
        )}
      </div>
      {asking && (
        <form
          className="sku-sure"
          onSubmit={(event) => {
            event.preventDefault()
            link(asking)
          }}
          onKeyDown={(event) => event.key === 'Escape' && back()}
        >
          <span>
            Todo pedido de <strong>{row.channel}</strong> com <Code of={row.sku} /> passa a baixar <strong>{asking.sku}</strong>. Não dá para desfazer: confira
            a foto e a quantidade da embalagem.
          </span>
          <span className="sku-acts">
            <Button variant="default" size="compact-sm" onClick={back}>
              Voltar
            </Button>
            <Button type="submit" size="compact-sm" loading={busy} autoFocus>
              Ligar e soltar {count(row.orders, 'pedido', 'pedidos')}
            </Button>
          </span>
        </form>
      )}
    </li>
  )
}

/** Our products by name, SKU or barcode; begins with the first words of what the channel calls it. */
function ProductSearch({ text, choose, close }: { text: string; choose: (product: Chosen) => void; close: () => void }) {
  const [query, setQuery] = useState(() => text.split(/\s+/).slice(0, 2).join(' '))
  const [q] = useDebouncedValue(query.trim(), 200)
  const { data, isFetching } = useRead(listProducts, { q, active: 'true', limit: 8 }, { when: q !== '' })
  const combobox = useCombobox({ defaultOpened: true })
  const rows = q ? (data?.rows ?? []) : []
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const found = rows.find((row) => String(row.id) === id)
        if (found) choose(found)
      }}
    >
      <Combobox.Target>
        <TextInput
          className="sku-search"
          aria-label="Procurar produto por nome, SKU ou código de barras"
          placeholder="Nome, SKU ou código de barras"
          leftSection={isFetching ? <Loader size={14} /> : <IconSearch size={15} />}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value)
            combobox.openDropdown()
          }}
          onKeyDown={(event) => event.key === 'Escape' && close()}
          onFocus={(event) => {
            event.currentTarget.select()
            combobox.openDropdown()
          }}
          autoFocus
        />
      </Combobox.Target>
      <Button variant="subtle" size="compact-sm" onClick={close}>
        Voltar
      </Button>
      <Combobox.Dropdown hidden={q === ''}>
        <Combobox.Options aria-label="Produtos encontrados">
          {rows.map((row) => (
            <Combobox.Option key={row.id} value={String(row.id)} className="sku-option">
              <ProductPicture product={row.id} name={row.name} size={32} />
              <span className="sku-product">
                {row.name}
                <Code of={row.sku} />
              </span>
              <span className="quiet">{row.free} livres</span>
            </Combobox.Option>
          ))}
          {q && !isFetching && rows.length === 0 && <Combobox.Empty>Nenhum produto com “{q}”</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
