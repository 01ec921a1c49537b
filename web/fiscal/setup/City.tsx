import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { municipalitiesEndpoint } from '../../../server/fiscal-setup/contract.ts'
import type { ufs } from '../../../server/fiscal-setup/contract.ts'
import { useRead } from '../../client.ts'

/** A municipality of the IBGE, found as people write it; its code goes into the nota. */
export function City({
  name,
  ibge,
  uf,
  choose,
  ...field
}: {
  name: string
  ibge: string
  uf: string
  choose: (ibge: string, uf: (typeof ufs)[number] | undefined) => void
  error: string | null
  readOnly: boolean
  'data-field': string
}) {
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.replace(/ · .*$/, ''), 200)
  const chosen = useRead(municipalitiesEndpoint, { text: ibge }, { when: ibge !== '' })
  // a city written down before its code was: the first proposals are for its name
  const found = useRead(municipalitiesEndpoint, { text: asked || name, uf }, { when: (asked || name).length > 1 })
  const rows = [...(chosen.data?.rows ?? []).filter((row) => row.ibge === ibge), ...(found.data?.rows ?? []).filter((row) => row.ibge !== ibge)]
  const [first] = found.data?.rows ?? []
  useEffect(() => {
    // written down before its code was asked for: a name that is beyond doubt fills it in
    if (!ibge && name && first && !field.readOnly && first.uf === uf && first.name.toLowerCase() === name.toLowerCase()) choose(first.ibge, undefined)
  })
  return (
    <Select
      {...field}
      className="wide"
      label="Município"
      placeholder="Digite o nome"
      searchable
      data={rows.map((row) => ({ value: row.ibge, label: `${row.name} · ${row.uf} · ${row.ibge}` }))}
      // the server has searched: what it gives is shown
      filter={({ options }) => options}
      value={ibge || null}
      onChange={(value) => {
        const row = rows.find((one) => one.ibge === value)
        if (row) choose(row.ibge, row.uf as (typeof ufs)[number])
      }}
      onSearchChange={setText}
      nothingFoundMessage={asked.length > 1 ? 'Nenhum município com este nome; confira a UF' : 'Digite o nome do município'}
      allowDeselect={false}
    />
  )
}
