import { Button, Checkbox, Menu, Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { MouseEvent, ReactNode } from 'react'
import type { Rows } from '../client.ts'
import { Empty, Failed } from './Empty.tsx'
import { useListKeys } from './listKeys.ts'
import './DataTable.css'

export interface Column<Row> {
  /** Unique in the table. */
  key: string
  title: ReactNode
  /** Plain HTML: a Mantine component in every cell doubles the cost of scrolling. */
  cell: (row: Row) => ReactNode
  /** Figures go right. */
  align?: 'left' | 'right' | 'center'
  /** CSS width, e.g. 120 or '30%'. */
  width?: number | string
  /** Long text: `cut` takes the room that is left and ends in an ellipsis, `wrap` goes over several lines. */
  long?: 'cut' | 'wrap'
  /** The name of this order at the server; the title becomes a button. */
  sort?: string
  /** At phone width: the card's first line, its right corner, or not at all. Otherwise a labelled line. */
  card?: 'title' | 'corner' | 'hidden'
}

export interface Selection<Row> {
  rows: Row[]
  keys: string[]
  clear: () => void
}

export interface DataTableProps<Row> {
  /** From `useRows` or `asRows`. */
  rows: Rows<Row>
  columns: Column<Row>[]
  rowKey: (row: Row) => string | number
  /** What the table holds, for readers: "Pedidos". */
  label: string
  /** Where a row leads. The title column becomes its link; the row and Enter follow it. */
  href?: (row: Row) => string
  /** Instead of `href`: opens the row in place. */
  open?: (row: Row) => void
  /** Shown over the table while rows are selected; gives the row checkboxes and `x`. */
  bulk?: (selection: Selection<Row>) => ReactNode
  /** Shared row menu: `Menu.Item`s. */
  menu?: (row: Row) => ReactNode
  /** The current order at the server, e.g. "placed_at" or "-placed_at". */
  sort?: { by: string | undefined; change: (by: string) => void }
  /** Shown when there are no rows. */
  empty?: ReactNode
  /** A state of the whole row: a coloured edge. */
  tone?: (row: Row) => 'warn' | 'bad' | 'ok' | undefined
  /** A last line: totals, by column key. */
  totals?: Record<string, ReactNode>
}

const rowHeight = 36

/**
 * A list of any length: pages arrive while one scrolls, only what is seen is drawn from 200 rows on, cards at phone
 * width. Keys: `j`/`k` move, `x` selects, Enter opens.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows: list, columns, rowKey, bulk, label, href, open } = props
  const narrow = useMediaQuery('(max-width: 640px)', undefined, { getInitialValueInEffect: false })
  const navigate = useNavigate()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const keyOf = (row: Row) => String(rowKey(row))
  const follow = (row: Row) => (open ? open(row) : href ? void navigate({ to: href(row) }) : undefined)
  const toggle = useCallback(
    (key: string) =>
      setSelected((before) => {
        const after = new Set(before)
        if (!after.delete(key)) after.add(key)
        return after
      }),
    [],
  )
  const active = useListKeys(list.rows.length, {
    open: (index) => list.rows[index] && follow(list.rows[index]),
    ...(bulk ? { select: (index: number) => list.rows[index] && toggle(keyOf(list.rows[index])) } : {}),
  })
  // a row that left the list (somebody else finished it) leaves the selection
  const chosen = list.rows.filter((row) => selected.has(keyOf(row)))
  const clear = () => setSelected(new Set())

  if (list.error) return <Failed error={list.error} retry={list.retry} />
  if (!list.loading && list.rows.length === 0) return <div className="surface">{props.empty ?? <Empty title="Nada por aqui" />}</div>
  const shared = { ...props, keyOf, follow, selected, toggle, active }
  return (
    <div className="data-table">
      {bulk && chosen.length > 0 && (
        <div className="bulk-bar" role="toolbar" aria-label="Ações sobre a seleção">
          <strong>{chosen.length === 1 ? '1 selecionado' : `${chosen.length} selecionados`}</strong>
          {bulk({ rows: chosen, keys: chosen.map(keyOf), clear })}
          <Button variant="subtle" size="compact-sm" onClick={clear}>
            Limpar
          </Button>
        </div>
      )}
      {narrow ? (
        <Cards {...shared} />
      ) : (
        <Grid {...shared} chosen={chosen.length} selectAll={(all) => setSelected(all ? new Set(list.rows.map(keyOf)) : new Set())} />
      )}
      <More list={list} label={label} count={columns.length} />
    </div>
  )
}

interface Inner<Row> extends DataTableProps<Row> {
  keyOf: (row: Row) => string
  follow: (row: Row) => void
  selected: ReadonlySet<string>
  toggle: (key: string) => void
  active: number
}

function Grid<Row>(props: Inner<Row> & { chosen: number; selectAll: (all: boolean) => void }) {
  const { rows: list, columns, label, bulk, menu, sort, totals, keyOf, active } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const [offset, setOffset] = useState(0)
  const many = list.rows.length > 200
  useLayoutEffect(() => setOffset(body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0), [list.loading, many])
  const virtual = useWindowVirtualizer({ count: list.rows.length, estimateSize: () => rowHeight, overscan: 20, scrollMargin: offset, enabled: many })
  useEffect(() => {
    if (active < 0) return
    if (many) virtual.scrollToIndex(active, { align: 'auto' })
    else body.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' })
  }, [active, many, virtual])

  const items = many ? virtual.getVirtualItems() : []
  const before = many ? (items[0]?.start ?? offset) - offset : 0
  const after = many ? virtual.getTotalSize() - ((items.at(-1)?.end ?? offset) - offset) : 0
  const shown = many ? items.map((item) => item.index) : list.rows.map((_, index) => index)
  const cuts = columns.filter((column) => column.long && column.width === undefined).length
  const width = columns.length + (bulk ? 1 : 0) + (menu ? 1 : 0)
  return (
    <div className="surface grid-frame">
      <table className="grid" aria-label={label} aria-rowcount={list.more ? -1 : list.rows.length + 1} aria-busy={list.loading}>
        <thead>
          <tr>
            {bulk && (
              <th className="grid-check">
                <Checkbox
                  size="xs"
                  aria-label="Selecionar todos os que estão na lista"
                  checked={props.chosen > 0 && props.chosen === list.rows.length}
                  indeterminate={props.chosen > 0 && props.chosen < list.rows.length}
                  onChange={(event) => props.selectAll(event.currentTarget.checked)}
                />
              </th>
            )}
            {columns.map((column) => (
              <th
                key={column.key}
                data-align={column.align}
                style={{ width: column.width ?? (column.long ? `${Math.floor(100 / cuts)}%` : undefined) }}
                aria-sort={ariaSort(column.sort, sort?.by)}
              >
                {column.sort && sort ? (
                  <button type="button" className="grid-sort" onClick={() => sort.change(nextSort(column.sort!, sort.by))}>
                    {column.title}
                    {sort.by === column.sort && <IconArrowUp size={13} aria-hidden />}
                    {sort.by === `-${column.sort}` && <IconArrowDown size={13} aria-hidden />}
                  </button>
                ) : (
                  column.title
                )}
              </th>
            ))}
            {menu && (
              <th className="grid-menu">
                <span className="only-for-readers">Ações</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody ref={body}>
          {list.loading && Array.from({ length: 8 }, (_, index) => <Bones key={index} width={width} />)}
          {before > 0 && <tr style={{ height: before }} aria-hidden />}
          {shown.map((index) => {
            const row = list.rows[index]!
            const key = keyOf(row)
            return <Line key={key} {...props} row={row} id={key} index={index} isActive={index === active} isSelected={props.selected.has(key)} />
          })}
          {after > 0 && <tr style={{ height: after }} aria-hidden />}
        </tbody>
        {totals && list.rows.length > 0 && (
          <tfoot>
            <tr>
              {bulk && <td />}
              {columns.map((column) => (
                <td key={column.key} data-align={column.align}>
                  {totals[column.key]}
                </td>
              ))}
              {menu && <td />}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

function Line<Row>({
  row,
  id,
  index,
  columns,
  href,
  open,
  bulk,
  menu,
  tone,
  follow,
  toggle,
  isActive,
  isSelected,
}: Inner<Row> & { row: Row; id: string; index: number; isActive: boolean; isSelected: boolean }) {
  const title = columns.find((column) => column.card === 'title') ?? columns[0]
  return (
    <tr
      data-active={isActive || undefined}
      data-tone={tone?.(row)}
      data-opens={href || open ? true : undefined}
      aria-selected={bulk ? isSelected : undefined}
      aria-rowindex={index + 2}
      onClick={(event) => opensRow(event) && follow(row)}
    >
      {bulk && (
        <td className="grid-check">
          <input type="checkbox" aria-label="Selecionar" checked={isSelected} onChange={() => toggle(id)} />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.key} data-align={column.align} data-cut={column.long === 'cut' || undefined} data-wrap={column.long === 'wrap' || undefined}>
          {column === title ? <Way row={row} href={href} open={open} cell={column.cell} /> : column.cell(row)}
        </td>
      ))}
      {menu && (
        <td className="grid-menu">
          <RowMenu>{() => menu(row)}</RowMenu>
        </td>
      )}
    </tr>
  )
}

/** The one real link of a row: middle click, copy address and screen readers need it. */
function Way<Row>({
  row,
  href,
  open,
  cell,
}: {
  row: Row
  href: ((row: Row) => string) | undefined
  open: ((row: Row) => void) | undefined
  cell: (row: Row) => ReactNode
}) {
  if (href)
    return (
      <Link to={href(row)} className="grid-link">
        {cell(row)}
      </Link>
    )
  if (open)
    return (
      <button type="button" className="grid-link" onClick={() => open(row)}>
        {cell(row)}
      </button>
    )
  return cell(row)
}

const RowMenu = memo(function RowMenu({ children }: { children: () => ReactNode }) {
  const [opened, setOpened] = useState(false)
  // the menu is only built for the row whose button was pressed
  const button = (
    <button type="button" className="grid-menu-button" aria-label="Ações desta linha" aria-haspopup="menu" onClick={() => setOpened(true)}>
      ⋯
    </button>
  )
  if (!opened) return button
  return (
    <Menu opened onClose={() => setOpened(false)} position="bottom-end">
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>{children()}</Menu.Dropdown>
    </Menu>
  )
})

function Cards<Row>({ rows: list, columns, label, bulk, menu, href, open, tone, keyOf, selected, toggle, follow }: Inner<Row>) {
  const title = columns.find((column) => column.card === 'title') ?? columns[0]
  const lines = columns.filter((column) => column !== title && !column.card)
  return (
    <ul className="cards" aria-label={label} aria-busy={list.loading}>
      {list.loading && Array.from({ length: 4 }, (_, index) => <Skeleton key={index} component="li" height={92} mb={8} />)}
      {list.rows.map((row) => (
        <li
          key={keyOf(row)}
          className="surface card"
          data-tone={tone?.(row)}
          data-opens={href || open ? true : undefined}
          onClick={(event) => opensRow(event) && follow(row)}
        >
          <div className="card-head">
            {bulk && <input type="checkbox" aria-label="Selecionar" checked={selected.has(keyOf(row))} onChange={() => toggle(keyOf(row))} />}
            <span className="card-title">{title && <Way row={row} href={href} open={open} cell={title.cell} />}</span>
            {columns
              .filter((column) => column.card === 'corner')
              .map((column) => (
                <span key={column.key}>{column.cell(row)}</span>
              ))}
            {menu && <RowMenu>{() => menu(row)}</RowMenu>}
          </div>
          <dl className="card-lines">
            {lines.map((column) => {
              const cell = column.cell(row)
              // a line without a value only makes the card longer
              if (cell === null || cell === undefined || cell === '' || cell === false) return null
              return (
                <div key={column.key}>
                  <dt>{column.title}</dt>
                  <dd>{cell}</dd>
                </div>
              )
            })}
          </dl>
        </li>
      ))}
    </ul>
  )
}

function More<Row>({ list, label, count }: { list: Rows<Row>; label: string; count: number }) {
  const end = useRef<HTMLDivElement>(null)
  const { more, loadingMore } = list
  useEffect(() => {
    if (!more || loadingMore || !end.current) return
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && more(), { rootMargin: '600px' })
    watcher.observe(end.current)
    return () => watcher.disconnect()
  }, [more, loadingMore, count])
  if (!more && !loadingMore) return null
  return (
    <div ref={end} className="more no-print">
      <Button variant="default" loading={loadingMore} onClick={() => more?.()} aria-label={`Carregar mais: ${label}`}>
        Carregar mais
      </Button>
    </div>
  )
}

const Bones = ({ width }: { width: number }) => (
  <tr aria-hidden>
    {Array.from({ length: width }, (_, index) => (
      <td key={index}>
        <Skeleton height={12} width={`${50 + ((index * 37) % 45)}%`} />
      </td>
    ))}
  </tr>
)

/** A click on the row itself, not on something in it that has its own act, and not the end of marking text. */
const opensRow = (event: MouseEvent<HTMLElement>) =>
  !(event.target as HTMLElement).closest('a, button, input, label, [role=menu]') && !getSelection()?.toString()

const nextSort = (name: string, by: string | undefined) => (by === name ? `-${name}` : name)
const ariaSort = (name: string | undefined, by: string | undefined) =>
  !name ? undefined : by === name ? 'ascending' : by === `-${name}` ? 'descending' : 'none'
