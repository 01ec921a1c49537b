import { Button, Modal, Skeleton } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { pairingCodeEndpoint } from '../../server/people/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { useMe } from '../session.ts'

const lifetime = 600

/** The code that is typed at the device, big enough to be read across the bench, and the time that it is still good for. */
export function PairingCode({
  station,
  paired,
  close,
}: {
  station: { id: number; name: string; paired_at: string | null }
  paired: string | null
  close: () => void
}) {
  const { merchant } = useMe()
  const ask = useAct(pairingCodeEndpoint, { quiet: true })
  const [given, setGiven] = useState<{ code: string; until: number } | null>(null)
  const [now, setNow] = useState(Date.now)
  const fetched = useRef(false)
  // a refusal is shown below
  const renew = () =>
    void ask.send({ station: station.id }).then(
      ({ code, until }) => setGiven({ code, until: Date.parse(until) }),
      () => undefined,
    )
  useEffect(() => {
    // twice in development: the first code would be dead already
    if (!fetched.current) renew()
    fetched.current = true
    const clock = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(clock)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one code when the window opens; a new one only when asked for
  }, [])
  const left = given ? Math.max(0, Math.round((given.until - now) / 1000)) : 0
  const done = paired !== null && paired !== station.paired_at
  return (
    <Modal opened onClose={close} title={`Parear ${station.name}`}>
      <div className="pairing">
        {done ? (
          <>
            <State tone="ok" word="Aparelho pareado" />
            <p>{station.name} já pode ser usada: quem chegar mostra o crachá.</p>
            <Button onClick={close}>Fechar</Button>
          </>
        ) : (
          <>
            <p>
              No aparelho, abra <strong className="code">{`${location.host}/estacao?loja=${merchant.slug}`}</strong> e digite:
            </p>
            {given ? (
              <p
                className="pairing-code"
                role="status"
                aria-label={`Código ${given.code.split('').join(' ')}`}
                style={left === 0 ? { opacity: 0.35 } : undefined}
              >
                {given.code.slice(0, 3)}
                <span>{given.code.slice(3)}</span>
              </p>
            ) : (
              <Skeleton height={60} width={260} my={6} />
            )}
            <div className="pairing-left" aria-hidden>
              <i style={{ width: `${(left / lifetime) * 100}%` }} />
            </div>
            <p className="quiet">{!given ? '' : left > 0 ? `Vale por ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}` : 'O código venceu'}</p>
            {left === 0 && given && (
              <Button onClick={renew} loading={ask.busy}>
                Gerar outro código
              </Button>
            )}
            <FormFaults refusal={ask.refusal} />
            {/^(localhost|127\.)/.test(location.hostname) && (
              <p className="quiet small">
                Este endereço só abre neste computador. Para os outros aparelhos, inicie o Retaguarda com --host 0.0.0.0 e abra a retaguarda pelo endereço que
                ele mostrar.
              </p>
            )}
            <p className="quiet small">Deixe esta janela aberta: ela avisa quando o aparelho entrar.</p>
          </>
        )}
      </div>
    </Modal>
  )
}
