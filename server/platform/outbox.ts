import { join } from 'node:path'
import type { Merchant } from './actor.ts'

/** Where files for other systems on this machine are put, and where theirs for us are fetched: a folder for each merchant. */

let beside: string | null = null

/** The folder that stands in for RETAGUARDA_OUTBOX. Said once, by whoever opens the embedded database. */
export function keepOutboxIn(folder: string): void {
  beside = folder
}

/** The merchant's own folder; empty when the server has none. */
export function outboxOf({ schema }: Merchant): string {
  const folder = process.env['RETAGUARDA_OUTBOX'] ?? beside
  return folder ? join(folder, schema) : ''
}

let inward: string | null = null

/** The folder that stands in for RETAGUARDA_INBOX. */
export function keepInboxIn(folder: string): void {
  inward = folder
}

/** Where other systems leave files for the merchant; empty when the server has none. */
export function inboxOf({ schema }: Merchant): string {
  const folder = process.env['RETAGUARDA_INBOX'] ?? inward
  return folder ? join(folder, schema) : ''
}
