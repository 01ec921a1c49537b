import { Button, Loader } from '@mantine/core'
import { IconFileCode } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { uploadReceived } from '../../server/purchases/contract.ts'
import type { UploadResult } from '../../server/purchases/contract.ts'
import { call, isRefusal, readAgain } from '../client.ts'
import { DropFiles } from '../components/DropFiles.tsx'
import { State } from '../components/State.tsx'
import type { Tone } from '../components/State.tsx'
import { count } from '../components/format.ts'
import { Page, Section } from '../shell/Page.tsx'
import '../channels/imports.css'
import '../components/Lines.css'
import '../fiscal/fiscal.css'

const said: Record<UploadResult['result'], { tone: Tone; word: string }> = {
  received: { tone: 'ok', word: 'recebida' },
  completed: { tone: 'ok', word: 'completada' },
  event: { tone: 'ok', word: 'evento registrado' },
  known: { tone: 'idle', word: 'já estava' },
  refused: { tone: 'bad', word: 'recusado' },
}

/** Suppliers' XML by hand: dropped here and judged one by one. */
export function SendReceived() {
  const [busy, setBusy] = useState<{ done: number; of: number } | null>(null)
  const [results, setResults] = useState<UploadResult[]>([])
  const take = async (files: File[]) => {
    for (const [index, file] of files.entries()) {
      setBusy({ done: index, of: files.length })
      try {
        const answer = await call(uploadReceived, undefined, { file })
        setResults((before) => [...answer.results, ...before])
      } catch (error) {
        if (!isRefusal(error)) throw error
        setResults((before) => [{ file: file.name, result: 'refused', nota: null, number: null, supplier: null, reason: error.title, cure: null }, ...before])
      }
    }
    setBusy(null)
    void readAgain()
  }
  const taken = results.filter(({ result }) => result === 'received' || result === 'completed').length
  const refused = results.filter(({ result }) => result === 'refused').length
  return (
    <Page title="Enviar XML de fornecedores" back={{ to: '/fiscal/recebidas', label: 'Notas recebidas' }}>
      <DropFiles label="XML ou ZIP de fornecedores" accept=".xml,.zip" busy={busy !== null} take={(files) => void take(files)} className="surface">
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
                  <strong>Solte aqui os XML das compras</strong>
                  <span className="quiet"> um por nota, ou um ZIP com vários</span>
                </p>
                <Button onClick={choose}>Escolher arquivos</Button>
                <p className="quiet upload-needs">
                  O XML tem de ser o autorizado (nfeProc), emitido contra uma das suas empresas. Assinatura, protocolo e destinatário são conferidos; o que não
                  bate é recusado com o motivo, sem parar os outros.
                </p>
              </>
            )}
          </>
        )}
      </DropFiles>
      {results.length > 0 && (
        <Section title={`${count(taken, 'nota recebida', 'notas recebidas')}${refused ? `, ${count(refused, 'arquivo recusado', 'arquivos recusados')}` : ''}`}>
          <ul className="surface attach-results" aria-live="polite">
            {results.map(({ file, result, nota, number, supplier, reason, cure }, index) => (
              <li key={index}>
                <State {...said[result]} />
                <span className="attach-file">
                  {file}
                  {reason ? (
                    <span className="quiet attach-why">
                      {reason}
                      {cure && `. ${cure}.`}
                    </span>
                  ) : (
                    number !== null && (
                      <span className="quiet attach-why">
                        Nota {number}, {supplier}
                      </span>
                    )
                  )}
                </span>
                {nota !== null && (
                  <Link to="/fiscal/recebidas/$nota" params={{ nota: String(nota) }}>
                    Ver a nota
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  )
}
