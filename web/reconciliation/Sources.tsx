import { Button, Menu } from '@mantine/core'
import { IconCloudDownload, IconPlayerPause, IconPlayerPlay, IconPlus, IconRefresh, IconSettings } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { fetchReportSource, fileStates, pauseReportSource, reportKinds, reportSources } from '../../server/reconciliation/contract.ts'
import type { ReportSource } from '../../server/reconciliation/contract.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { SourceForm } from './SourceForm.tsx'
import './sources.css'

/** `/financeiro/fontes`: which channels send their reports by themselves, and how that fares. */
export function Sources() {
  const sources = useRead(reportSources)
  const may = useMay()
  const [editing, setEditing] = useState<ReportSource | 'new' | null>(null)
  const now = useAct(fetchReportSource, { done: 'Buscando os relatórios' })
  const pause = useAct(pauseReportSource)
  const manage = may('money.manage')
  const create = () => setEditing('new')
  return (
    <Page
      title="Fontes de relatórios"
      back={{ to: '/financeiro/repasses', label: 'Repasses' }}
      action={
        manage && (
          <Button leftSection={<IconPlus size={16} />} onClick={create}>
            Ligar um canal
          </Button>
        )
      }
    >
      <DataTable
        label="Fontes de relatórios"
        rows={asRows(sources, (answer) => answer.rows)}
        rowKey={(source) => source.account.id}
        {...(manage ? { open: (source: ReportSource) => setEditing(source) } : {})}
        columns={[
          {
            key: 'account',
            title: 'Canal',
            card: 'title',
            cell: ({ account, kind }) => (
              <>
                {account.name}
                <span className="quiet"> · {reportKinds[kind].label}</span>
              </>
            ),
          },
          { key: 'state', title: 'Situação', card: 'corner', cell: (source) => <Standing source={source} /> },
          { key: 'says', title: 'O que houve', long: 'wrap', cell: (source) => <Says source={source} /> },
          { key: 'file', title: 'Último relatório', long: 'wrap', cell: ({ last_file }) => <LastFile file={last_file} /> },
          { key: 'answered', title: 'Última resposta', cell: ({ answered_at }) => <When at={answered_at} none="nenhuma" /> },
          { key: 'next', title: 'Próxima busca', cell: ({ active, asking, next_at }) => (asking ? 'agora' : active ? <When at={next_at} none="" /> : '') },
        ]}
        {...(may('money.reconcile')
          ? {
              menu: (source: ReportSource) => (
                <>
                  {source.active && (
                    <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => now.run({ account: source.account.id })}>
                      Buscar agora
                    </Menu.Item>
                  )}
                  {manage && (
                    <>
                      <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => setEditing(source)}>
                        Trocar o acesso
                      </Menu.Item>
                      <Menu.Item
                        leftSection={source.active ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
                        onClick={() => pause.run({ account: source.account.id, paused: source.active })}
                      >
                        {source.active ? 'Pausar' : 'Retomar'}
                      </Menu.Item>
                    </>
                  )}
                </>
              ),
            }
          : {})}
        empty={
          <Empty icon={IconCloudDownload} title="Nenhum canal ligado" action={manage && { label: 'Ligar um canal', run: create }}>
            Com o acesso do canal, os relatórios de repasse entram sozinhos a cada hora. Sem ele, envie os arquivos em Arquivos.
          </Empty>
        }
      />
      {editing && sources.data && (
        <SourceForm
          key={editing === 'new' ? 'new' : editing.account.id}
          source={editing === 'new' ? null : editing}
          accounts={sources.data.accounts}
          close={() => setEditing(null)}
        />
      )}
    </Page>
  )
}

function Standing({ source: { active, asking, fault, faults_in_a_row, silent, answered_at } }: { source: ReportSource }) {
  if (!active) return <State tone="idle" word="Pausada" />
  if (asking) return <State tone="info" word="Buscando" />
  if (faults_in_a_row > 0) return <State tone="bad" word="Parada" />
  if (fault || silent) return <State tone="warn" word="Falta relatório" />
  return answered_at ? <State tone="ok" word="Em dia" /> : <State tone="info" word="Na fila" />
}

const Says = ({ source: { fault, silent } }: { source: ReportSource }) => (
  <span className="source-says">
    {fault && <span>{fault}</span>}
    {silent && <span>{silent}</span>}
    {!fault && !silent && <span className="quiet">nada</span>}
  </span>
)

function LastFile({ file }: { file: ReportSource['last_file'] }) {
  if (!file) return <span className="quiet">nenhum</span>
  const state = fileStates[file.state as keyof typeof fileStates]
  return (
    <>
      <Link to={'/financeiro/arquivos' as string} search={{ origin: 'report' } as never}>
        {file.name}
      </Link>
      {file.state !== 'taken' && <span className="quiet"> · {state}</span>}
    </>
  )
}
