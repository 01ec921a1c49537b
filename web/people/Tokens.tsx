import { Button, Checkbox, CopyButton, Menu, Modal, TextInput } from '@mantine/core'
import { IconCheck, IconCopy, IconKey, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { addTokenEndpoint, revokeTokenEndpoint, roleLabels, tokenRoles, tokensEndpoint } from '../../server/people/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { Code } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { EditModal } from '../settings/EditModal.tsx'
import { Part } from '../settings/Part.tsx'
import { roleWords } from './People.tsx'

type Token = AnswerOf<typeof tokensEndpoint>['rows'][number]

/** What other programs enter with. */
export function Tokens() {
  const tokens = useRead(tokensEndpoint)
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const revoke = useAct(revokeTokenEndpoint, { done: 'Chave revogada', onDone: () => setRevoking(null) })
  return (
    <Part
      title="Chaves de API"
      says={
        <>
          Para a loja virtual, o ERP ou um programa seu. O que dá para fazer está em{' '}
          <a href="/docs" target="_blank" rel="noreferrer">
            /docs
          </a>
          .
        </>
      }
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
          Nova chave
        </Button>
      }
    >
      <DataTable
        label="Chaves"
        rows={asRows(tokens, (answer) => answer.rows)}
        rowKey={(token) => token.token}
        columns={[
          { key: 'name', title: 'Nome', card: 'title', cell: (token) => token.name },
          { key: 'token', title: 'Começa com', cell: (token) => <Code of={token.token.slice(0, 8)} /> },
          { key: 'roles', title: 'Papéis', cell: (token) => roleWords(token.roles) },
          { key: 'created', title: 'Criada', cell: (token) => <When at={token.created_at} /> },
          { key: 'expires', title: 'Vence', cell: (token) => <When at={token.expires_at} style="date" /> },
        ]}
        menu={(token) => (
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setRevoking(token)}>
            Revogar
          </Menu.Item>
        )}
        empty={
          <Empty icon={IconKey} title="Nenhuma chave" action={{ label: 'Nova chave', run: () => setCreating(true) }}>
            Crie uma para cada programa: dá para revogar uma sem parar as outras.
          </Empty>
        }
      />
      {creating && (
        <TokenForm
          close={() => setCreating(false)}
          made={(made) => {
            setCreating(false)
            setSecret(made)
          }}
        />
      )}
      <Secret secret={secret} close={() => setSecret(null)} />
      <Confirm
        opened={revoking !== null}
        close={() => setRevoking(null)}
        title={`Revogar a chave ${revoking?.name ?? ''}?`}
        verb="Revogar a chave"
        danger
        busy={revoke.busy}
        run={() => revoking && revoke.run({ token: revoking.token })}
      >
        O programa que a usa deixa de entrar no mesmo instante.
      </Confirm>
    </Part>
  )
}

function TokenForm({ close, made }: { close: () => void; made: (secret: string) => void }) {
  const [name, setName] = useState('')
  const [roles, setRoles] = useState<string[]>(['integration'])
  const add = useAct(addTokenEndpoint, { quiet: true, onDone: ({ secret }) => made(secret) })
  return (
    <EditModal
      opened
      close={close}
      title="Nova chave de API"
      verb="Criar chave"
      send={() => add.run({ name, roles: roles as (typeof tokenRoles)[number][] })}
      busy={add.busy}
      refusal={add.refusal}
      fields={['name', 'roles']}
    >
      <TextInput
        label="Para que programa"
        placeholder="Por exemplo: Nuvemshop"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(add.refusal, 'name')}
        data-autofocus
        autoComplete="off"
      />
      <Checkbox.Group label="O que ela pode" value={roles} onChange={setRoles} error={faultOf(add.refusal, 'roles')}>
        <div className="role-list">
          {tokenRoles.map((role) => (
            <Checkbox
              key={role}
              value={role}
              label={roleLabels[role]}
              {...(role === 'integration' ? { description: 'envia pedidos e rastreamento, lê catálogo e estoque' } : {})}
            />
          ))}
        </div>
      </Checkbox.Group>
    </EditModal>
  )
}

/** Shown this once: only its hash is kept. */
function Secret({ secret, close }: { secret: string | null; close: () => void }) {
  return (
    <Modal opened={secret !== null} onClose={close} title="Copie a chave agora" closeOnClickOutside={false}>
      <div className="stack">
        <p style={{ margin: 0 }}>Ela não aparece de novo. Quem a tiver entra na sua loja: guarde como uma senha.</p>
        <div className="secret code">{secret}</div>
        <div className="row form-end">
          <CopyButton value={secret ?? ''}>
            {({ copied, copy }) => (
              <Button variant="default" leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={copy}>
                {copied ? 'Copiada' : 'Copiar'}
              </Button>
            )}
          </CopyButton>
          <Button onClick={close}>Já guardei</Button>
        </div>
      </div>
    </Modal>
  )
}
