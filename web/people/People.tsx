import { Button } from '@mantine/core'
import { IconPlus, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { peopleEndpoint, roleLabels } from '../../server/people/contract.ts'
import type { Person } from '../../server/people/contract.ts'
import { asRows, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Code } from '../components/Values.tsx'
import { Part } from '../settings/Part.tsx'
import { PersonForm } from './PersonForm.tsx'

export const roleWords = (roles: string[]) => roles.map((role) => (roleLabels as Record<string, string>)[role] ?? role).join(', ')

const columns: Column<Person>[] = [
  { key: 'name', title: 'Nome', card: 'title', cell: (person) => person.name },
  {
    key: 'roles',
    title: 'Papéis',
    long: 'wrap',
    cell: (person) => (person.roles.length ? roleWords(person.roles) : <span className="quiet">nenhum: não entra em nada</span>),
  },
  {
    key: 'badge',
    title: 'Crachá',
    cell: (person) =>
      person.badge ? (
        <>
          <Code of={person.badge} />
          {!person.has_pin && <span className="quiet"> sem PIN</span>}
        </>
      ) : null,
  },
  { key: 'email', title: 'Entra com', cell: (person) => <span className="quiet">{person.email}</span> },
  { key: 'shift', title: 'Turno', cell: (person) => person.shift?.name },
  {
    key: 'state',
    title: 'Situação',
    card: 'corner',
    width: 110,
    cell: (person) =>
      !person.active ? (
        <State tone="idle" word="Inativa" />
      ) : !person.email && !(person.badge && person.has_pin) ? (
        <State tone="warn" word="Sem acesso" title="Não tem login nem crachá com PIN" />
      ) : null,
  },
]

/** Everybody who works here, and what each may do. */
export function People() {
  const people = useRead(peopleEndpoint)
  const [editing, setEditing] = useState<Person | 'new' | null>(null)
  return (
    <Part
      title="Pessoas"
      says="Quem trabalha no chão entra na estação com crachá e PIN; quem usa a retaguarda entra com e-mail e senha."
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
          Nova pessoa
        </Button>
      }
    >
      <DataTable
        label="Pessoas"
        rows={asRows(people, (answer) => answer.rows)}
        rowKey={(person) => person.id}
        columns={columns}
        open={setEditing}
        empty={<Empty icon={IconUsers} title="Ninguém ainda" />}
      />
      {editing && <PersonForm key={editing === 'new' ? 'new' : editing.id} person={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
    </Part>
  )
}
