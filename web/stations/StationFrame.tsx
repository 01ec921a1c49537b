import { Button, Modal, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCamera, IconCheck, IconKeyboard, IconLogout, IconWifi, IconWifiOff, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { Refusal } from '../client.ts'
import { timeOf } from '../components/days.ts'
import { useLive, useLiveState } from '../live.ts'
import { leaveStation, useMe } from '../session.ts'
import { Camera, hasCamera } from './Camera.tsx'
import type { Verdict } from './feedback.ts'
import { useOutbox } from './outbox.ts'
import type { Scanner } from './scanner.ts'
import './Station.css'

export interface StationAct {
  label: string
  run: () => void
  /** The single key that does it; give it to `useScanner` too. */
  hint?: string
  tone?: 'primary' | 'danger'
  busy?: boolean
}

interface Framed {
  scanner: Scanner
  /** What is done here: the header's words where the device is no paired station. */
  title: string
  /** How much work waits. */
  queue?: string
  /** Buttons, at most four. */
  acts?: StationAct[]
  /** An act kept without connection was refused later; by default the frame says so. */
  refusedLater?: (refusal: Refusal, input: object) => void
  children: ReactNode
}

/** The full-screen frame of a station: who and where above, one instruction in the middle, what else can be done below. */
export function StationFrame({ scanner, title, queue, acts = [], refusedLater, children }: Framed) {
  const me = useMe()
  useLive(true)
  const { show } = scanner
  const later = useRef(refusedLater)
  later.current = refusedLater
  const name = me.station?.name ?? title
  const outbox = useOutbox(
    `${me.merchant.slug}:${me.person}`,
    useCallback(
      (refusal, input) =>
        later.current
          ? later.current(refusal, input)
          : show({ tone: 'bad', words: refusal.title, reason: 'Uma leitura feita sem conexão não foi aceita. Confira o que está em suas mãos.' }),
      [show],
    ),
  )
  const [typing, setTyping] = useState(false)
  const [camera, setCamera] = useState(false)
  useEffect(() => {
    document.title = `${name} · Retaguarda`
  }, [name])
  return (
    <div className="station" data-busy={scanner.waiting > 0 || undefined}>
      <div className="station-head" role="region" aria-label="Estação">
        <strong>{name}</strong>
        {queue && <span className="station-queue">{queue}</span>}
        <Connection waiting={outbox.waiting} offline={outbox.offline} />
        <Clock />
        {me.station ? (
          <Button
            variant="default"
            leftSection={<IconLogout size={18} />}
            disabled={outbox.waiting > 0}
            title={outbox.waiting > 0 ? 'Espere as leituras guardadas serem enviadas' : 'Sair da estação'}
            onClick={() => void leaveStation()}
          >
            {me.name.split(' ')[0]}
          </Button>
        ) : (
          <Button component={Link} to="/" variant="default" leftSection={<IconLogout size={18} />}>
            Sair
          </Button>
        )}
      </div>
      <main className="station-body">
        <Said scanner={scanner} />
        {children}
        {camera && <Camera take={(code) => scanner.take(code, 'camera')} close={() => setCamera(false)} />}
      </main>
      <footer className="station-foot">
        {acts.map((act) => (
          <Button
            key={act.label}
            variant={act.tone === 'primary' ? 'filled' : 'default'}
            {...(act.tone === 'danger' ? { c: 'var(--bad)' } : {})}
            loading={act.busy ?? false}
            onClick={act.run}
            rightSection={act.hint ? <kbd>{act.hint}</kbd> : undefined}
          >
            {act.label}
          </Button>
        ))}
        <span className="station-space" />
        {hasCamera() && (
          <Button variant="default" leftSection={<IconCamera size={20} />} onClick={() => setCamera(!camera)}>
            Câmera
          </Button>
        )}
        <TypeKey open={() => setTyping(true)} />
        <Button variant="default" leftSection={<IconKeyboard size={20} />} rightSection={<kbd>/</kbd>} onClick={() => setTyping(true)}>
          Digitar código
        </Button>
      </footer>
      <TypeCode opened={typing} close={() => setTyping(false)} take={(code) => scanner.take(code, 'keyboard')} />
    </div>
  )
}

/** `/` opens the typing; a scan that begins with `/` does not, because its next key follows at once. */
function TypeKey({ open }: { open: () => void }) {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const press = (event: KeyboardEvent) => {
      clearTimeout(timer)
      if (event.key === '/' && !(event.target as HTMLElement).closest('input, textarea, [role=dialog]')) {
        event.preventDefault()
        timer = setTimeout(open, 120)
      }
    }
    document.addEventListener('keydown', press)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('keydown', press)
    }
  }, [open])
  return null
}

const signs = { ok: IconCheck, bad: IconX, done: IconCheck }

/** The verdict: the whole screen for a moment, then a band; a refusal stays until the next scan or a tap. */
export function Said({ scanner: { shown, clear } }: { scanner: Pick<Scanner, 'shown' | 'clear'> }) {
  if (!shown) return <div className="said-none" role="status" />
  const Sign = signs[shown.tone]
  return (
    <>
      <Flash key={shown.at} verdict={shown} />
      <button type="button" className="said" data-tone={shown.tone} onClick={clear}>
        <Sign size={shown.tone === 'bad' ? 52 : 34} stroke={2.6} aria-hidden />
        <span role={shown.tone === 'bad' ? 'alert' : 'status'}>
          <strong>{shown.words}</strong>
          {shown.reason && <span>{shown.reason}</span>}
        </span>
        <span className="only-for-readers">Fechar aviso</span>
      </button>
    </>
  )
}

function Flash({ verdict }: { verdict: Verdict }) {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), 150)
    return () => clearTimeout(timer)
  }, [])
  if (over) return null
  const Sign = signs[verdict.tone]
  return (
    <div className="flash" data-tone={verdict.tone} aria-hidden>
      <Sign size={180} stroke={2.4} />
      <strong>{verdict.words}</strong>
    </div>
  )
}

function Connection({ waiting, offline }: { waiting: number; offline: boolean }) {
  const live = useLiveState()
  const away = offline || live === 'lost'
  return (
    <span className="station-net" data-away={away || waiting > 0 || undefined} role="status">
      {away ? <IconWifiOff size={20} aria-hidden /> : waiting > 0 ? <IconAlertTriangle size={20} aria-hidden /> : <IconWifi size={20} aria-hidden />}
      {waiting > 0 ? (
        `${waiting} ${waiting === 1 ? 'leitura guardada' : 'leituras guardadas'}`
      ) : away ? (
        'Sem conexão'
      ) : (
        <span className="only-for-readers">Conectada</span>
      )}
    </span>
  )
}

export function Clock() {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 10_000)
    return () => clearInterval(timer)
  }, [])
  return <time className="station-clock">{timeOf(now)}</time>
}

/** For a label that does not read and a scanner that broke. */
function TypeCode({ opened, close, take }: { opened: boolean; close: () => void; take: (code: string) => void }) {
  const [code, setCode] = useState('')
  return (
    <Modal opened={opened} onClose={close} title="Digitar o código" size="lg" classNames={{ content: 'station-dialog' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          close()
          take(code)
          setCode('')
        }}
      >
        <TextInput
          data-autofocus
          aria-label="Código"
          autoComplete="off"
          autoCapitalize="characters"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          classNames={{ input: 'station-input' }}
        />
        <Button type="submit" fullWidth mt="md" disabled={!code.trim()}>
          Confirmar
        </Button>
      </form>
    </Modal>
  )
}
