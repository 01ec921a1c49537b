import { Button } from '@mantine/core'
import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { notasToAnswer } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useRead } from '../client.ts'
import { Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'
import { NotaDialog, timeLeft } from './NotaDialogs.tsx'
import type { NotaOpen } from './NotaDialogs.tsx'
import { nameOf } from './words.ts'

type Row = AnswerOf<typeof notasToAnswer>['rows'][number]

const verbs: Record<Row['answer'], { verb: string; open: NotaOpen | null }> = {
  cancel: { verb: 'Cancelar a nota', open: 'cancel' },
  return: { verb: 'Emitir a entrada', open: 'return' },
  refused: { verb: 'Emitir a entrada', open: 'refused' },
  wait: { verb: '', open: null },
}

/** Orders that were cancelled after their nota: what the law asks of each, with the one right button. Nothing when there are none. */
export function ToAnswer({ waiting }: { waiting: number }) {
  const may = useMay()
  const read = useRead(notasToAnswer, {}, { when: waiting > 0 })
  const [asked, setAsked] = useState<{ row: Row; open: NotaOpen } | null>(null)
  const rows = read.data?.rows ?? []
  if (waiting === 0 && !asked) return null
  return (
    <Section title="Pedidos cancelados com nota autorizada">
      {read.error && !read.data ? (
        <Failed error={read.error} retry={() => void read.refetch()} />
      ) : (
        <ul className="surface answers" aria-busy={read.isPending && waiting > 0}>
          {rows.map((row) => {
            const { verb, open } = verbs[row.answer]
            return (
              <li key={row.id}>
                <div>
                  <Link to="/fiscal/notas/$nota" params={{ nota: String(row.id) }}>
                    {nameOf(row)}
                  </Link>
                  {row.order && (
                    <>
                      {' · '}
                      <Link to="/pedidos/$order" params={{ order: String(row.order.id) }}>
                        pedido {row.order.id}
                      </Link>
                    </>
                  )}
                  <span className="quiet">
                    {row.recipient && <> · {row.recipient}</>} · <Money centavos={row.total} currency />
                  </span>
                  <p className="quiet">{row.why}</p>
                </div>
                {row.until && <State tone={Date.parse(row.until) - Date.now() < 4 * 3_600_000 ? 'bad' : 'warn'} word={timeLeft(row.until)} />}
                {open && may('fiscal.issue') ? (
                  <Button size="compact-sm" onClick={() => setAsked({ row, open })}>
                    {verb}
                  </Button>
                ) : (
                  row.answer === 'wait' && <State tone="idle" word="esperar" />
                )}
              </li>
            )
          })}
        </ul>
      )}
      {asked && <NotaDialog nota={asked.row} open={asked.open} until={asked.row.until} close={() => setAsked(null)} />}
    </Section>
  )
}
