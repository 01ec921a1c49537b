import { Button, TextInput } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { readWave, recallEndpoint } from '../../server/picking/contract.ts'
import { useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { Countdown } from '../components/Countdown.tsx'
import { Failed } from '../components/Empty.tsx'
import { count } from '../components/format.ts'
import { Progress } from '../components/Progress.tsx'
import { When } from '../components/When.tsx'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { Trips } from './Trips.tsx'
import { whoReleased } from './Waves.tsx'
import './picking.css'

/** `/separacao/$wave`: one wave with its trips; what nobody has started may be taken back. */
export function WavePage() {
  const { wave } = useParams({ strict: false }) as { wave: string }
  const query = useRead(readWave, { wave: Number(wave) })
  const mayRecall = useMay()('picking.release')
  const [recalling, setRecalling] = useState<number | 'wave' | null>(null)
  const back = { to: '/separacao', label: 'Separação' }
  if (!query.data)
    return (
      <Page title={`Onda ${wave}`} back={back}>
        {query.error && <Failed error={query.error} retry={() => void query.refetch()} />}
      </Page>
    )
  const { wave: head, trips } = query.data
  const waiting = trips.filter((trip) => trip.state === 'waiting' && !trip.started_at)
  const orders = (recalling === 'wave' ? waiting : waiting.filter((trip) => trip.id === recalling)).reduce((sum, trip) => sum + trip.orders, 0)
  const over = head.trips_done === head.trips
  return (
    <Page
      title={`Onda ${head.id}`}
      back={back}
      aside={!over && head.cut_off ? <Countdown to={head.cut_off} /> : undefined}
      action={
        mayRecall &&
        waiting.length > 0 && (
          <Button variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={() => setRecalling('wave')}>
            Recolher o que não começou
          </Button>
        )
      }
    >
      <dl className="facts wave-facts">
        <dt>Liberada</dt>
        <dd>
          <When at={head.released_at} /> · {whoReleased(head)}
        </dd>
        {head.note && (
          <>
            <dt>Observação</dt>
            <dd>{head.note}</dd>
          </>
        )}
        <dt>Pedidos</dt>
        <dd>
          <Progress done={head.orders_picked} of={head.orders - head.orders_cancelled} what="Pedidos separados" over={over} />
        </dd>
        <dt>Unidades</dt>
        <dd>
          <Progress done={head.units_picked} of={head.units} what="Unidades separadas" over={over} />
        </dd>
        {head.orders_cancelled > 0 && (
          <>
            <dt>Cancelados</dt>
            <dd>{count(head.orders_cancelled, 'pedido cancelado depois de liberado', 'pedidos cancelados depois de liberados')}</dd>
          </>
        )}
      </dl>
      <Trips query={query} trips={trips} recall={mayRecall ? setRecalling : null} />
      <Recall what={recalling} wave={head.id} orders={orders} close={() => setRecalling(null)} />
    </Page>
  )
}

function Recall({ what, wave, orders, close }: { what: number | 'wave' | null; wave: number; orders: number; close: () => void }) {
  const [reason, setReason] = useState('')
  const act = useAct(recallEndpoint, {
    done: ({ given, left }) =>
      `${count(given, 'pedido voltou', 'pedidos voltaram')} para a fila${left.length ? `; ${count(left.length, 'ficou', 'ficaram')}` : ''}`,
    onDone: () => {
      setReason('')
      close()
    },
  })
  return (
    <Confirm
      opened={what !== null}
      close={close}
      title={what === 'wave' ? `Recolher da onda ${wave} o que não começou` : `Recolher a viagem ${what ?? ''}`}
      verb={`Recolher ${count(orders, 'pedido', 'pedidos')}`}
      busy={act.busy}
      run={() => act.run({ ...(what === 'wave' ? { wave } : { trip: what! }), reason: reason.trim() || 'Recolhido pelo gestor' })}
    >
      <div className="stack">
        <p style={{ margin: 0 }}>Os pedidos voltam para a fila e podem ser liberados de novo. O que alguém já começou a separar continua.</p>
        <TextInput
          label="Motivo"
          placeholder="Recolhido pelo gestor"
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </div>
    </Confirm>
  )
}
