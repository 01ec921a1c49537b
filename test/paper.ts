import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { quietModules } from '../server/platform/barcode.ts'
import type { Mark } from '../server/platform/drawing.ts'
import { capHeight, mmPerPoint, textWidth } from '../server/platform/typesetting.ts'

export const aKey = fc.oneof(fc.stringMatching(/^\d{44}$/), fc.stringMatching(/^\d{6}[0-9A-Z]{12}\d{26}$/))

export interface Extent {
  text: string
  left: number
  right: number
  top: number
  bottom: number
}

/** Ink bounds: of a text its capitals and its descenders if it has any, of a barcode its quiet zone too. */
export function extent(mark: Mark): Extent {
  if (mark.kind === 'text') {
    const size = mark.points * mmPerPoint
    return {
      text: mark.text,
      left: mark.x,
      right: mark.x + textWidth(mark.text, mark.face, mark.points),
      top: mark.y - size * capHeight,
      bottom: mark.y + (/[gjpqyçQJ,;()[\]{}_|@$ÿýþµ¶§]/.test(mark.text) ? size * 0.2 : 0),
    }
  }
  if (mark.kind === 'barcode') {
    const quiet = quietModules * mark.module
    return { text: 'barcode', left: mark.x - quiet, right: mark.x + mark.code.modules * mark.module + quiet, top: mark.y, bottom: mark.y + mark.height }
  }
  return { text: mark.kind, left: mark.x, right: mark.x + mark.width, top: mark.y, bottom: mark.y + mark.height }
}

export const overlap = (one: Extent, other: Extent) =>
  one.left < other.right - 1e-6 && other.left < one.right - 1e-6 && one.top < other.bottom - 1e-6 && other.top < one.bottom - 1e-6

export function hasPdftoppm(): boolean {
  try {
    execFileSync('pdftoppm', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
