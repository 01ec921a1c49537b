import { useEffect } from 'react'

/** Stations are dark, whatever the person chose for the desk; the screen stays on while one works. */
export function useStationScreen() {
  useEffect(() => {
    const root = document.documentElement
    const before = root.dataset['mantineColorScheme']
    root.dataset['mantineColorScheme'] = 'dark'
    let lock: WakeLockSentinel | undefined
    let left = false
    // the browser drops the lock whenever the tab is hidden
    const keepOn = () => {
      if (document.hidden || !navigator.wakeLock) return
      navigator.wakeLock.request('screen').then(
        (held) => (left ? void held.release() : void (lock = held)),
        () => undefined,
      )
    }
    keepOn()
    document.addEventListener('visibilitychange', keepOn)
    return () => {
      left = true
      document.removeEventListener('visibilitychange', keepOn)
      void lock?.release()
      if (before) root.dataset['mantineColorScheme'] = before
    }
  }, [])
}
