import { Button, Loader } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { Link, useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import { hereEndpoint, stationKinds } from '../../server/people/contract.ts'
import { useRead } from '../client.ts'
import { Failed } from '../components/Empty.tsx'
import { leaveStation, useMay, useSession } from '../session.ts'
import { Choose } from './Choose.tsx'
import { Identify } from './Identify.tsx'
import { Pair } from './Pair.tsx'
import { useStationScreen } from './screen.ts'
import { work } from './work.ts'
import type { Kind } from './work.ts'
import './Station.css'
import './Work.css'

/**
 * This device as a station: paired once by the manager, then whoever shows a badge works at it. Somebody signed in at the
 * desk opens any kind with `?tipo=pick`, under their own name.
 */
export function Station() {
  useStationScreen()
  const here = useRead(hereEndpoint, {}, { keepPrevious: false })
  const { me } = useSession()
  const { tipo, loja } = useSearch({ strict: false } as never) as { tipo?: string; loja?: string }
  const may = useMay()
  if (here.error && !here.data) return <Failed error={here.error} retry={() => void here.refetch()} />
  if (!here.data || me === undefined) return <Waiting />
  const { station, operator } = here.data
  const chosen = me?.kind === 'browser' && tipo !== undefined && tipo in work ? (tipo as Kind) : null
  if (!chosen && !station) return me && tipo !== 'parear' && loja === undefined ? <Choose /> : <Pair merchant={me?.merchant.slug} />
  if (!chosen && station && (!operator || !me?.station)) return <Identify station={station} />
  const kind = chosen ?? station!.kind
  const { Screen, permission } = work[kind]
  if (!may(permission))
    return (
      <main className="station station-center">
        <section className="big-sign" data-tone="warn">
          <IconLock size={96} stroke={1.2} aria-hidden />
          <h1>Aqui é {stationKinds[kind].toLowerCase()}</h1>
          <p>Seu acesso não inclui este trabalho. Peça ao gestor que mude o seu papel, ou mostre outro crachá.</p>
          {me?.station ? (
            <Button onClick={() => void leaveStation()}>Sair da estação</Button>
          ) : (
            <Button component={Link} to="/">
              Voltar à retaguarda
            </Button>
          )}
        </section>
      </main>
    )
  return (
    <Suspense fallback={<Waiting />}>
      <Screen key={`${me?.person} ${kind}`} />
    </Suspense>
  )
}

const Waiting = () => (
  <div className="station station-center">
    <Loader color="petrol" aria-label="Abrindo" />
  </div>
)
