import type { Reading } from './reading.ts'

/**
 * Turns the bytes of a text file into UTF-8 without a byte order mark. UTF-16 is known by its mark. The rest is UTF-8
 * until the first bytes beyond ASCII say otherwise: text in Windows-1252 holds practically no valid UTF-8 sequence, and
 * a notice says that it was read so. Bytes broken inside a UTF-8 file stay, and the row that holds them gets a fault.
 */
export async function* toUtf8(source: AsyncIterable<Uint8Array>, reading: Pick<Reading, 'notices'>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | null = null
  let decided = false
  let first = true
  for await (const chunk of inSamples(source)) {
    let bytes = chunk
    if (first) {
      first = false
      if (bytes[0] === 0xff && bytes[1] === 0xfe) [decoder, decided] = [new TextDecoder('utf-16le'), true]
      else if (bytes[0] === 0xfe && bytes[1] === 0xff) [decoder, decided] = [new TextDecoder('utf-16be'), true]
      else if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
        decided = true
        bytes = bytes.subarray(3)
      }
    }
    if (!decided && bytes.some((byte) => byte >= 0x80)) {
      decided = true
      if (isWindows1252(bytes)) {
        decoder = new TextDecoder('windows-1252')
        reading.notices.push('O arquivo não está em UTF-8; os acentos foram lidos como Windows-1252. Confira se os nomes aparecem certos')
      }
    }
    yield decoder ? Buffer.from(decoder.decode(bytes, { stream: true })) : bytes
  }
  if (decoder) yield Buffer.from(decoder.decode())
}

/** Small chunks joined to at least 64 kB: enough text to tell the encoding. */
async function* inSamples(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    held.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    size += chunk.length
    if (size < 65_536) continue
    yield Buffer.concat(held)
    ;[held, size] = [[], 0]
  }
  if (size) yield Buffer.concat(held)
}

function isWindows1252(bytes: Buffer): boolean {
  let valid = 0
  let invalid = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) continue
    const length = byte >= 0xc2 && byte <= 0xdf ? 1 : byte >= 0xe0 && byte <= 0xef ? 2 : byte >= 0xf0 && byte <= 0xf4 ? 3 : 0
    const rest = bytes.subarray(at + 1, at + 1 + length)
    if (length && rest.every((next) => next >= 0x80 && next <= 0xbf)) {
      // a sequence cut by the end of the sample says nothing
      if (rest.length === length) valid++
      at += rest.length
    } else if ([0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte)) return false // not a character of Windows-1252
    else invalid++
  }
  return invalid > 0 && valid === 0
}
