import { stationKinds } from '../../server/people/contract.ts'
import { Failed } from '../components/Empty.tsx'
import { DispatchBoard } from './DispatchBoard.tsx'
import { DriverForm, ManifestClosed, MissingFirst } from './DispatchClose.tsx'
import { DispatchLoad } from './DispatchLoad.tsx'
import { StationFrame } from './StationFrame.tsx'
import { useDispatch } from './useDispatch.ts'

/** The dock: choose the truck, scan every box onto it, close the manifest with its driver. */
export default function Dispatch() {
  const dispatch = useDispatch()
  const { board, page, step, scanner } = dispatch
  if (board.error && !board.data) return <Failed error={board.error} retry={() => void board.refetch()} />
  return (
    <StationFrame
      scanner={scanner}
      title={stationKinds.dispatch}
      queue={page ? `${page.manifest.carrier_name}, romaneio ${page.manifest.id}` : 'Caminhões'}
      acts={dispatch.acts}
    >
      {!page ? (
        <DispatchBoard rows={board.data?.rows} choose={(carrier) => void dispatch.choose(carrier)} busy={dispatch.busy} />
      ) : step === 'missing' ? (
        <MissingFirst page={page} goOn={dispatch.goWithout} back={() => dispatch.setStep('load')} />
      ) : step === 'driver' ? (
        <DriverForm dispatch={dispatch} page={page} />
      ) : step === 'closed' ? (
        <ManifestClosed page={page} printed={dispatch.printed} />
      ) : (
        <DispatchLoad page={page} unloading={step === 'unload'} last={dispatch.last} off={dispatch.off} />
      )}
    </StationFrame>
  )
}
