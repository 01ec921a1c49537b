import { Button } from '@mantine/core'
import { IconAlertTriangle, IconPrinter, IconTagStarred } from '@tabler/icons-react'
import { labelSvgEndpoint, shipmentLabels } from '../../server/packing/contract.ts'
import type { Bench } from '../../server/packing/contract.ts'
import { addressOf } from '../client.ts'
import { count } from '../components/format.ts'
import type { usePack } from './usePack.ts'
import './Work.css'
import './Pack.css'

/** The label is out: the next scan begins the next order. */
export function PackDone({ pack, bench }: { pack: ReturnType<typeof usePack>; bench: Bench }) {
  const failed = bench.volumes.find(({ print }) => print?.state === 'failed')?.print
  const many = bench.volumes.length > 1
  const printer = bench.volumes[0]?.print?.printer
  const byNetwork = bench.volumes.every(({ print }) => print && print.state !== 'shown')
  const bySelf = pack.printing === 'failed'
  return (
    <section className="done">
      <div className="done-words">
        <p className="instruction-verb">Pedido {bench.order}</p>
        {failed || bySelf ? (
          <>
            <h1>
              <IconAlertTriangle size={48} aria-hidden /> A etiqueta não saiu
            </h1>
            <p>{failed?.failure ?? 'O navegador não abriu a impressão. Abra a etiqueta e imprima.'}</p>
          </>
        ) : (
          <>
            <h1>
              {pack.printing === 'busy'
                ? 'Imprimindo a etiqueta'
                : many
                  ? `${count(bench.volumes.length, 'etiqueta', 'etiquetas')}: cole uma em cada caixa`
                  : 'Etiqueta impressa: cole na caixa'}
            </h1>
            <p>
              {byNetwork && printer ? `Saiu na impressora ${printer}.` : null}{' '}
              {pack.batch ? `Bipe o próximo item do cesto ${pack.batch.tote}.` : 'Bipe o próximo cesto.'}
            </p>
          </>
        )}
        <Button
          component="a"
          href={addressOf(shipmentLabels, { shipment: bench.shipment })}
          target="_blank"
          rel="noreferrer"
          variant={bySelf ? 'filled' : 'default'}
          leftSection={<IconPrinter size={20} />}
        >
          Abrir a etiqueta em PDF
        </Button>
        {bench.carrier && (
          <p className="done-where">
            <IconTagStarred size={22} aria-hidden /> Leve à expedição: <b>{bench.carrier}</b>
          </p>
        )}
      </div>
      <div className="labels" role="group" aria-label="Etiquetas" tabIndex={0}>
        {bench.volumes.map((volume) => (
          <img
            key={volume.id}
            src={addressOf(labelSvgEndpoint, { volume: volume.id })}
            alt={`Etiqueta da caixa ${volume.number} de ${bench.volumes.length}, código ${volume.code}`}
          />
        ))}
      </div>
    </section>
  )
}
