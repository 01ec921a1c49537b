import { IconBackspace, IconCheck } from '@tabler/icons-react'
import './Station.css'

/** Ten big keys for a PIN, a quantity or a weight; the keyboard's digits work by themselves in the field beside it. */
export function NumberPad({
  value,
  change,
  enter,
  max = 8,
  label,
}: {
  value: string
  change: (value: string) => void
  enter: () => void
  max?: number
  label: string
}) {
  const add = (digit: string) => value.length < max && change(value + digit)
  return (
    <div className="pad" role="group" aria-label={label}>
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => (
        <button key={digit} type="button" onClick={() => add(digit)}>
          {digit}
        </button>
      ))}
      <button type="button" aria-label="Apagar" onClick={() => change(value.slice(0, -1))}>
        <IconBackspace size={30} aria-hidden />
      </button>
      <button type="button" onClick={() => add('0')}>
        0
      </button>
      <button type="button" className="pad-enter" aria-label="Confirmar" onClick={enter}>
        <IconCheck size={34} stroke={2.4} aria-hidden />
      </button>
    </div>
  )
}
