import { Button, Loader } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Suspense } from 'react'
import { hereEndpoint, stationKinds } from '../../server/people/contract.ts'
import { useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { useSession } from '../session.ts'
import { Identify } from './Identify.tsx'
import { Pair } from './Pair.tsx'
import { useStationScreen } from './screen.ts'
import { work } from './work.ts'
import './Station.css'

/** This device as a station: paired once by the manager, then whoever shows a badge works at it. */
export function Station() {
  useStationScreen()
  const here = useRead(hereEndpoint, {}, { keepPrevious: false })
  const { me } = useSession()
  if (here.error && !here.data) return <Failed error={here.error} retry={() => void here.refetch()} />
  if (!here.data || me === undefined) return <Waiting />
  const { station, operator } = here.data
  if (!station) return <Pair merchant={me?.merchant.slug} />
  if (!operator || !me?.station) return <Identify station={station} />
  const Work = work[station.kind]
  if (!Work)
    return (
      <Empty title={`${station.name}: ${stationKinds[station.kind]}`} action={<Button component={Link} to="/">Ir para o começo</Button>}>
        Este tipo de estação ainda não tem tela; use a retaguarda.
      </Empty>
    )
  return (
    <Suspense fallback={<Waiting />}>
      <Work key={operator.id} />
    </Suspense>
  )
}

const Waiting = () => (
  <div className="station station-center">
    <Loader color="petrol" aria-label="Abrindo" />
  </div>
)
