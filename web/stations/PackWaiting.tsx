import { Button } from '@mantine/core'
import { IconAlertTriangle, IconFileInvoice } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Bench } from '../../server/packing/contract.ts'
import { problemOf } from './usePack.ts'
import './Work.css'
import './Pack.css'

/** The SEFAZ answers in a second or two; after this the packer is told that it may take longer. */
const longWait = 8000

/** The box is closed and its label waits for the nota. The line never stops: the packer may put the box aside and go on. */
export function PackWaiting({ bench, putAside, batch }: { bench: Bench; putAside: () => void; batch: string | null }) {
  const [long, setLong] = useState(false)
  useEffect(() => {
    setLong(false)
    const late = setTimeout(() => setLong(true), longWait)
    return () => clearTimeout(late)
  }, [bench.shipment])
  const problem = problemOf(bench)
  return (
    <section className="await-nota" data-tone={problem ? 'bad' : undefined}>
      <p className="instruction-verb">Pedido {bench.order}</p>
      <h1>
        {problem ? <IconAlertTriangle size={64} stroke={1.6} aria-hidden /> : <IconFileInvoice size={64} stroke={1.4} aria-hidden />}
        {problem ? 'A nota não saiu' : 'Esperando a nota'}
      </h1>
      {!problem && <progress aria-label="Esperando a nota" />}
      <p className="await-words">
        {problem ??
          (long ? 'Está demorando mais que o comum. Separe a caixa e siga: a etiqueta fica guardada aqui.' : 'A etiqueta sai sozinha assim que a nota sair.')}
      </p>
      {problem && (
        <>
          <p className="await-write">
            Escreva <b>{bench.order}</b> na caixa.
          </p>
          <Button size="xl" variant="filled" onClick={putAside} rightSection={<kbd>S</kbd>} autoFocus>
            Separe a caixa e siga
          </Button>
          <p className="await-who">Quem cuida do fiscal resolve em Fiscal, Notas. Depois a etiqueta fica pronta aqui.</p>
        </>
      )}
      {!problem && (
        <p className="instruction-next">
          <span>Depois</span>
          Cole a etiqueta na caixa e bipe {batch ? `o próximo item do cesto ${batch}` : 'o próximo cesto'}
        </p>
      )}
    </section>
  )
}
