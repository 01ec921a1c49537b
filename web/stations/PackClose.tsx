import { Button, TextInput } from '@mantine/core'
import { IconPackage, IconPackages } from '@tabler/icons-react'
import { useState } from 'react'
import type { Bench } from '../../server/packing/contract.ts'
import { BoxDrawing } from '../components/BoxDrawing.tsx'
import { dimensions, weight as written } from '../components/format.ts'
import { Dialog } from './Parts.tsx'
import { NumberPad } from './NumberPad.tsx'
import type { usePack } from './usePack.ts'
import './Work.css'
import './Pack.css'

/** Everything is in the box: which carton it is, what it weighs. Enter accepts the carton that was suggested. */
export function PackClose({ pack, bench }: { pack: ReturnType<typeof usePack>; bench: Bench }) {
  const [listed, list] = useState(false)
  const { chosen, weight, setWeight, deviation, busy } = pack
  const cartons = (pack.cartons.data?.rows ?? []).filter(({ active }) => active)
  const carton = cartons.find(({ code }) => code === chosen)
  const number = pack.box?.number ?? 1
  const expected = Math.max(number, bench.volumes.filter(({ closed }) => closed).length + Math.max(bench.suggestion.boxes, 1) + (pack.parting ? 1 : 0))
  if (deviation)
    return (
      <section className="halt" data-tone="warn" role="alertdialog" aria-label="O peso não confere">
        <h1>O peso não confere</h1>
        <ol>
          <li>
            A balança disse <b>{deviation.weighed}</b>, o esperado é <b>{deviation.expected}</b>
          </li>
          <li>Abra a caixa e compare com a lista do pedido {bench.order}</li>
        </ol>
        <div className="halt-acts">
          <Button onClick={pack.weighAgain} rightSection={<kbd>P</kbd>}>
            Pesar de novo
          </Button>
          <Button onClick={() => pack.close(true)} loading={busy} rightSection={<kbd>C</kbd>}>
            Está certo
          </Button>
        </div>
      </section>
    )
  return (
    <>
      <div className="bench-top">
        <div>
          <p className="instruction-verb">
            Pedido {bench.order}
            {expected > 1 && `, caixa ${number} de ${expected}`}
          </p>
          <h1>{bench.weigh ? 'Feche a caixa e ponha na balança' : 'Feche a caixa'}</h1>
        </div>
      </div>
      <div className="closing">
        <section className="closing-carton">
          {carton ? (
            <>
              <BoxDrawing length={carton.length_mm} width={carton.width_mm} height={carton.height_mm} size={260} />
              <p className="closing-code">{carton.code}</p>
              <p>
                {carton.name}, {dimensions(carton.length_mm, carton.width_mm, carton.height_mm)}
              </p>
            </>
          ) : (
            <>
              <IconPackage size={110} stroke={1.1} aria-hidden />
              <p className="closing-code">Qual caixa?</p>
              <p>{bench.suggestion.why ?? 'Bipe a etiqueta da caixa'}</p>
            </>
          )}
          <Button variant="default" onClick={() => list(true)}>
            {carton ? 'Usei outra caixa' : 'Escolher a caixa'}
          </Button>
        </section>
        <form
          className="closing-weight"
          onSubmit={(event) => {
            event.preventDefault()
            pack.close()
          }}
        >
          {bench.weigh && (
            <>
              <label htmlFor="weight">Peso na balança, em gramas</label>
              <TextInput
                id="weight"
                autoFocus
                inputMode="none"
                autoComplete="off"
                value={weight}
                onChange={(event) => setWeight(event.currentTarget.value.replaceAll(/\D/g, '').slice(0, 7))}
                classNames={{ input: 'station-input station-digits' }}
              />
              <p className="closing-kilos">{weight ? written(Number(weight)) : 'por exemplo 850'}</p>
              <NumberPad label="Peso em gramas" value={weight} change={setWeight} enter={() => pack.close()} max={7} />
            </>
          )}
          <Button type="submit" fullWidth loading={busy} {...(bench.weigh ? {} : { autoFocus: true })} rightSection={<kbd>Enter</kbd>}>
            {pack.parting ? 'Fechar esta caixa' : 'Fechar e imprimir a etiqueta'}
          </Button>
        </form>
      </div>
      <Dialog opened={listed} close={() => list(false)} title="Que caixa você usou?">
        <div className="cartons">
          {cartons.map((one) => (
            <button
              key={one.code}
              type="button"
              data-on={one.code === chosen || undefined}
              onClick={() => {
                pack.setCarton(one.code)
                list(false)
              }}
            >
              <BoxDrawing
                length={one.length_mm}
                width={one.width_mm}
                height={one.height_mm}
                size={74}
                plain
                largest={Math.max(...cartons.flatMap(({ length_mm, width_mm, height_mm }) => [length_mm, width_mm, height_mm]))}
              />
              <strong>{one.code}</strong>
              <small>{dimensions(one.length_mm, one.width_mm, one.height_mm)}</small>
            </button>
          ))}
        </div>
      </Dialog>
    </>
  )
}

/** The boxes of one order: closed ones with their carton, the open one, those still to come. */
export function Boxes({
  volumes,
  planned = 0,
  first,
  choose,
}: {
  volumes: Bench['volumes']
  planned?: number
  first?: string | null
  choose?: (volume: number) => void
}) {
  const closed = volumes.filter((volume) => volume.closed)
  const open = volumes.filter((volume) => !volume.closed)
  const count = Math.max(volumes.length, closed.length + planned)
  return (
    <div className="boxes" role="group" aria-label={`${count} ${count === 1 ? 'caixa' : 'caixas'}`}>
      {closed.map((volume) => {
        const inside = (
          <>
            <IconPackage size={34} stroke={1.5} aria-hidden />
            <strong>
              {volume.number}/{count}
            </strong>
            <small>
              {volume.carton ?? volume.code}
              {volume.weight_g ? `, ${written(volume.weight_g)}` : ''}
            </small>
          </>
        )
        return choose ? (
          <button key={volume.id} type="button" data-closed onClick={() => choose(volume.id)}>
            {inside}
          </button>
        ) : (
          <span key={volume.id} data-closed>
            {inside}
          </span>
        )
      })}
      {Array.from({ length: count - closed.length }, (_, index) => (
        <span key={`open ${index}`}>
          <IconPackages size={34} stroke={1.2} aria-hidden />
          <strong>
            {closed.length + index + 1}/{count}
          </strong>
          <small>{open[index] ? `aberta, ${open[index].units} un.` : index === 0 && first ? first : 'depois'}</small>
        </span>
      ))}
    </div>
  )
}
