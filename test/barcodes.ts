import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

let ready: Promise<unknown> | undefined

/**
 * The Code 128 texts in a PNG or in grey pixels (0 black, 255 white), read by ZXing: a decoder that knows nothing of our encoder. Not made smaller before it is read:
 * of bars that are no whole pixels then it finds a second text with a right check digit once in hundreds (V09000001 in those of V01000005).
 */
export async function readCode128(image: Uint8Array | { width: number; height: number; grey: Uint8Array }): Promise<string[]> {
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))
  await (ready ??= prepareZXingModule({
    overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer },
    fireImmediately: true,
  }))
  const found = await readBarcodes(image instanceof Uint8Array ? image : pixels(image), { formats: ['Code128'], tryHarder: true, tryDownscale: false })
  return found.map(({ text }) => text)
}

function pixels({ width, height, grey }: { width: number; height: number; grey: Uint8Array }): ImageData {
  const data = new Uint8ClampedArray(width * height * 4)
  grey.forEach((shade, index) => data.set([shade, shade, shade, 255], index * 4))
  return { data, width, height, colorSpace: 'srgb' } as ImageData
}
