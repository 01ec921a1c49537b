import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { askKeyEndpoint } from '../../server/purchases/contract.ts'
import type { receivedBoard } from '../../server/purchases/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import type { Tone } from '../components/State.tsx'
import '../components/Lines.css'
import './purchases.css'

type Board = AnswerOf<typeof receivedBoard>
const states: Record<Board['questions'][number]['state'], { tone: Tone; word: string }> = {
  queued: { tone: 'info', word: 'na fila' },
  asking: { tone: 'info', word: 'perguntando' },
  found: { tone: 'ok', word: 'encontrada' },
  not_found: { tone: 'warn', word: 'a SEFAZ não tem' },
  failed: { tone: 'bad', word: 'recusada' },
}

/** A key read from the paper, when the nota has not come by itself. */
export function AskKey({ opened, close, board }: { opened: boolean; close: () => void; board: Board }) {
  const [key, setKey] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const navigate = useNavigate()
  const company = chosen ?? String(board.companies[0]?.id ?? '')
  const act = useAct(askKeyEndpoint, {
    quiet: true,
    onDone: ({ nota }) => {
      setKey('')
      if (nota !== null) void navigate({ to: `/fiscal/recebidas/${nota}` as never })
    },
  })
  const bare = key.replace(/[\s.-]/g, '')
  return (
    <Modal opened={opened} onClose={close} title="Procurar uma nota pela chave" size="lg">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (bare.length === 44) act.run({ key, company: Number(company) })
        }}
      >
        <TextInput
          label="Chave de acesso"
          description={bare.length ? `${bare.length} de 44` : 'Os 44 números do DANFE; pode bipar o código de barras'}
          classNames={{ input: 'code' }}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={faultOf(act.refusal, 'key')}
          autoComplete="off"
          data-autofocus
        />
        {board.companies.length > 1 && (
          <Select
            label="Empresa destinatária"
            allowDeselect={false}
            data={board.companies.map(({ id, name }) => ({ value: String(id), label: name }))}
            value={company}
            onChange={setChosen}
          />
        )}
        <FormFaults refusal={act.refusal} fields={['key']} />
        <p className="quiet lead">A SEFAZ aceita 20 consultas por hora em cada CNPJ; o que passar espera a vez.</p>
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Fechar
          </Button>
          <Button type="submit" loading={act.busy} disabled={bare.length !== 44}>
            Procurar
          </Button>
        </div>
      </form>
      {board.questions.length > 0 && (
        <ul className="questions" aria-label="Chaves procuradas" aria-live="polite">
          {board.questions.map((question) => (
            <li key={question.id}>
              <span className="code">{question.key}</span>
              {question.nota !== null ? (
                <a href={`/fiscal/recebidas/${question.nota}`}>Ver a nota</a>
              ) : (
                <State {...states[question.state]} {...(question.status_text ? { title: question.status_text } : {})} />
              )}
            </li>
          ))}
        </ul>
      )}
    </Modal>
  )
}
