import { Button } from '@mantine/core'
import { stationKinds } from '../../server/people/contract.ts'
import { Failed } from '../components/Empty.tsx'
import { count } from '../components/format.ts'
import { Halt } from './Halt.tsx'
import { AskNumber, Dialog } from './Parts.tsx'
import { BringToBench, ScanCart, WaitForNetwork } from './PickEnds.tsx'
import { PickShort } from './PickShort.tsx'
import { PickStep } from './PickStep.tsx'
import { StationFrame } from './StationFrame.tsx'
import { wantedOf } from './pickStep.ts'
import { usePick } from './usePick.ts'

/** Picking: a cart, then place, product and tote of each step, one at a time. */
export default function Pick() {
  const pick = usePick()
  const { mine, trip, here, finished, stopped, kept, asked, ask, scanner } = pick
  if (mine.error && !mine.data) return <Failed error={mine.error} retry={() => void mine.refetch()} />
  const waiting = mine.data?.waiting
  const close = () => ask(null)
  return (
    <StationFrame
      scanner={scanner}
      title={stationKinds.pick}
      queue={trip ? `Carrinho ${trip.cart ?? ''}` : count(waiting ?? 0, 'carrinho na fila', 'carrinhos na fila')}
      acts={pick.acts}
      refusedLater={pick.refusedLater}
    >
      {stopped ? (
        <Halt halted={stopped.halted} done={pick.goOn} />
      ) : kept && here ? (
        <WaitForNetwork hand={here} />
      ) : trip && here ? (
        <PickStep trip={trip} hand={here} {...(pick.canType ? { type: () => ask('quantity') } : {})} />
      ) : finished || trip ? (
        <BringToBench trip={finished ?? trip!} waiting={waiting ?? 0} />
      ) : (
        <ScanCart waiting={waiting} />
      )}
      {here && trip && (
        <>
          <Dialog opened={asked === 'quantity'} close={close} title="Quantas estão na sua mão?">
            <AskNumber label="Quantidade na mão" hint={`O passo pede ${wantedOf(here)}.`} min={1} max={wantedOf(here)} confirm={pick.sayQuantity} />
          </Dialog>
          <Dialog opened={asked === 'short'} close={close} title={`Faltou em ${here.step.place}`}>
            <PickShort wanted={here.step.quantity} confirm={pick.sayShort} />
          </Dialog>
          <Dialog opened={asked === 'leave'} close={close} title="Passar o carrinho">
            <p className="ask-hint">
              Deixe o carrinho <b>{trip.cart}</b> onde está. Quem bipar a etiqueta dele continua deste ponto.
            </p>
            <Button fullWidth mt="lg" data-autofocus loading={pick.busy} onClick={() => void pick.leaveCart()} rightSection={<kbd>Enter</kbd>}>
              Passar o carrinho
            </Button>
          </Dialog>
        </>
      )}
    </StationFrame>
  )
}
