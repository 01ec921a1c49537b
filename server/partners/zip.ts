import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)

/** What an entry will take, names and headers included: for who has to cut a file in parts. */
export const packedSize = async ({ name, bytes }: ZipEntry): Promise<number> => (await deflate(bytes, { level: 6 })).length + 2 * Buffer.byteLength(name) + 76

export interface ZipEntry {
  /** ASCII or UTF-8, with `/`. */
  name: string
  bytes: Buffer
  at: Date
}

/**
 * A ZIP as it is made, entry after entry (APPNOTE 6.3.10): what is held is one entry and 46 bytes and a name for each that went
 * before. ZIP64 ends where the old one would: at 65,535 entries or 4 GB.
 */
export async function* zip(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): AsyncGenerator<Buffer> {
  const directory: Buffer[] = []
  let offset = 0
  for await (const { name, bytes, at } of entries) {
    const packed = await deflate(bytes, { level: 6 })
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    // bit 11: names are UTF-8
    shared.writeUInt16LE(0x0800, 2)
    shared.writeUInt16LE(8, 4)
    shared.writeUInt32LE(dosTime(at), 6)
    shared.writeUInt32LE(crc32(bytes), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(bytes.length, 18)
    const label = Buffer.from(name)
    shared.writeUInt16LE(label.length, 22)
    const far = offset > 0xfffffffe
    const extra = far ? Buffer.alloc(12) : Buffer.alloc(0)
    if (far) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(8, 2)
      extra.writeBigUInt64LE(BigInt(offset), 4)
    }
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(far ? 0xffffffff : offset, 10)
    const central = Buffer.from(shared)
    central.writeUInt16LE(extra.length, 24)
    directory.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 45, 0]), central, tail, label, extra]))
    const piece = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), shared, label, packed])
    offset += piece.length
    yield piece
  }
  const listing = Buffer.concat(directory)
  yield listing
  yield ending(directory.length, listing.length, offset)
}

function ending(count: number, length: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, 0xffff), 8)
  end.writeUInt16LE(Math.min(count, 0xffff), 10)
  end.writeUInt32LE(Math.min(length, 0xffffffff), 12)
  end.writeUInt32LE(Math.min(offset, 0xffffffff), 16)
  if (count < 0xffff && offset < 0xffffffff && length < 0xffffffff) return end
  const record = Buffer.alloc(56)
  record.writeUInt32LE(0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt16LE(45, 12)
  record.writeUInt16LE(45, 14)
  record.writeBigUInt64LE(BigInt(count), 24)
  record.writeBigUInt64LE(BigInt(count), 32)
  record.writeBigUInt64LE(BigInt(length), 40)
  record.writeBigUInt64LE(BigInt(offset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(offset + length), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator, end])
}

/** Date and time as DOS keeps them, in UTC: two seconds fine, from 1980 on. */
function dosTime(at: Date): number {
  const date = (Math.max(at.getUTCFullYear() - 1980, 0) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return ((date << 16) | time) >>> 0
}
