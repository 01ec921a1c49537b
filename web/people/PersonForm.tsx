import { Checkbox, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { addPersonEndpoint, changePersonEndpoint, personRoles, roleLabels, shiftsEndpoint } from '../../server/people/contract.ts'
import type { Person } from '../../server/people/contract.ts'
import { useAct, useRead } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { useMe } from '../session.ts'
import { EditModal } from '../settings/EditModal.tsx'

const says: Record<(typeof personRoles)[number], string> = {
  owner: 'tudo, com as regras da casa',
  manager: 'tudo, menos as regras',
  picker: 'separa e movimenta o estoque',
  packer: 'confere, embala e imprime etiquetas',
  dispatcher: 'carrega o caminhão e fecha romaneios',
  financial: 'concilia, lança contas a pagar e vê o caixa',
}

/** One person: roles, badge and PIN for the stations, e-mail and password for the office. */
export function PersonForm({ person, close }: { person: Person | null; close: () => void }) {
  const me = useMe()
  const shifts = useRead(shiftsEndpoint)
  const [name, setName] = useState(person?.name ?? '')
  const [roles, setRoles] = useState(person?.roles ?? [])
  const [badge, setBadge] = useState(person?.badge ?? '')
  const [pin, setPin] = useState('')
  const [shift, setShift] = useState(person?.shift ? String(person.shift.id) : null)
  const [active, setActive] = useState(person?.active ?? true)
  const [enters, setEnters] = useState(Boolean(person?.email))
  const [email, setEmail] = useState(person?.email ?? '')
  const [password, setPassword] = useState('')
  const options = { quiet: true, onDone: close } as const
  const add = useAct(addPersonEndpoint, { ...options, done: 'Pessoa cadastrada' })
  const change = useAct(changePersonEndpoint, { ...options, done: 'Pessoa salva' })
  const refusal = add.refusal ?? change.refusal
  function send() {
    const login = enters ? { email: email.trim(), ...(password ? { password } : {}) } : person?.email ? null : undefined
    const loginChanged = enters ? email.trim() !== person?.email || password !== '' : Boolean(person?.email)
    const sent = {
      name,
      roles: roles as (typeof personRoles)[number][],
      badge: badge.trim() || null,
      shift: shift === null ? null : Number(shift),
      active,
      ...(pin ? { pin } : {}),
      ...(loginChanged && login !== undefined ? { login } : {}),
    }
    if (person) change.run({ person: person.id, ...sent })
    else add.run(sent)
  }
  return (
    <EditModal
      opened
      close={close}
      title={person ? person.name : 'Nova pessoa'}
      send={send}
      busy={add.busy || change.busy}
      refusal={refusal}
      fields={['name', 'roles', 'badge', 'pin', 'shift', 'login.email', 'login.password']}
    >
      <TextInput
        label="Nome"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(refusal, 'name')}
        autoComplete="off"
        data-autofocus
      />
      <Checkbox.Group label="Papéis" value={roles} onChange={setRoles} error={faultOf(refusal, 'roles')}>
        <div className="role-list">
          {personRoles.map((role) => (
            <Checkbox key={role} value={role} label={roleLabels[role]} description={says[role]} disabled={role === 'owner' && !me.roles.includes('owner')} />
          ))}
        </div>
      </Checkbox.Group>
      <div className="three">
        <TextInput
          label="Crachá"
          placeholder="OP-09"
          classNames={{ input: 'code' }}
          value={badge}
          onChange={(event) => setBadge(event.currentTarget.value.toUpperCase())}
          error={faultOf(refusal, 'badge')}
          autoComplete="off"
        />
        <TextInput
          label="PIN"
          placeholder={person?.has_pin ? 'Só para trocar' : '4 a 8 números'}
          inputMode="numeric"
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value.replaceAll(/\D/g, '').slice(0, 8))}
          error={faultOf(refusal, 'pin')}
          autoComplete="off"
        />
        <Select
          label="Turno"
          placeholder="Nenhum"
          clearable
          data={(shifts.data?.rows ?? []).map((row) => ({ value: String(row.id), label: row.name }))}
          value={shift}
          onChange={setShift}
          error={faultOf(refusal, 'shift')}
        />
      </div>
      <Switch label="Entra na retaguarda com e-mail e senha" checked={enters} onChange={(event) => setEnters(event.currentTarget.checked)} />
      {enters && (
        <div className="two">
          <TextInput
            label="E-mail"
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={faultOf(refusal, 'login.email')}
            autoComplete="off"
          />
          <PasswordInput
            label="Senha"
            placeholder={person?.email ? 'Só para trocar' : 'No mínimo 8 letras'}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={faultOf(refusal, 'login.password')}
            autoComplete="new-password"
          />
        </div>
      )}
      {person && <Switch label="Ativa: pode entrar" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />}
    </EditModal>
  )
}
