import { Button, Modal } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'
import type { OrderPage } from '../../server/orders/contract.ts'
import { manifestPdfEndpoint } from '../../server/dispatch/contract.ts'
import { labelPdfEndpoint, labelSvgEndpoint, reprintEndpoint } from '../../server/packing/contract.ts'
import { addressOf, useAct } from '../client.ts'
import { Download } from '../components/Download.tsx'
import { weight } from '../components/format.ts'
import { Code } from '../components/Values.tsx'
import { useMay } from '../session.ts'
import { ReasonDialog } from './Dialog.tsx'

/** One box: its label to look at, print again or keep as PDF, and the romaneio that it is on. */
export function Volume({
  volume,
  of,
  reprint,
  valid,
}: {
  volume: OrderPage['shipments'][number]['volumes'][number]
  of: number
  reprint: boolean
  valid: boolean
}) {
  const may = useMay()
  const [open, setOpen] = useState<'label' | 'reprint' | null>(null)
  const print = useAct(reprintEndpoint, {
    done: ({ shown }) => (shown ? 'Etiqueta aberta em outra aba para imprimir' : 'Etiqueta enviada à impressora'),
    onDone: ({ shown }) => {
      setOpen(null)
      if (shown) window.open(addressOf(labelPdfEndpoint, { volume: volume.id }), '_blank', 'noreferrer')
    },
    quiet: true,
  })
  // before the last right scan there is none: the server refuses the picture; of a cancelled box none may leave here
  const [label, setLabel] = useState(true)
  const picture = addressOf(labelSvgEndpoint, { volume: volume.id })
  const seen = may('packing.work') && label && valid
  return (
    <li className="volume">
      {seen && (
        <button type="button" className="volume-label" onClick={() => setOpen('label')} aria-label={`Ver a etiqueta da caixa ${volume.number}`}>
          <img src={picture} alt="" loading="lazy" onError={() => setLabel(false)} />
        </button>
      )}
      <div className="volume-facts">
        <div>
          <strong>
            Caixa {volume.number} de {of}
          </strong>{' '}
          <Code of={volume.code} />
        </div>
        <div className="quiet">{[volume.carton, volume.weight_g && weight(volume.weight_g)].filter(Boolean).join(' · ')}</div>
        <div className="row">
          {seen && (
            <Download endpoint={labelPdfEndpoint} input={{ volume: volume.id }} open size="compact-sm">
              Etiqueta PDF
            </Download>
          )}
          {reprint && (
            <Button variant="default" size="compact-sm" leftSection={<IconPrinter size={15} />} onClick={() => setOpen('reprint')}>
              Reimprimir
            </Button>
          )}
          {volume.manifest !== null && may('dispatch.work') && (
            <Download endpoint={manifestPdfEndpoint} input={{ manifest: volume.manifest }} open size="compact-sm">
              {`Romaneio ${volume.manifest}`}
            </Download>
          )}
        </div>
      </div>
      {open === 'reprint' && (
        <ReasonDialog
          title={`Reimprimir a etiqueta da caixa ${volume.number}`}
          verb="Reimprimir"
          busy={print.busy}
          refusal={print.refusal}
          usual={['Etiqueta rasgou', 'Saiu borrada', 'Impressora travou']}
          maxLength={100}
          close={() => setOpen(null)}
          run={(reason) => print.run({ volume: volume.id, reason })}
        />
      )}
      <Modal opened={open === 'label'} onClose={() => setOpen(null)} title={`Etiqueta da caixa ${volume.number}`} size="auto">
        <img className="label-large" src={picture} alt={`Etiqueta ${volume.code}`} />
      </Modal>
    </li>
  )
}
