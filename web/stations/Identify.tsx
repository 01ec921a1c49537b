import { Button, TextInput } from '@mantine/core'
import { IconBarcode } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { stationKinds } from '../../server/people/contract.ts'
import type { Here } from '../../server/people/contract.ts'
import { isRefusal } from '../client.ts'
import { enterStation } from '../session.ts'
import { NumberPad } from './NumberPad.tsx'
import { Clock, Said } from './StationFrame.tsx'
import { useScanner } from './scanner.ts'
import './Station.css'

/** Badge, then PIN: who works here now. */
export function Identify({ station }: { station: NonNullable<Here['station']> }) {
  const [badge, setBadge] = useState('')
  const [typed, setTyped] = useState('')
  const [pin, setPin] = useState('')
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const scanner = useScanner(({ code }) => showBadge(code))

  function showBadge(code: string) {
    scanner.clear()
    setBadge(code.toUpperCase())
    setPin('')
  }
  function restart() {
    setBadge('')
    setTyped('')
    setPin('')
  }
  async function enter() {
    if (busy || pin.length < 4) return
    setBusy(true)
    try {
      await enterStation(badge, pin)
    } catch (error) {
      if (!isRefusal(error)) throw error
      scanner.show({ tone: 'bad', words: error.title, ...(error.faults[0] ? { reason: error.faults[0].message } : {}) })
      setBusy(false)
      setPin('')
      if (error.code === 'wrong_badge_or_pin') field.current?.focus()
    }
  }
  return (
    <div className="station">
      <header className="station-head">
        <strong>{station.name}</strong>
        <span className="station-queue">
          {stationKinds[station.kind]} · {station.merchant.name}
        </span>
        <Clock />
      </header>
      <main className="station-body">
        <Said scanner={scanner} />
        {badge === '' ? (
          <form
            className="station-form"
            onSubmit={(event) => {
              event.preventDefault()
              if (typed.trim().length >= 3) showBadge(typed.trim())
            }}
          >
            <IconBarcode size={96} stroke={1.1} className="station-sign" aria-hidden />
            <h1 className="instruction-what">Bipe o seu crachá</h1>
            <div className="station-or">
              <TextInput
                aria-label="Código do crachá"
                placeholder="ou digite o código do crachá"
                autoComplete="off"
                autoCapitalize="characters"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                classNames={{ input: 'station-input' }}
              />
              <Button type="submit" variant="default" disabled={typed.trim().length < 3}>
                Continuar
              </Button>
            </div>
          </form>
        ) : (
          <form
            className="station-form"
            onSubmit={(event) => {
              event.preventDefault()
              void enter()
            }}
          >
            <p className="instruction-verb">Crachá {badge}</p>
            <h1>Digite o seu PIN</h1>
            <TextInput
              ref={field}
              aria-label="PIN"
              type="password"
              inputMode="none"
              autoComplete="off"
              autoFocus
              maxLength={8}
              value={pin}
              onChange={(event) => setPin(event.currentTarget.value.replaceAll(/\D/g, ''))}
              classNames={{ input: 'station-input station-digits' }}
            />
            <NumberPad label="PIN" value={pin} change={setPin} enter={() => void enter()} />
            <Button variant="default" onClick={restart} disabled={busy}>
              Não sou eu
            </Button>
          </form>
        )}
      </main>
    </div>
  )
}
