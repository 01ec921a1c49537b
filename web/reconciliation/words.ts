import type { ClaimRow, FileRow, SettlementRow } from '../../server/reconciliation/contract.ts'
import { claimKinds, claimStates, fileStates, lineExits, openReasons } from '../../server/reconciliation/contract.ts'
import type { Tone } from '../components/State.tsx'

const fileTones: Record<FileRow['state'], Tone> = { waiting: 'idle', reading: 'info', taken: 'ok', known: 'idle', needs: 'warn', refused: 'bad' }
export const fileState = (state: FileRow['state']) => ({ tone: fileTones[state], word: fileStates[state] })

const claimTones: Record<ClaimRow['state'], Tone> = { open: 'warn', sent: 'info', accepted: 'ok', paid: 'ok', lost: 'bad', withdrawn: 'idle' }
export const claimState = (state: ClaimRow['state']) => ({ tone: claimTones[state], word: claimStates[state] })

export const claimKindWord = (kind: string) => claimKinds[kind as keyof typeof claimKinds] ?? kind

export const lineState = (row: SettlementRow): { tone: Tone; word: string } =>
  row.reason
    ? { tone: row.reason === 'undone' ? 'idle' : 'warn', word: openReasons[row.reason] }
    : row.explained
      ? { tone: 'ok', word: lineExits[row.explained.said] }
      : row.line === null
        ? { tone: 'bad', word: row.partial ? 'paga em parte' : 'não paga' }
        : row.difference !== null && row.difference < 0
          ? { tone: 'warn', word: row.partial ? 'parte do valor' : 'paga a menos' }
          : { tone: 'ok', word: 'conferida' }

export const sizeOf = (bytes: number) =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1_048_576
      ? `${Math.round(bytes / 1024)} kB`
      : `${(bytes / 1_048_576).toLocaleString('pt-BR', { maximumFractionDigits: 1 })} MB`

export const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1)
/** Days from a day to today, in words. */
export function ageOf(day: string): string {
  const days = Math.floor((Date.now() - Date.parse(`${day}T12:00:00Z`)) / 86_400_000)
  return days <= 0 ? 'de hoje' : days === 1 ? 'há 1 dia' : `há ${days} dias`
}
