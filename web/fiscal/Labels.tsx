import { readOrderPage } from '../../server/orders/contract.ts'
import { labelPdfEndpoint } from '../../server/packing/contract.ts'
import { useRead } from '../client.ts'
import { Download } from '../components/Download.tsx'

/** The labels of the shipment's boxes, which carry the nota; none until a box is closed. */
export function Labels({ order, shipment }: { order: number; shipment: number }) {
  const { data } = useRead(readOrderPage, { order }, { keepPrevious: false })
  const volumes = data?.shipments.find(({ id }) => id === shipment)?.volumes ?? []
  return volumes.map((volume) => (
    <Download key={volume.id} endpoint={labelPdfEndpoint} input={{ volume: volume.id }} open size="compact-sm">
      {volumes.length > 1 ? `Etiqueta ${volume.number}` : 'Etiqueta'}
    </Download>
  ))
}
