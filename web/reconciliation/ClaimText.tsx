import { Button, CopyButton, Modal, TextInput, Textarea } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { claimKinds, claimSteps, readClaims } from '../../server/reconciliation/contract.ts'
import type { ClaimRow } from '../../server/reconciliation/contract.ts'
import { useRead } from '../client.ts'
import { State } from '../components/State.tsx'
import { count } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Parts } from './Parts.tsx'
import { capital, claimState } from './words.ts'
import '../components/Lines.css'
import './reconciliation.css'

/** The text for the channel, ready to copy, and the step that follows. */
export function ClaimText({
  claims,
  close,
  move,
}: {
  claims: number[]
  close: () => void
  move: (rows: Pick<ClaimRow, 'id'>[], to: ClaimRow['state'], protocol?: string) => Promise<void>
}) {
  const may = useMay()
  const { data } = useRead(readClaims, { claims: claims.join(',') })
  const [protocol, setProtocol] = useState('')
  const list = data?.claims ?? []
  const [only] = list.length === 1 ? list : []
  const can = (to: ClaimRow['state']) => list.length > 0 && list.every(({ state }) => claimSteps[state].includes(to))
  const go = (to: ClaimRow['state']) => void move(list, to, protocol.trim()).then(close, () => undefined)
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={only ? `${capital(claimKinds[only.kind])}: pedido ${only.external_order ?? ''}` : count(claims.length, 'cobrança', 'cobranças')}
      closeButtonProps={{ 'aria-label': 'Fechar' }}
    >
      {data && (
        <div className="stack">
          {only && (
            <div className="row">
              <State {...claimState(only.state)} />
              {only.protocol && <span className="quiet">protocolo {only.protocol}</span>}
              {only.order !== null && (
                <Link to="/pedidos/$order" params={{ order: String(only.order) }}>
                  Abrir o pedido
                </Link>
              )}
            </div>
          )}
          {only && !only.settled && (
            <p className="quiet small">
              A linha ainda não está ligada à venda.{' '}
              <Link to="/financeiro/repasses/$account" params={{ account: String(only.account) }} search={{ q: only.external_order ?? '' } as never}>
                Ligar agora
              </Link>
            </p>
          )}
          {only?.expected_parts && only.charged_parts && only.charged_parts.gross > 0 && <Parts expected={only.expected_parts} charged={only.charged_parts} />}
          <Textarea label="Texto para o canal" value={data.text} readOnly autosize minRows={6} maxRows={18} />
          <div className="row">
            <CopyButton value={data.text}>
              {({ copied, copy }) => (
                <Button leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={copy}>
                  {copied ? 'Copiado' : 'Copiar o texto'}
                </Button>
              )}
            </CopyButton>
          </div>
          {may('money.reconcile') && (
            <>
              {can('sent') && (
                <TextInput
                  label="Protocolo do canal"
                  description="Se ele já deu um"
                  value={protocol}
                  onChange={(event) => setProtocol(event.currentTarget.value)}
                />
              )}
              <div className="row" style={{ justifyContent: 'flex-end' }}>
                {can('lost') && (
                  <Button variant="default" onClick={() => go('lost')}>
                    Dar por perdida
                  </Button>
                )}
                {can('paid') && (
                  <Button variant="default" onClick={() => go('paid')}>
                    Marcar paga
                  </Button>
                )}
                {can('sent') && <Button onClick={() => go('sent')}>Marcar pedida</Button>}
              </div>
            </>
          )}
        </div>
      )}
    </Modal>
  )
}
