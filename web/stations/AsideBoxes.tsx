import { IconAlertTriangle, IconHourglass, IconPrinter } from '@tabler/icons-react'
import { readBench } from '../../server/packing/contract.ts'
import { useRead } from '../client.ts'
import { noLongerAside, useAside } from './aside.ts'
import type { Aside } from './aside.ts'

/** Boxes that stand beside this bench because their nota was not there: each says what to do with it now. */
export function AsideBoxes({ open }: { open: (order: string) => void }) {
  const boxes = useAside()
  if (!boxes.length) return null
  return (
    <section className="aside-boxes" aria-label="Caixas separadas, sem etiqueta">
      <h2>Caixas separadas</h2>
      <ul>
        {boxes.map((box) => (
          <Box key={box.shipment} box={box} open={open} />
        ))}
      </ul>
    </section>
  )
}

function Box({ box: { shipment, order }, open }: { box: Aside; open: (order: string) => void }) {
  const { data: bench, error } = useRead(readBench, { shipment })
  if (error && !bench) return null
  if (!bench) return <li aria-busy="true" />
  const here = bench.fulfilment === 'packed' || bench.fulfilment === 'ready'
  const came = here && bench.volumes.every(({ print }) => print && print.state !== 'waiting')
  const problem = bench.nota.problem
  return (
    <li data-tone={came ? 'ok' : !here || problem ? 'bad' : undefined}>
      {came ? <IconPrinter size={28} aria-hidden /> : !here || problem ? <IconAlertTriangle size={28} aria-hidden /> : <IconHourglass size={28} aria-hidden />}
      <span>
        <strong>Pedido {order}</strong>
        {came
          ? 'A nota saiu: pegue a caixa e imprima'
          : !here
            ? bench.fulfilment === 'cancelled'
              ? 'Cancelado: leve para a devolução à prateleira'
              : 'Já não espera nada aqui'
            : (problem ?? 'Esperando a nota')}
      </span>
      {came && (
        <button type="button" onClick={() => open(String(order))}>
          Imprimir
        </button>
      )}
      {!here && (
        <button type="button" onClick={() => noLongerAside(shipment)}>
          Já fiz
        </button>
      )}
    </li>
  )
}
