import { useSyncExternalStore } from 'react'

/** A packed box that stands aside at this bench until its nota is there. */
export interface Aside {
  shipment: number
  order: number
}

/* Kept in this browser: the boxes stand beside this bench, and the page may be loaded again meanwhile. */
const name = 'boxes-without-label'
const listeners = new Set<() => void>()
let boxes: Aside[] = read()

function read(): Aside[] {
  try {
    return JSON.parse(localStorage.getItem(name) ?? '[]') as Aside[]
  } catch {
    return []
  }
}

function write(next: Aside[]) {
  boxes = next
  localStorage.setItem(name, JSON.stringify(next))
  for (const listener of listeners) listener()
}

export const setAside = ({ shipment, order }: Aside) => {
  if (!boxes.some((one) => one.shipment === shipment)) write([...boxes, { shipment, order }])
}
export const isAside = (shipment: number) => boxes.some((one) => one.shipment === shipment)
export const noLongerAside = (shipment: number) => {
  if (isAside(shipment)) write(boxes.filter((one) => one.shipment !== shipment))
}

export const useAside = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => boxes,
  )
