import { Button, Menu } from '@mantine/core'
import { IconPlugConnected, IconPlus, IconTestPipe } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { partnerKinds, partnerList, testPartner } from '../../../server/partners/contract.ts'
import type { PartnerRow } from '../../../server/partners/contract.ts'
import { asRows, useAct, useRead } from '../../client.ts'
import { DataTable } from '../../components/DataTable.tsx'
import { Empty } from '../../components/Empty.tsx'
import { State } from '../../components/State.tsx'
import { When } from '../../components/When.tsx'
import { useMay } from '../../session.ts'
import { Part } from '../../settings/Part.tsx'
import { PartnerForm } from './PartnerForm.tsx'
import './partners.css'

/** Everybody who gets the XML by himself. */
export function Partners() {
  const partners = useRead(partnerList)
  const may = useMay()('fiscal.manage')
  const [editing, setEditing] = useState<PartnerRow | 'new' | null>(null)
  const probe = useAct(testPartner, { done: 'Testando o acesso' })
  const create = () => setEditing('new')
  return (
    <Part
      title="Parceiros"
      says="Quem recebe o XML de cada nota sem ninguém mandar: canais de venda, consumidor, contador e ERP."
      action={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={create}>
            Novo parceiro
          </Button>
        )
      }
    >
      <DataTable
        label="Parceiros"
        rows={asRows(partners, (answer) => answer.rows)}
        rowKey={(partner) => partner.id}
        {...(may ? { open: (partner: PartnerRow) => setEditing(partner) } : {})}
        columns={[
          { key: 'name', title: 'Nome', card: 'title', cell: (partner) => partner.name },
          { key: 'state', title: 'Situação', card: 'corner', cell: (partner) => <Standing partner={partner} /> },
          {
            key: 'of',
            title: 'Recebe as notas de',
            long: 'cut',
            cell: (partner) => (
              <>
                {partner.account?.name ?? partner.company?.name ?? 'todas as empresas'}
                <span className="quiet"> · {partnerKinds[partner.kind].title}</span>
              </>
            ),
          },
          {
            key: 'waiting',
            title: 'Esperam',
            align: 'right',
            cell: (partner) =>
              partner.failing > 0 ? (
                <Link to={'/fiscal/entregas' as string} search={{ partner: String(partner.id), failing: 'true' } as never}>
                  {partner.waiting + partner.refused}
                </Link>
              ) : (
                partner.waiting || ''
              ),
          },
          { key: 'last', title: 'Última entrega', cell: (partner) => <When at={partner.last_accepted_at} none="nenhuma" /> },
          { key: 'test', title: 'Último teste', long: 'wrap', cell: (partner) => <Tested partner={partner} short /> },
        ]}
        {...(may
          ? {
              menu: (partner: PartnerRow) => (
                <Menu.Item leftSection={<IconTestPipe size={16} />} onClick={() => probe.run({ partner: partner.id })}>
                  Testar o acesso
                </Menu.Item>
              ),
            }
          : {})}
        empty={
          <Empty icon={IconPlugConnected} title="Nenhum parceiro" action={may && { label: 'Novo parceiro', run: create }}>
            O marketplace só libera a etiqueta quando tem o XML. Cadastre o primeiro e cada nota autorizada vai sozinha.
          </Empty>
        }
      />
      {editing && partners.data && (
        <PartnerForm
          key={editing === 'new' ? 'new' : editing.id}
          partner={editing === 'new' ? null : (partners.data.rows.find(({ id }) => id === editing.id) ?? editing)}
          accounts={partners.data.accounts}
          companies={partners.data.companies}
          close={() => setEditing(null)}
        />
      )}
    </Part>
  )
}

function Standing({ partner: { active, problem, refused, failing, last_accepted_at } }: { partner: PartnerRow }) {
  if (!active) return <State tone="idle" word="Inativo" />
  if (problem) return <State tone="bad" word="Parado" title={problem} />
  if (refused > 0) return <State tone="warn" word={refused === 1 ? '1 recusada' : `${refused} recusadas`} />
  if (failing > 0) return <State tone="warn" word="Tentando" />
  return <State tone="ok" word={last_accepted_at ? 'Entregando' : 'Pronto'} />
}

/** How the last test went; the partner's own words where there is room for them, or where it failed. */
export function Tested({ partner: { test_state, test_words, problem }, short }: { partner: PartnerRow; short?: boolean }) {
  if (test_state === 'running') return <State tone="info" word="Testando" />
  const words = test_state === 'passed' && short ? null : (test_words ?? problem)
  return (
    <span className="partner-tested">
      {test_state ? (
        <State
          tone={test_state === 'passed' ? 'ok' : 'bad'}
          word={test_state === 'passed' ? 'Passou' : 'Falhou'}
          {...(test_words ? { title: test_words } : {})}
        />
      ) : (
        <span className="quiet">nunca</span>
      )}
      {words && <span className="small">{words}</span>}
    </span>
  )
}
