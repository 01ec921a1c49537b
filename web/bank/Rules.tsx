import { Button, Menu } from '@mantine/core'
import { IconWand } from '@tabler/icons-react'
import { useState } from 'react'
import { listRules, undoBankEndpoint } from '../../server/bank/contract.ts'
import type { RuleRow } from '../../server/bank/contract.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Count, Money } from '../components/Values.tsx'
import { count } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { RuleForm, range } from './RuleForm.tsx'
import './bank.css'

/** Texts that say what a line is, time and again. */
export function Rules() {
  const query = useRead(listRules)
  const may = useMay()('money.reconcile')
  const [editing, setEditing] = useState<RuleRow | 'new' | null>(null)
  const [undoing, setUndoing] = useState<RuleRow | null>(null)
  const undo = useAct(undoBankEndpoint, {
    done: ({ lines }) => `${count(lines.length, 'linha aberta', 'linhas abertas')} de novo`,
    onDone: () => setUndoing(null),
  })
  return (
    <Page
      title="Regras do extrato"
      back={{ to: '/financeiro/bancos', label: 'Bancos' }}
      action={may && <Button onClick={() => setEditing('new')}>Nova regra</Button>}
    >
      <DataTable
        label="Regras"
        rows={asRows(query, (answer) => answer.rows)}
        rowKey={(row) => row.id}
        {...(may ? { open: setEditing } : {})}
        columns={[
          { key: 'name', title: 'Regra', card: 'title', cell: (row) => row.name },
          { key: 'words', title: 'Palavras no texto', long: 'wrap', cell: (row) => row.words },
          { key: 'ledger', title: 'É', long: 'wrap', cell: (row) => row.ledger_name },
          { key: 'account', title: 'Conta', cell: (row) => row.account?.name ?? 'todas' },
          {
            key: 'amount',
            title: 'Valor (R$)',
            align: 'right',
            cell: (row) => <span className="number">{`${row.direction === 'in' ? 'entrada' : 'saída'} ${range(row)}`}</span>,
          },
          {
            key: 'state',
            title: 'Situação',
            card: 'corner',
            cell: (row) => (
              <State tone={!row.active ? 'idle' : row.automatic ? 'ok' : 'info'} word={!row.active ? 'fora de uso' : row.automatic ? 'sozinha' : 'só sugere'} />
            ),
          },
          { key: 'used', title: 'Linhas', align: 'right', cell: (row) => <Count value={row.used} /> },
          { key: 'centavos', title: 'Explicado (R$)', align: 'right', cell: (row) => <Money centavos={row.centavos} /> },
          { key: 'waiting', title: 'Abertas', align: 'right', cell: (row) => (row.waiting ? <Count value={row.waiting} /> : <span className="quiet">0</span>) },
        ]}
        {...(may
          ? {
              menu: (row: RuleRow) => (
                <>
                  <Menu.Item onClick={() => setEditing(row)}>Alterar</Menu.Item>
                  <Menu.Item disabled={!row.used} onClick={() => setUndoing(row)}>
                    Desfazer tudo o que ela explicou
                  </Menu.Item>
                </>
              ),
            }
          : {})}
        empty={
          <Empty icon={IconWand} title="Nenhuma regra" action={may ? { label: 'Criar uma regra', run: () => setEditing('new') } : undefined}>
            Tarifas, tributos e rendimentos voltam todo mês com o mesmo texto. Uma regra explica os próximos sozinha; na tela da conta, a tecla f faz uma a
            partir da linha.
          </Empty>
        }
      />
      {editing && <RuleForm {...(editing === 'new' ? {} : { rule: editing })} close={() => setEditing(null)} />}
      <Confirm
        opened={undoing !== null}
        close={() => setUndoing(null)}
        title={`Desfazer ${undoing?.name ?? ''}`}
        verb="Desfazer tudo"
        danger
        busy={undo.busy}
        run={() => undoing && undo.run({ rule: undoing.id })}
      >
        {undoing && `${count(undoing.used, 'linha volta', 'linhas voltam')} a ficar aberta${undoing.used === 1 ? '' : 's'}, com os lançamentos estornados.`}
      </Confirm>
    </Page>
  )
}
