import { Button, Radio, Textarea } from '@mantine/core'
import { useRef, useState } from 'react'
import { manifestEndpoint, manifestationKinds } from '../../server/purchases/contract.ts'
import type { ReceivedRow } from '../../server/purchases/contract.ts'
import { useAct } from '../client.ts'
import type { Selection } from '../components/DataTable.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { count, money } from '../components/format.ts'
import { Dialog } from '../orders/Dialog.tsx'
import type { Kind } from './words.ts'
import { kindMeanings } from './words.ts'
import '../orders/orders.css'
import './purchases.css'

type Nota = Pick<ReceivedRow, 'id' | 'number' | 'total' | 'supplier' | 'manifestation' | 'state'>

/** Says to the SEFAZ what we have to do with some notas: which, what follows, and who stayed behind and why. */
export function useManifest() {
  const [asked, setAsked] = useState<{ notas: Nota[]; kind: Kind | null } | null>(null)
  const [left, setLeft] = useState<{ queued: number; refused: { nota: number; number: number | null; message: string }[] } | null>(null)
  const clearSelection = useRef<() => void>(() => undefined)
  const open = (notas: Nota[], kind: Kind | null = null) => setAsked({ notas, kind })
  const bulk = ({ rows, clear }: Selection<ReceivedRow>) => {
    clearSelection.current = clear
    return (
      <>
        <Button size="compact-sm" onClick={() => open(rows, '210200')}>
          Confirmar operação
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => open(rows)}>
          Outra manifestação
        </Button>
      </>
    )
  }
  const dialogs = (
    <>
      {asked && (
        <Ask
          {...asked}
          close={() => setAsked(null)}
          done={(answer) => {
            setAsked(null)
            if (answer.refused.length) setLeft(answer)
            else clearSelection.current()
          }}
        />
      )}
      {left && (
        <Dialog title="O que aconteceu" verb="Entendi" busy={false} close={() => setLeft(null)} run={() => (setLeft(null), clearSelection.current())}>
          <p className="lead">
            {left.queued ? `${count(left.queued, 'nota foi', 'notas foram')} para a fila da SEFAZ.` : 'Nenhuma nota foi.'}{' '}
            {count(left.refused.length, 'ficou', 'ficaram')}:
          </p>
          <ul className="told">
            {left.refused.map(({ nota, number, message }) => (
              <li key={nota}>
                {number === null ? 'Nota' : `Nota ${number}`}: {message}
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  )
  return { open, bulk, dialogs }
}

const verbs: Record<Kind, string> = { '210200': 'Confirmar operação', '210210': 'Dar ciência', '210240': 'Dizer que não se realizou', '210220': 'Desconhecer' }
const kinds = ['210200', '210210', '210240', '210220'] as const

function Ask({
  notas,
  kind: first,
  close,
  done,
}: {
  notas: Nota[]
  kind: Kind | null
  close: () => void
  done: (answer: { queued: number; refused: { nota: number; number: number | null; message: string }[] }) => void
}) {
  const [kind, setKind] = useState<Kind | null>(first)
  const [reason, setReason] = useState('')
  const act = useAct(manifestEndpoint, {
    quiet: true,
    done: ({ queued }) => (queued ? `${count(queued, 'manifestação', 'manifestações')} a caminho da SEFAZ` : ''),
    onDone: done,
  })
  const needsReason = kind === '210240'
  const length = reason.trim().length
  const total = notas.reduce((sum, nota) => sum + nota.total, 0)
  const [only] = notas
  return (
    <Dialog
      title={notas.length === 1 && only ? `Manifestar a nota ${only.number}` : `Manifestar ${count(notas.length, 'nota', 'notas')}`}
      verb={kind ? verbs[kind] : 'Manifestar'}
      danger={kind === '210220' || kind === '210240'}
      busy={act.busy}
      refusal={act.refusal}
      fields={['reason']}
      ready={kind !== null && (!needsReason || length >= 15)}
      close={close}
      run={() => kind && act.run({ notas: notas.map(({ id }) => id), kind, ...(needsReason ? { reason: reason.trim() } : {}) })}
    >
      <p className="quiet lead">
        {notas.length === 1 && only
          ? only.supplier.name
          : `${count(new Set(notas.map(({ supplier }) => supplier.document)).size, 'fornecedor', 'fornecedores')}`}{' '}
        · R$ {money(total)}
      </p>
      <Radio.Group label="O que a empresa diz destas notas" value={kind} onChange={(value) => setKind(value as Kind)}>
        <div className="manifest-kinds">
          {kinds.map((value) => (
            <Radio key={value} value={value} label={manifestationKinds[value]} description={kindMeanings[value]} />
          ))}
        </div>
      </Radio.Group>
      {needsReason && (
        <Textarea
          label="Justificativa"
          description={length < 15 ? `Vai para a SEFAZ. Faltam ${15 - length} letras para o mínimo de 15` : `Vai para a SEFAZ. ${length} de 255 letras`}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={faultOf(act.refusal, 'reason')}
          maxLength={255}
          autosize
          minRows={2}
          required
        />
      )}
      <p className="manifest-undo">
        Não dá para apagar uma manifestação. Se errar, registre a certa: vale a última, e cada tipo é aceito uma só vez por nota. A ciência não volta depois de
        uma conclusiva.
      </p>
    </Dialog>
  )
}
