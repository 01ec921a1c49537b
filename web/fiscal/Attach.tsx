import { Button, Loader } from '@mantine/core'
import { IconFileCode } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { attachNotaEndpoint } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { call, isRefusal, readAgain } from '../client.ts'
import { DropFiles } from '../components/DropFiles.tsx'
import { State } from '../components/State.tsx'
import { count } from '../components/format.ts'
import type { Said } from '../orders/words.ts'
import { Page, Section } from '../shell/Page.tsx'
import '../channels/imports.css'
import '../components/Lines.css'
import './fiscal.css'

type Result = AnswerOf<typeof attachNotaEndpoint>['results'][number]

const said: Record<Result['result'], Said> = {
  attached: { tone: 'ok', word: 'anexada' },
  unchanged: { tone: 'idle', word: 'já estava' },
  refused: { tone: 'bad', word: 'recusada' },
}

/** Notas that another system issued: dropped here, checked one by one, and the flow of their orders goes on. */
export function Attach() {
  const [busy, setBusy] = useState<{ done: number; of: number } | null>(null)
  const [results, setResults] = useState<Result[]>([])
  const take = async (files: File[]) => {
    for (const [index, file] of files.entries()) {
      setBusy({ done: index, of: files.length })
      try {
        const answer = await call(attachNotaEndpoint, undefined, { file })
        setResults((before) => [...answer.results, ...before])
      } catch (error) {
        if (!isRefusal(error)) throw error
        const message = error.faults.map((fault) => fault.message).join(' · ') || error.title
        setResults((before) => [{ file: file.name, result: 'refused', nota: null, order: null, message }, ...before])
      }
    }
    setBusy(null)
    void readAgain()
  }
  const attached = results.filter(({ result }) => result === 'attached').length
  const refused = results.filter(({ result }) => result === 'refused').length
  return (
    <Page title="Anexar notas" back={{ to: '/fiscal/notas', label: 'Notas' }}>
      <DropFiles label="XML ou ZIP a anexar" accept=".xml,.zip" busy={busy !== null} take={(files) => void take(files)} className="surface">
        {(choose) => (
          <>
            {busy ? (
              <>
                <Loader size={28} />
                <p role="status">{busy.of === 1 ? 'Conferindo o arquivo' : `Conferindo ${busy.done + 1} de ${busy.of} arquivos`}</p>
              </>
            ) : (
              <>
                <IconFileCode size={34} stroke={1.4} aria-hidden />
                <p>
                  <strong>Solte aqui os XML autorizados</strong>
                  <span className="quiet"> nfeProc, um por nota, ou um ZIP com vários</span>
                </p>
                <Button onClick={choose}>Escolher arquivos</Button>
                <p className="quiet upload-needs">
                  Para notas emitidas por um ERP ou pelo faturador do marketplace. Assinatura, chave, emitente, pedido e valores são conferidos; o que não bate
                  é recusado com o motivo, sem parar os outros.
                </p>
              </>
            )}
          </>
        )}
      </DropFiles>
      {results.length > 0 && (
        <Section title={`${count(attached, 'nota anexada', 'notas anexadas')}${refused ? `, ${count(refused, 'recusada', 'recusadas')}` : ''}`}>
          <ul className="surface attach-results" aria-live="polite">
            {results.map(({ file, result, nota, order, message }, index) => (
              <li key={index}>
                <State {...said[result]} />
                <span className="attach-file">
                  {file}
                  {message && <span className="quiet attach-why">{message}</span>}
                </span>
                <span className="row">
                  {order !== null && (
                    <Link to="/pedidos/$order" params={{ order: String(order) }}>
                      Pedido {order}
                    </Link>
                  )}
                  {nota !== null && (
                    <Link to="/fiscal/notas/$nota" params={{ nota: String(nota) }}>
                      Ver a nota
                    </Link>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  )
}
