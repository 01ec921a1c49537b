import { danfePdf, readNota } from '../fiscal/index.ts'

/** The DANFE of an authorised nota as PDF; null when its XML is none that can be drawn, and then the XML goes alone. */
export async function danfeOf(xml: Buffer): Promise<Buffer | null> {
  try {
    return danfePdf({ ...readNota(xml), cancelled: false, epecProtocol: null })
  } catch {
    return null
  }
}
