import { useEffect, useRef, useState } from 'react'
import { isRefusal } from '../client.ts'
import { useFeedback } from './feedback.ts'
import type { Shown, Verdict } from './feedback.ts'

export interface Scan {
  /** As read, trimmed. */
  code: string
  /** This scan's own id: the Idempotency-Key of what it causes. */
  id: string
  by: 'scanner' | 'keyboard' | 'camera'
}

export interface Scanner {
  /** For a code that came another way: typed, camera. */
  take: (code: string, by: Scan['by']) => void
  /** Scans not yet answered, the running one included. */
  waiting: number
  shown: Shown | null
  show: (verdict: Verdict) => void
  /** The sound of a refusal, for a screen that says why by itself. */
  alarm: () => void
  clear: () => void
}

/** A wedge scanner types faster than anybody: in a field, keys less than this apart begin a scan. Milliseconds. */
const gap = 50
/** A busy machine or radio link stutters: in a field, this much within a scan under way is still one scan. */
const stutter = 120
/** Outside a field nobody types words: a pause like this does not cut a code in two on a busy phone. */
const pause = 350
/** A key that stands alone this long was pressed by a person. */
const alone = stutter

/**
 * Everything that is scanned at this station, wherever the focus is. `handle` answers one scan at a time; those that
 * come meanwhile wait in order. What it throws is shown as `bad` with the server's words. `keys`: single keys for a
 * person at a keyboard; they never fire for a key that turns out to begin a scan.
 */
export function useScanner(
  handle: (scan: Scan) => Promise<Verdict | void> | Verdict | void,
  options: {
    off?: boolean
    keys?: Record<string, () => void>
    /** An act under way that the next scan waits for. */
    wait?: () => Promise<unknown> | undefined
  } = {},
): Scanner {
  const { shown, show, alarm, clear } = useFeedback()
  const [waiting, setWaiting] = useState(0)
  const latest = useRef({ handle, options })
  latest.current = { handle, options }
  const queue = useRef<Scan[]>([])
  const running = useRef(false)

  async function work() {
    if (running.current) return
    running.current = true
    for (let scan = queue.current[0]; scan; scan = queue.current[0]) {
      const before = latest.current.options.wait?.()
      if (before) await before.then(() => new Promise((drawn) => setTimeout(drawn)))
      try {
        const verdict = await latest.current.handle(scan)
        if (verdict) show(verdict)
      } catch (error) {
        show(
          isRefusal(error)
            ? {
                tone: 'bad',
                words: error.code === 'offline' ? 'Sem conexão' : error.title,
                ...(error.code === 'offline' ? { reason: 'Nada foi gravado. Espere a conexão voltar e bipe de novo.' } : {}),
              }
            : { tone: 'bad', words: 'Algo falhou', reason: 'Bipe de novo. Se repetir, chame o gestor.' },
        )
        if (!isRefusal(error)) console.error(error)
      }
      queue.current.shift()
      setWaiting(queue.current.length)
      // the screen shows the step that follows before the next scan is judged by it
      await new Promise((drawn) => setTimeout(drawn))
    }
    running.current = false
  }
  const take = useRef((code: string, by: Scan['by']) => {
    const read = code.trim()
    if (!read) return
    queue.current.push({ code: read, id: crypto.randomUUID(), by })
    setWaiting(queue.current.length)
    void work()
  })

  useEffect(() => {
    let read = ''
    let last = 0
    let field: { element: HTMLInputElement | HTMLTextAreaElement; value: string } | null = null
    let single: ReturnType<typeof setTimeout> | undefined
    const press = (event: KeyboardEvent) => {
      if (latest.current.options.off || event.ctrlKey || event.metaKey || event.altKey) return
      const inField = isField(event.target)
      const fast = event.timeStamp - last < (inField ? (read.length < 3 ? gap : stutter) : pause)
      if (event.key === 'Enter' || event.key === 'Tab') {
        clearTimeout(single)
        if (fast && read.length >= 3) {
          event.preventDefault()
          event.stopImmediatePropagation()
          if (field) restore(field)
          take.current(read, 'scanner')
        } else if (event.key === 'Enter' && !isBusy(event.target) && latest.current.options.keys?.['Enter']) {
          // the screen that comes may focus a field, and this same key would send its form
          event.preventDefault()
          latest.current.options.keys['Enter']()
        }
        read = ''
        field = null
        return
      }
      if (event.key === 'Escape' && !isBusy(event.target)) return void latest.current.options.keys?.['Escape']?.()
      if (event.key.length !== 1) return
      if (!fast) {
        read = ''
        field = isField(event.target) ? { element: event.target, value: event.target.value } : null
      }
      read += event.key
      last = event.timeStamp
      clearTimeout(single)
      // a button that was just tapped keeps the focus: letters still act, only Enter is its own
      if (read.length === 1 && !isTyping(event.target)) {
        const act = latest.current.options.keys?.[event.key.toLowerCase()]
        if (act)
          single = setTimeout(() => {
            read = ''
            act()
          }, alone)
        // the browser's own quick find
        if (event.key === '/' || event.key === "'") event.preventDefault()
      }
    }
    document.addEventListener('keydown', press, true)
    return () => {
      clearTimeout(single)
      document.removeEventListener('keydown', press, true)
    }
  }, [])

  return { take: take.current, waiting, shown, show, alarm, clear }
}

const isField = (target: EventTarget | null): target is HTMLInputElement | HTMLTextAreaElement =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
const isTyping = (target: EventTarget | null) => isField(target) || (target instanceof HTMLElement && target.closest('[role=dialog], select') !== null)
const isBusy = (target: EventTarget | null) => isField(target) || (target instanceof HTMLElement && target.closest('[role=dialog], button, a, select') !== null)

/** The letters of a scan went through the focused field on their way: it gets back what stood there. */
function restore({ element, value }: { element: HTMLInputElement | HTMLTextAreaElement; value: string }) {
  const prototype = element instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, value)
  element.dispatchEvent(new Event('input', { bubbles: true }))
}
