import { Button, CloseButton, Menu, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconAlertTriangle, IconChevronDown, IconSearch, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import './components.css'

export interface Filter {
  /** The name in the endpoint's query. */
  name: string
  label: string
  /** `alarm`: orders that need somebody; the chip says so with a sign. */
  options: { value: string; label: string; count?: number; alarm?: boolean }[]
  /** Few options that are all in sight: one chip each. Otherwise one chip with a menu. */
  spread?: boolean
}

/**
 * A list's filters, from and to the address: `const [filters, filter, clear] = useFilters(endpoint)`, then
 * `<FilterChips filters={filters} change={filter} clear={clear} search="q" of={[...]} />`.
 */
export function FilterChips<Filters extends object>({
  filters,
  change,
  clear,
  search,
  placeholder = 'Filtrar',
  of = [],
  more = false,
  children,
}: {
  filters: Filters
  change: (change: Filters) => void
  clear?: () => void
  /** The name of the free text in the endpoint's query; `/` goes there. */
  search?: string
  placeholder?: string
  of?: Filter[]
  /** A filter among the children is set: it can be cleared too. */
  more?: boolean
  children?: React.ReactNode
}) {
  const written = filters as Record<string, string | undefined>
  const set = (name: string, value: string | undefined) => change({ [name]: value } as Filters)
  const names = [...of.map((filter) => filter.name), ...(search ? [search] : [])]
  const some = more || names.some((name) => written[name])
  const chips = useRef<HTMLDivElement>(null)
  // at phone width the chips lie in one line: what is set should be in sight
  useEffect(() => {
    const line = chips.current
    const on = line?.querySelector<HTMLElement>('[data-on]')
    if (line && on && line.scrollWidth > line.clientWidth) line.scrollLeft = on.offsetLeft - line.offsetLeft - 14
  }, [])
  return (
    <div className="filter-chips" role="search">
      {search && <Search value={written[search] ?? ''} placeholder={placeholder} change={(value) => set(search, value || undefined)} />}
      <div className="chips" ref={chips}>
        {of.map((filter) =>
          filter.spread ? (
            filter.options.map((option) => {
              const on = written[filter.name] === option.value
              return (
                <button
                  key={filter.name + option.value}
                  type="button"
                  className="chip"
                  data-on={on || undefined}
                  aria-pressed={on}
                  onClick={() => set(filter.name, on ? undefined : option.value)}
                >
                  {option.alarm && <IconAlertTriangle size={14} stroke={2} className="chip-alarm" aria-hidden />}
                  {option.label}
                  {option.count !== undefined && <span className="number">{option.count.toLocaleString('pt-BR')}</span>}
                </button>
              )
            })
          ) : (
            <Choice key={filter.name} filter={filter} value={written[filter.name]} change={(value) => set(filter.name, value)} />
          ),
        )}
        {children}
        {clear && some && (
          <Button variant="subtle" size="compact-sm" leftSection={<IconX size={14} />} onClick={clear}>
            Limpar
          </Button>
        )}
      </div>
    </div>
  )
}

function Search({ value, placeholder, change }: { value: string; placeholder: string; change: (value: string) => void }) {
  const [text, setText] = useState(value)
  const send = useDebouncedCallback(change, 250)
  // the address changed from elsewhere: back button, cleared
  useEffect(() => setText(value), [value])
  return (
    <TextInput
      className="filter-search"
      size="xs"
      data-filter
      leftSection={<IconSearch size={15} />}
      rightSection={text ? <CloseButton size="sm" aria-label="Limpar o filtro" onClick={() => (setText(''), change(''))} /> : <kbd aria-hidden>/</kbd>}
      placeholder={placeholder}
      aria-label={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        send(event.currentTarget.value.trim())
      }}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
    />
  )
}

function Choice({ filter, value, change }: { filter: Filter; value: string | undefined; change: (value: string | undefined) => void }) {
  const chosen = filter.options.find((option) => option.value === value)
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className="chip" data-on={chosen ? true : undefined}>
          {chosen ? `${filter.label}: ${chosen.label}` : filter.label}
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {chosen && <Menu.Item onClick={() => change(undefined)}>Todos</Menu.Item>}
        {filter.options.map((option) => (
          <Menu.Item
            key={option.value}
            fw={option === chosen ? 600 : 400}
            rightSection={option.count === undefined ? undefined : <span className="quiet">{option.count.toLocaleString('pt-BR')}</span>}
            onClick={() => change(option.value)}
          >
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
