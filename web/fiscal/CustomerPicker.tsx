import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { remittanceCustomers } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useRead } from '../client.ts'
import { taxId } from '../components/format.ts'

export type Customer = AnswerOf<typeof remittanceCustomers>['rows'][number]

/** Finds one customer by name, CPF or CNPJ; the address is that of the last order. */
export function CustomerPicker({ value, change, error }: { value: Customer | null; change: (customer: Customer | null) => void; error: string | null }) {
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed.trim(), 250)
  const chosen = value ? labelOf(value) : null
  const found = useRead(remittanceCustomers, { text }, { when: text.length > 1 && text !== chosen })
  const rows = new Map<string, Customer>()
  if (value) rows.set(String(value.id), value)
  if (text.length > 1) for (const row of found.data?.rows ?? []) rows.set(String(row.id), row)
  return (
    <Select
      label="Cliente"
      placeholder="Nome, CPF ou CNPJ"
      description={
        value?.city ? `Vai para ${[value.city, value.uf].filter(Boolean).join('/')}, o endereço do último pedido` : 'O endereço é o do último pedido'
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      searchable
      clearable
      value={value ? String(value.id) : null}
      onChange={(id) => change(id === null ? null : (rows.get(id) ?? null))}
      onSearchChange={setTyped}
      data={[...rows].map(([id, row]) => ({ value: id, label: labelOf(row) }))}
      // the server has already searched
      filter={({ options }) => options}
      nothingFoundMessage={text.length < 2 ? 'Digite ao menos 2 letras' : found.isFetching ? 'Procurando…' : 'Nenhum cliente encontrado'}
      error={error}
      required
    />
  )
}

const labelOf = ({ name, document }: Customer) => (document ? `${name} (${taxId(document)})` : name)
