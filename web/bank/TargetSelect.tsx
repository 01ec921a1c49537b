import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { bankCandidates } from '../../server/bank/contract.ts'
import type { Candidate } from '../../server/bank/contract.ts'
import { useRead } from '../client.ts'
import { dateOf } from '../components/days.ts'
import { money } from '../components/format.ts'
import { candidateKinds } from './words.ts'

const labelOf = ({ title, detail, kind }: Candidate) => (kind === 'ledger' || !detail ? title : `${title} · ${detail}`)

/** What a part of a line is: a payable, a withdrawal or an account of the ledger, found by words, number or amount. `taken`: keys that other parts have. */
export function TargetSelect({
  line,
  label,
  value,
  choose,
  taken,
  focus,
}: {
  line: number
  label: string
  value: Candidate | null
  choose: (candidate: Candidate | null) => void
  taken: string[]
  focus: boolean
}) {
  const [text, setText] = useState('')
  const wanted = value && text === labelOf(value) ? '' : text.trim()
  const [q] = useDebouncedValue(wanted, 150)
  const { data } = useRead(bankCandidates, { line, part: 'yes', ...(q ? { q } : {}) }, { keepPrevious: false })
  // Enter takes the first that is shown: what answers other words is not shown
  const fresh = q === wanted && data !== undefined
  const found = fresh ? data.rows : []
  const rows = value && !found.some(({ key }) => key === value.key) ? [value, ...found] : found
  const byKey = new Map(rows.map((row) => [row.key, row]))
  const [open, setOpen] = useState(false)
  const free = (row: Candidate) => row.kind === 'ledger' || !taken.includes(row.key)
  const take = () => {
    const first = found.find(free)
    if (!first) return
    setOpen(false)
    setText(labelOf(first))
    choose(first)
  }
  // Enter before the answer is here: it counts when there is only one answer, for a choice that nobody saw is none
  const [early, setEarly] = useState(false)
  useEffect(() => {
    if (!early || !fresh) return
    setEarly(false)
    if (found.length === 1) take()
    // what to take is read when the answer comes
    // oxlint-disable-next-line react/exhaustive-deps
  }, [early, fresh])
  const enter = (event: React.KeyboardEvent) => {
    if (event.key !== 'Enter' || !open || wanted === '' || document.querySelector('[role=option][data-combobox-selected]')) return
    event.preventDefault()
    event.stopPropagation()
    if (fresh) take()
    else setEarly(true)
  }
  return (
    <div onKeyDownCapture={enter}>
      <Select
        label={label}
        searchable
        clearable
        dropdownOpened={open}
        onDropdownOpen={() => setOpen(true)}
        onDropdownClose={() => setOpen(false)}
        placeholder="Conta a pagar, repasse ou conta do plano"
        nothingFoundMessage={fresh ? 'Nada com este nome, número ou valor' : 'Procurando'}
        comboboxProps={{ transitionProps: { duration: 0 } }}
        {...(focus ? { 'data-autofocus': true, autoFocus: true } : {})}
        // the server has sought already
        filter={({ options }) => options}
        data={[...Map.groupBy(rows, ({ kind }) => candidateKinds[kind])].map(([group, items]) => ({
          group,
          items: items.map((row) => ({ value: row.key, label: labelOf(row), disabled: !free(row) })),
        }))}
        renderOption={({ option }) => {
          const row = byKey.get(option.value)
          return (
            <span className="bank-option">
              <span>{option.label}</span>
              {row && row.amount !== null && (
                <span className="number">
                  {money(row.amount)}
                  <small className="quiet">{row.day && ` ${dateOf(row.day).slice(0, 5)}`}</small>
                </span>
              )}
            </span>
          )
        }}
        value={value?.key ?? null}
        searchValue={text}
        onSearchChange={setText}
        onChange={(key) => choose(key === null ? null : (byKey.get(key) ?? null))}
      />
    </div>
  )
}
