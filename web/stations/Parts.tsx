import { Button, Modal, TextInput } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { NumberPad } from './NumberPad.tsx'
import './Work.css'

/** Where one is within a step: done ones have a check, the present one is lit. */
export function Track({ steps, at }: { steps: string[]; at: number }) {
  return (
    <ol className="track" aria-label="Etapas deste passo">
      {steps.map((step, index) => (
        <li key={step} data-done={index < at || undefined} aria-current={index === at ? 'step' : undefined}>
          {index < at ? <IconCheck size={20} stroke={2.6} aria-label="feito" /> : <span aria-hidden>{index + 1}</span>}
          {step}
        </li>
      ))}
    </ol>
  )
}

/** Big dialog of a station. */
export function Dialog({ opened, close, title, children }: { opened: boolean; close: () => void; title: string; children: ReactNode }) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      size="lg"
      classNames={{ content: 'station-dialog', title: 'dialog-title' }}
      closeButtonProps={{ size: 56, iconSize: 26 }}
    >
      {opened && children}
    </Modal>
  )
}

/** One number by keyboard or by the big keys; Enter confirms. */
export function AskNumber({
  label,
  hint,
  start = '',
  min = 0,
  max,
  confirm,
  busy,
}: {
  label: string
  hint?: string
  start?: string
  min?: number
  max: number
  confirm: (value: number) => void
  busy?: boolean
}) {
  const [typed, setTyped] = useState(start)
  const [fault, setFault] = useState<string>()
  const change = (value: string) => {
    setTyped(value.replaceAll(/\D/g, '').slice(0, 6))
    setFault(undefined)
  }
  const send = () => {
    const value = Number(typed)
    if (busy) return
    if (typed === '' || value < min || value > max) return setFault(`Digite um número de ${min} a ${max}`)
    confirm(value)
  }
  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {hint && <p className="ask-hint">{hint}</p>}
      <TextInput
        data-autofocus
        aria-label={label}
        inputMode="none"
        autoComplete="off"
        value={typed}
        error={fault}
        onChange={(event) => change(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        classNames={{ input: 'station-input station-digits' }}
      />
      <NumberPad label={label} value={typed} change={change} enter={send} max={6} />
      <Button type="submit" fullWidth loading={busy ?? false}>
        Confirmar
      </Button>
    </form>
  )
}

/** One of a few reasons, each a big key: its number chooses it. */
export function AskReason({ reasons, choose, busy }: { reasons: readonly string[]; choose: (reason: string) => void; busy?: boolean }) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const reason = /^[1-9]$/.test(event.key) ? reasons[Number(event.key) - 1] : undefined
      if (reason && !busy && !event.repeat) {
        event.preventDefault()
        choose(reason)
      }
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  })
  return (
    <div className="reasons" role="group" aria-label="Motivo">
      {reasons.map((reason, index) => (
        <Button
          key={reason}
          variant="default"
          fullWidth
          loading={busy ?? false}
          onClick={() => choose(reason)}
          rightSection={<kbd>{index + 1}</kbd>}
          {...(index === 0 ? { 'data-autofocus': true } : {})}
        >
          {reason}
        </Button>
      ))}
    </div>
  )
}
