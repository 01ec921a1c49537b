import { stationKinds } from '../../server/people/contract.ts'
import { Failed } from '../components/Empty.tsx'
import { count } from '../components/format.ts'
import { Halt } from './Halt.tsx'
import { AskReason, Dialog } from './Parts.tsx'
import { Boxes, PackClose } from './PackClose.tsx'
import { PackDone } from './PackDone.tsx'
import { PackLines } from './PackLines.tsx'
import { PackQueue } from './PackQueue.tsx'
import { PackReport } from './PackReport.tsx'
import { PackWaiting } from './PackWaiting.tsx'
import { StationFrame } from './StationFrame.tsx'
import { usePack } from './usePack.ts'
import { useState } from 'react'

/** The bench: a tote, its items one by one, a carton with its weight, the label. */
export default function Pack() {
  const pack = usePack()
  const { queue, bench, batch, halted, asked, ask, scanner } = pack
  const [volume, setVolume] = useState<number | null>(null)
  if (queue.error && !queue.data) return <Failed error={queue.error} retry={() => void queue.refetch()} />
  const close = () => {
    ask(null)
    setVolume(null)
  }
  const only = bench?.volumes.length === 1 ? bench.volumes[0]!.id : null
  const printed = volume ?? only
  return (
    <StationFrame scanner={scanner} title={stationKinds.pack} queue={`${count(queue.data?.waiting ?? 0, 'pedido espera', 'pedidos esperam')}`} acts={pack.acts}>
      {halted ? (
        <Halt halted={halted} done={pack.goOn} />
      ) : bench && pack.waiting ? (
        <PackWaiting bench={bench} putAside={pack.putAside} batch={pack.batch?.tote ?? null} />
      ) : bench && pack.done ? (
        <PackDone pack={pack} bench={bench} />
      ) : bench && pack.closing ? (
        <PackClose pack={pack} bench={bench} />
      ) : bench ? (
        <PackLines bench={bench} lit={pack.lit} report={pack.report} />
      ) : (
        <PackQueue rows={queue.data?.rows} batch={batch} open={pack.open} />
      )}
      {bench && (
        <>
          <Dialog opened={asked === 'report'} close={close} title="Faltou ou avariado">
            <PackReport bench={bench} line={pack.line} choose={pack.setLine} confirm={(quantity, kind) => void pack.sayMissing(quantity, kind)} />
          </Dialog>
          <Dialog opened={asked === 'unpack'} close={close} title={`Reabrir a caixa do pedido ${bench.order}`}>
            <p className="ask-hint">A etiqueta deixa de valer: rasgue. Por que reabrir?</p>
            <AskReason reasons={['Faltou pôr um item', 'Item errado na caixa', 'A caixa não serve']} choose={(reason) => void pack.unpack(reason)} />
          </Dialog>
          <Dialog opened={asked === 'reprint'} close={close} title="Reimprimir a etiqueta">
            {printed === null ? (
              <Boxes volumes={bench.volumes} choose={setVolume} />
            ) : (
              <AskReason
                reasons={['Não saiu', 'Saiu borrada ou cortada', 'Rasgou ou sujou']}
                choose={(reason) => {
                  setVolume(null)
                  void pack.reprint(printed, reason)
                }}
              />
            )}
          </Dialog>
        </>
      )}
    </StationFrame>
  )
}
