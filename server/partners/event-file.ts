import { procEventoNFe, procInutNFe } from '../fiscal/index.ts'

/** The event as partners and the accountant keep it: request and answer in one procEventoNFe. Null when the answer holds no event. */
export const eventFile = (bytes: Buffer | null, answer: Buffer): Buffer | null => whole(bytes, answer, 'procEventoNFe', 'retEvento', procEventoNFe)

/** The same of a range of numbers that nobody bears. */
export const voidFile = (bytes: Buffer | null, answer: Buffer): Buffer | null => whole(bytes, answer, 'procInutNFe', 'retInutNFe', procInutNFe)

function whole(bytes: Buffer | null, answer: Buffer, joined: string, part: string, join: (signed: Buffer, answer: Buffer) => Buffer): Buffer | null {
  // a consult answers with the whole, a sending with the answer alone
  if (new RegExp(`<${joined}[\\s>]`, 'i').test(answer.subarray(0, 400).toString('utf8'))) return answer
  const text = answer.toString('utf8')
  const found = new RegExp(`<${part}[\\s>][\\s\\S]*</${part}>`).exec(text)
  return found && bytes ? join(bytes, Buffer.from(found[0])) : null
}
