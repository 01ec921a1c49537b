import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** A bar of links that scrolls sideways on a phone begins where one is. */
export function useActiveInSight() {
  const bar = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  useEffect(() => {
    const here = bar.current?.querySelector<HTMLElement>('[data-status="active"]')
    if (bar.current && here) bar.current.scrollLeft = here.offsetLeft - (bar.current.clientWidth - here.offsetWidth) / 2
  }, [pathname])
  return bar
}
