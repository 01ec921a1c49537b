import { Button, Skeleton } from '@mantine/core'
import { IconFileCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { notaBoard } from '../../server/invoicing/contract.ts'
import { useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { count } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { Authorisers } from './Authorisers.tsx'
import { NotaTrucks } from './NotaTrucks.tsx'
import { Pulse, StateChips } from './Pulse.tsx'
import { Stuck } from './Stuck.tsx'
import { ToAnswer } from './ToAnswer.tsx'
import { isTest } from './words.ts'
import '../components/Lines.css'
import './fiscal.css'

/** With the truck at the door: how many notas wait, whether they will be there in time, what is stuck and who mends it. */
export function Monitor() {
  const may = useMay()
  const { data: board, error, refetch } = useRead(notaBoard)
  const [, tick] = useState(0)
  useEffect(() => {
    // the rate falls and the truck comes nearer even when nothing changes
    const clock = setInterval(() => {
      tick((turn) => turn + 1)
      if (!document.hidden) void refetch()
    }, 20_000)
    return () => clearInterval(clock)
  }, [refetch])
  const now = Date.now()
  if (board && !board.set_up)
    return (
      <Page title="Monitor de notas">
        <div className="surface">
          <Empty
            icon={IconFileCheck}
            title="Falta preparar a emissão"
            action={
              <Button component={Link} to={'/fiscal/preparo' as never}>
                Preparar a emissão
              </Button>
            }
          >
            Com a empresa, o certificado A1 e a série cadastrados, cada envio ganha a sua nota sozinho, e esta tela mostra a fila.
          </Empty>
        </div>
      </Page>
    )
  return (
    <Page
      title="Monitor de notas"
      aside={board?.authorisers.some(({ company }) => isTest(company.environment)) && <State tone="warn" word="Homologação: sem valor fiscal" />}
      action={
        <>
          {may('fiscal.issue') && (
            <Button component={Link} to="/fiscal/anexar" variant="default">
              Anexar XML
            </Button>
          )}
          <Button component={Link} to="/fiscal/notas">
            Ver as notas
          </Button>
        </>
      }
    >
      {error && !board ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <>
          <Pulse board={board} now={now} />
          {board ? (
            <>
              <StateChips states={board.states} />
              <div className="monitor-columns">
                <div className="stack">
                  <NotaTrucks board={board} now={now} />
                  <Stuck board={board} />
                  <ToAnswer waiting={board.to_answer} />
                </div>
                <div className="stack">
                  <Authorisers of={board.authorisers} />
                  {board.gaps > 0 && (
                    <p className="surface padded monitor-gaps">
                      <span>{count(board.gaps, 'intervalo de números', 'intervalos de números')} que nenhuma nota usará</span>
                      <Link to="/fiscal/numeracao">Inutilizar</Link>
                    </p>
                  )}
                </div>
              </div>
            </>
          ) : (
            <div className="monitor-columns" aria-busy>
              <Skeleton height={280} />
              <Skeleton height={200} />
            </div>
          )}
        </>
      )}
    </Page>
  )
}
