import { inflateRawSync } from 'node:zlib'
import { Problem } from '../../platform/problem.ts'
import { unreadable } from './reading.ts'

const mebibyte = 1024 * 1024
/** facts/experience.md §6: a 0.85 MB file that expands to 379 MB cost another reader 14 s and 940 MB. */
export const limits = { expanded: 50 * mebibyte, ratio: 100, entries: 2_000 }

interface Entry {
  method: number
  packed: number
  size: number
  offset: number
}

/**
 * Refuses a zip bomb before anybody parses it: the central directory must promise at most 50 MB in all and at most 100
 * times the packed size, and each entry must keep the promise.
 * @throws 422 file_unreadable | file_expands_too_much
 */
export function guardZip(file: Buffer): void {
  const entries = centralDirectory(file)
  const total = entries.reduce((sum, entry) => sum + entry.size, 0)
  if (total > limits.expanded || total > file.length * limits.ratio) throw tooMuch(total)
  // a directory may lie: what an entry really holds is counted too, and the counting stops at the promise
  for (const entry of entries) if (!keepsPromise(file, entry)) throw tooMuch(limits.expanded)
}

const tooMuch = (total: number) => new Problem(422, 'file_expands_too_much', { expanded: Math.ceil(total / mebibyte), limit: limits.expanded / mebibyte })
const notXlsx = () => unreadable('O arquivo não é uma planilha XLSX; abra no programa de planilha e salve como .xlsx ou CSV')

function centralDirectory(file: Buffer): Entry[] {
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0 || end + 22 > file.length) throw notXlsx()
  const count = file.readUInt16LE(end + 10)
  let at = file.readUInt32LE(end + 16)
  // 0xffff and 0xffffffff point to the 64-bit directory, which no spreadsheet of 50 MB needs
  if (count === 0xffff || at === 0xffffffff || count > limits.entries) throw tooMuch(limits.expanded)
  const entries: Entry[] = []
  for (let index = 0; index < count; index++) {
    if (at + 46 > file.length || file.readUInt32LE(at) !== 0x02014b50) throw notXlsx()
    entries.push({
      method: file.readUInt16LE(at + 10),
      packed: file.readUInt32LE(at + 20),
      size: file.readUInt32LE(at + 24),
      offset: file.readUInt32LE(at + 42),
    })
    at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  if (!entries.length) throw notXlsx()
  return entries
}

function keepsPromise(file: Buffer, { method, packed, size, offset }: Entry): boolean {
  if (offset + 30 > file.length || file.readUInt32LE(offset) !== 0x04034b50) throw notXlsx()
  const start = offset + 30 + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28)
  const content = file.subarray(start, start + packed)
  if (method === 0) return content.length === size
  if (method !== 8) throw notXlsx()
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(size, 1) }).length === size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return false
    throw notXlsx()
  }
}
