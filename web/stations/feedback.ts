import { useCallback, useEffect, useRef, useState } from 'react'

/** What a scan came to: `ok` go on, `bad` stop and read why, `done` this piece of work is finished. */
export interface Verdict {
  tone: 'ok' | 'bad' | 'done'
  /** Two or three words, read from two metres: "Certo", "Produto errado". */
  words: string
  /** One sentence: what to do now. */
  reason?: string
}

export interface Shown extends Verdict {
  /** Changes with every verdict, so that two equal ones flash twice. */
  at: number
}

let audio: AudioContext | undefined

/** One note: Hz, start and length in seconds. */
function note(hertz: number, start: number, length: number, shape: OscillatorType) {
  if (!audio) return
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  const from = audio.currentTime + start
  tone.type = shape
  tone.frequency.value = hertz
  volume.gain.setValueAtTime(0.0001, from)
  volume.gain.exponentialRampToValueAtTime(shape === 'square' ? 0.25 : 0.5, from + 0.008)
  volume.gain.setValueAtTime(shape === 'square' ? 0.25 : 0.5, from + length - 0.02)
  volume.gain.exponentialRampToValueAtTime(0.0001, from + length)
  tone.connect(volume).connect(audio.destination)
  tone.start(from)
  tone.stop(from + length)
}

function sound(tone: Verdict['tone']) {
  // browsers allow sound after the first key or touch; a scan is a key
  audio ??= typeof AudioContext === 'undefined' ? undefined : new AudioContext()
  if (audio?.state === 'suspended') void audio.resume()
  if (tone === 'ok') note(1760, 0, 0.09, 'sine')
  else if (tone === 'bad') {
    note(165, 0, 0.15, 'square')
    note(165, 0.22, 0.2, 'square')
  } else [1047, 1319, 1568].forEach((hertz, index) => note(hertz, index * 0.11, 0.12, 'sine'))
}

function signal(tone: Verdict['tone']) {
  sound(tone)
  if (typeof navigator.vibrate === 'function') navigator.vibrate(tone === 'ok' ? 40 : tone === 'bad' ? [120, 70, 180] : [40, 50, 40, 50, 40])
}

/** Eye, ear and hand at once: colour with icon and words, sound, vibration. A `bad` one stays until the next. */
export function useFeedback(): { shown: Shown | null; show: (verdict: Verdict) => void; alarm: () => void; clear: () => void } {
  const [shown, setShown] = useState<Shown | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const clear = useCallback(() => setShown(null), [])
  /** Heard and felt only: a screen of its own says the words. */
  const alarm = useCallback(() => {
    signal('bad')
    setShown(null)
  }, [])
  const show = useCallback((verdict: Verdict) => {
    signal(verdict.tone)
    setShown({ ...verdict, at: performance.now() })
    clearTimeout(timer.current)
    if (verdict.tone !== 'bad') timer.current = setTimeout(() => setShown(null), 2500)
  }, [])
  useEffect(() => () => clearTimeout(timer.current), [])
  return { shown, show, alarm, clear }
}
