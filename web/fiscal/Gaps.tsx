import { Button, Progress } from '@mantine/core'
import { IconListNumbers } from '@tabler/icons-react'
import { useState } from 'react'
import { invalidateGapEndpoint, notaGaps } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, call, isRefusal, readAgain, useRead } from '../client.ts'
import type { Refusal } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { useMay } from '../session.ts'
import type { Said } from '../orders/words.ts'
import { Page } from '../shell/Page.tsx'
import { LegalDialog } from './LegalDialog.tsx'
import '../components/Lines.css'
import './fiscal.css'

type Gap = AnswerOf<typeof notaGaps>['rows'][number]

const said: Record<string, Said> = {
  proposed: { tone: 'warn', word: 'a inutilizar' },
  queued: { tone: 'info', word: 'na fila' },
  sending: { tone: 'info', word: 'transmitindo' },
  uncertain: { tone: 'warn', word: 'sem resposta' },
  registered: { tone: 'ok', word: 'inutilizado' },
  rejected: { tone: 'bad', word: 'rejeitado' },
}
const numbersOf = ({ first_number, last_number }: Gap) => (first_number === last_number ? String(first_number) : `${first_number} a ${last_number}`)
const isOpen = ({ state }: Gap) => state === 'proposed' || state === 'rejected'

const columns: Column<Gap>[] = [
  { key: 'numbers', title: 'Números', card: 'title', cell: numbersOf },
  { key: 'many', title: 'Quantos', align: 'right', card: 'hidden', cell: (row) => row.last_number - row.first_number + 1 },
  { key: 'series', title: 'Série', align: 'right', cell: (row) => row.series },
  { key: 'company', title: 'Empresa', cell: (row) => row.company.name },
  { key: 'cause', title: 'Por que sobraram', long: 'cut', cell: (row) => row.cause },
  {
    key: 'state',
    title: 'Situação',
    card: 'corner',
    cell: (row) => {
      const { tone, word } = said[row.state] ?? { tone: 'idle' as const, word: row.state }
      return <State tone={tone} word={word} {...(row.status_text ? { title: row.status_text } : {})} />
    },
  },
  { key: 'answer', title: 'Resposta', long: 'cut', cell: (row) => (row.protocol ? <span className="code">{row.protocol}</span> : row.status_text) },
  { key: 'found', title: 'Achado', cell: (row) => <When at={row.found_at} /> },
]

/** Numbers that no nota will bear: the tax office wants them declared. One justification and one yes for as many as are chosen. */
export function Gaps() {
  const may = useMay()
  const read = useRead(notaGaps)
  const [asked, setAsked] = useState<Gap[] | null>(null)
  const open = (read.data?.rows ?? []).filter(isOpen)
  const mayIssue = may('fiscal.issue')
  return (
    <Page
      title="Numeração"
      back={{ to: '/fiscal', label: 'Monitor de notas' }}
      action={
        mayIssue &&
        open.length > 0 && <Button onClick={() => setAsked(open)}>{open.length === 1 ? 'Inutilizar o intervalo' : `Inutilizar os ${open.length}`}</Button>
      }
    >
      <p className="quiet gaps-lead">
        Números pulados entre notas já emitidas. A inutilização declara à SEFAZ que ninguém os usará; o prazo usual é o dia 10 do mês seguinte (confira com a
        contabilidade).
      </p>
      <DataTable
        label="Intervalos de números"
        rows={asRows(read, ({ rows }) => rows)}
        columns={columns}
        rowKey={(row) => row.id}
        tone={(row) => (row.state === 'rejected' ? 'bad' : row.state === 'proposed' ? 'warn' : undefined)}
        {...(mayIssue
          ? {
              bulk: ({ rows }: { rows: Gap[] }) => {
                const chosen = rows.filter(isOpen)
                return (
                  chosen.length > 0 && (
                    <Button size="compact-sm" onClick={() => setAsked(chosen)}>
                      {chosen.length === 1 ? 'Inutilizar este' : `Inutilizar estes ${chosen.length}`}
                    </Button>
                  )
                )
              },
            }
          : {})}
        empty={
          <Empty icon={IconListNumbers} title="Nenhum número sobrando">
            Todo número dado tem a sua nota. Se um ficar sem uso, ele aparece aqui com a proposta de inutilização.
          </Empty>
        }
      />
      {asked && <Invalidate gaps={asked} close={() => setAsked(null)} />}
    </Page>
  )
}

/** Sends them one after the other: one that refuses stops nobody and stays in the list with its reason. */
function Invalidate({ gaps, close }: { gaps: Gap[]; close: () => void }) {
  const [done, setDone] = useState<number | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const run = async (reason: string) => {
    let refused: Refusal | null = null
    setRefusal(null)
    for (const [index, gap] of gaps.entries()) {
      setDone(index)
      try {
        await call(invalidateGapEndpoint, { gap: gap.id, reason })
      } catch (error) {
        if (!isRefusal(error)) throw error
        refused = error
      }
    }
    setDone(null)
    void readAgain()
    if (refused) setRefusal(refused)
    else close()
  }
  const many = gaps.reduce((sum, { first_number, last_number }) => sum + last_number - first_number + 1, 0)
  return (
    <LegalDialog
      title={`Inutilizar ${count(many, 'número', 'números')}`}
      verb="Inutilizar na SEFAZ"
      danger
      busy={done !== null}
      refusal={refusal}
      initial="Numeração não utilizada por falha na emissão"
      usual={['Numeração não utilizada por falha na emissão', 'Numeração pulada na troca de sistema']}
      close={close}
      run={(reason) => void run(reason)}
    >
      <ul className="told">
        {gaps.slice(0, 8).map((gap) => (
          <li key={gap.id}>
            {gap.company.name}, série {gap.series}: <strong>{numbersOf(gap)}</strong>
          </li>
        ))}
        {gaps.length > 8 && <li>e mais {gaps.length - 8}</li>}
      </ul>
      <p className="dialog-lead">Não tem volta: estes números nunca mais poderão ser usados.</p>
      {done !== null && <Progress value={(done / gaps.length) * 100} aria-label="Inutilizando" />}
    </LegalDialog>
  )
}
