import { expect, it } from 'vitest'
import { localToInstant, setZone, wallOf } from './days.ts'
import { settled } from './TimeField.tsx'

it('makes an hour of what people type, and leaves alone what is none', () => {
  expect(['7', '17', '17:', '7:3', '7:30', '17:30', '', 'x'].map(settled)).toEqual(['07:00', '17:00', '17:00', '07:30', '07:30', '17:30', '', 'x'])
})

it('turns the wall clock of the merchant into an instant and back', () => {
  expect(localToInstant('2026-11-21T14:05')).toBe('2026-11-21T17:05:00.000Z')
  expect(wallOf('2026-11-21T17:05:00.000Z')).toBe('2026-11-21T14:05')
  setZone('America/Manaus')
  expect(localToInstant('2026-11-21T14:05')).toBe('2026-11-21T18:05:00.000Z')
  setZone('America/Sao_Paulo')
})
