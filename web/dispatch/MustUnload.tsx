import { Button } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { unloadVolumeEndpoint } from '../../server/dispatch/contract.ts'
import { useAct } from '../client.ts'
import type { Box } from './boxes.tsx'

/** Boxes of orders that were cancelled after they were loaded: each must come off before the truck may leave. */
export function MustUnload({ manifest, boxes }: { manifest: number; boxes: Box[] }) {
  const unload = useAct(unloadVolumeEndpoint, { done: (_, { code }) => `Caixa ${code} fora do caminhão` })
  if (!boxes.length) return null
  return (
    <section className="must-unload" role="alert">
      <IconAlertOctagon size={24} aria-hidden />
      <div>
        <h2>{boxes.length === 1 ? 'Tire uma caixa do caminhão' : `Tire ${boxes.length} caixas do caminhão`}</h2>
        <p>O pedido foi cancelado depois de carregado. Pegue a caixa de volta e confirme; só então o romaneio fecha.</p>
        <ul>
          {boxes.map((box) => (
            <li key={box.volume}>
              <span className="code">{box.code}</span>
              <span>
                Pedido #{box.order}, volume {box.number} de {box.count}, {box.recipient}
              </span>
              <Button size="compact-sm" variant="default" loading={unload.busy} onClick={() => unload.run({ manifest, code: box.code })}>
                Já tirei
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}
