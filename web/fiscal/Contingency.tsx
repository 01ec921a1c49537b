import { Radio } from '@mantine/core'
import { useState } from 'react'
import { contingencyEndpoint } from '../../server/invoicing/contract.ts'
import { useAct } from '../client.ts'
import { count } from '../components/format.ts'
import { Dialog } from '../orders/Dialog.tsx'
import '../orders/orders.css'
import '../orders/order.css'
import { LegalDialog } from './LegalDialog.tsx'
import type { Board } from './words.ts'

type Authoriser = Board['authorisers'][number]

const ways = {
  svc: {
    title: 'SVC: a SEFAZ virtual de contingência',
    what: [
      'As notas que ainda não foram transmitidas ganham outra chave, são assinadas de novo e vão para a SVC.',
      'As que estão sem resposta não mudam: a chave de cada uma é consultada antes.',
      'Autoriza como a SEFAZ do estado. Enquanto durar não há inutilização de números.',
    ],
  },
  epec: {
    title: 'EPEC: o evento prévio, pelo Ambiente Nacional',
    what: [
      'Um resumo de cada nota é registrado, e a caixa sai com o DANFE que leva o protocolo do EPEC.',
      'A mesma nota tem de chegar à SEFAZ do estado em até 168 horas (7 dias); o sistema a envia quando ela voltar.',
      'EPEC pendente trava novos EPEC. Use quando a SVC também não responde.',
    ],
  },
} as const

/** In or out of contingency, with what it does to the notas before anybody says yes. */
export function Contingency({ of, close }: { of: Authoriser; close: () => void }) {
  return of.mode === 'normal' ? <Enter of={of} close={close} /> : <Leave of={of} close={close} />
}

function Enter({ of, close }: { of: Authoriser; close: () => void }) {
  const [mode, setMode] = useState<'svc' | 'epec'>('svc')
  const enter = useAct(contingencyEndpoint, {
    done: ({ signed_again }) => `Em contingência. ${count(signed_again, 'nota assinada', 'notas assinadas')} de novo`,
    onDone: close,
    quiet: true,
  })
  return (
    <LegalDialog
      title={`Contingência de ${of.company.name}`}
      verb={mode === 'svc' ? 'Entrar em SVC' : 'Entrar em EPEC'}
      label="Motivo"
      most={255}
      busy={enter.busy}
      refusal={enter.refusal}
      usual={['SEFAZ do estado sem resposta', 'SEFAZ do estado com serviço paralisado']}
      close={close}
      run={(reason) => enter.run({ company: of.company.id, mode, reason })}
    >
      <p className="dialog-lead">
        Só quando a SEFAZ do estado parou de verdade: um erro isolado passa sozinho. {count(of.queued, 'nota está', 'notas estão')} na fila.
      </p>
      <Radio.Group value={mode} onChange={(value) => setMode(value as typeof mode)} label="Como">
        <div className="choice">
          {(['svc', 'epec'] as const).map((way) => (
            <Radio key={way} value={way} label={ways[way].title} />
          ))}
        </div>
      </Radio.Group>
      <ul className="told" aria-live="polite">
        {ways[mode].what.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </LegalDialog>
  )
}

function Leave({ of, close }: { of: Authoriser; close: () => void }) {
  const leave = useAct(contingencyEndpoint, { done: 'As próximas notas voltam à SEFAZ do estado', onDone: close, quiet: true })
  return (
    <Dialog
      title={`Voltar ${of.company.name} ao normal`}
      verb="Voltar ao normal"
      busy={leave.busy}
      refusal={leave.refusal}
      close={close}
      run={() => leave.run({ company: of.company.id, mode: 'normal' })}
    >
      <ul className="told">
        <li>As próximas notas vão para a SEFAZ do estado.</li>
        <li>As que ainda não foram transmitidas ganham de novo a chave normal; as já transmitidas ficam como estão.</li>
        {of.mode === 'epec' && <li>As notas dos EPEC registrados são enviadas à SEFAZ do estado; o prazo é de 168 horas do registro.</li>}
      </ul>
    </Dialog>
  )
}
