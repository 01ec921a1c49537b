import { Button } from '@mantine/core'
import { IconFileZip, IconMailForward } from '@tabler/icons-react'
import { fiscalMonths, monthZip, sendMonth } from '../../server/partners/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { number } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'

type Month = AnswerOf<typeof fiscalMonths>['rows'][number]

const named = new Intl.DateTimeFormat('pt-BR', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const nameOf = ({ month }: Month) => named.format(new Date(`${month}T12:00:00Z`))
const sentWords: Record<string, string> = { queued: 'na fila', sending: 'enviando', accepted: 'enviado', refused: 'recusado' }

/** Each month's XML: to be kept for five years and more, and sent to the accountant. */
export function Months() {
  const months = useRead(fiscalMonths)
  const may = useMay()
  const send = useAct(sendMonth, { done: 'O mês vai para o contador' })
  return (
    <Page title="Arquivos do mês">
      <p className="quiet">
        Todos os XML de cada mês, como a SEFAZ os autorizou, com eventos, inutilizações e um índice. A lei pede que sejam guardados por cinco anos.
      </p>
      <DataTable
        label="Meses com notas"
        rows={asRows(months, (answer) => answer.rows)}
        rowKey={(row) => `${row.month}/${row.company.id}/${row.environment}`}
        columns={[
          {
            key: 'month',
            title: 'Mês',
            card: 'title',
            cell: (row) => (
              <>
                {nameOf(row)} {row.environment === 'homologation' && <span className="quiet">homologação</span>}
              </>
            ),
          },
          { key: 'company', title: 'Empresa', cell: (row) => row.company.name },
          { key: 'notas', title: 'Notas', align: 'right', cell: (row) => number(row.notas) },
          { key: 'cancelled', title: 'Canceladas', align: 'right', cell: (row) => number(row.cancelled) },
          { key: 'amount', title: 'Autorizadas (R$)', align: 'right', cell: (row) => <Money centavos={row.amount} /> },
          {
            key: 'sent',
            title: 'Contador',
            cell: (row) =>
              row.sent.map((sent) => (
                <State
                  key={sent.partner}
                  tone={sent.state === 'accepted' ? 'ok' : sent.state === 'refused' ? 'bad' : sent.answer ? 'warn' : 'info'}
                  word={`${sent.partner}: ${sentWords[sent.state] ?? sent.state}${sent.parts > 1 ? ` em ${sent.parts} partes` : ''}`}
                  {...(sent.answer ? { title: sent.answer } : {})}
                />
              )),
          },
          {
            key: 'actions',
            title: '',
            align: 'right',
            cell: (row) => (
              <span className="row month-actions">
                {may('fiscal.manage') && row.environment === 'production' && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    leftSection={<IconMailForward size={14} />}
                    loading={send.busy}
                    onClick={() => send.run({ month: row.month.slice(0, 7), company: row.company.id })}
                  >
                    Mandar ao contador
                  </Button>
                )}
                <Download size="compact-sm" endpoint={monthZip} input={{ month: row.month.slice(0, 7), company: row.company.id, environment: row.environment }}>
                  Baixar ZIP
                </Download>
              </span>
            ),
          },
        ]}
        empty={
          <Empty icon={IconFileZip} title="Nenhum mês com notas">
            Depois da primeira nota autorizada, cada mês aparece aqui para ser baixado de uma vez.
          </Empty>
        }
      />
    </Page>
  )
}
