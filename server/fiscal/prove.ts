import { Problem } from '../platform/problem.ts'
import { readDocument } from './read-nota.ts'
import type { ReadEvent, ReadNota } from './read-nota.ts'
import { verifySignature } from './verify.ts'

export interface Refusal {
  fault: string
  /** What to do about it, in Portuguese. */
  cure: string
}

const original = 'Peça o XML original, como a SEFAZ autorizou (nfeProc), e não o abra nem salve em outro programa'

/**
 * Whether bytes that somebody brought may stand for a nota or an event: readable, signed by its author and not altered by a byte, agreeing with its own key, and
 * with the SEFAZ's protocol of that very content. Never throws for what is in the file.
 */
export function proveDocument(bytes: Buffer): { document: ReadNota | ReadEvent } | Refusal {
  let document: ReturnType<typeof readDocument>
  try {
    document = readDocument(bytes)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { fault: error.faults[0]?.message ?? String(error.facts['reason'] ?? error.code), cure: original }
  }
  if (document.kind === 'summary') return { fault: 'É só o resumo da nota', cure: original }
  const signature = verifySignature(bytes)
  if (!signature.valid) return { fault: signature.reason ?? 'A assinatura não confere', cure: original }
  const author = document.kind === 'nota' ? document.issuer.document : document.document
  if (!sameCompany(signature.certificate?.cnpj ?? null, author))
    return { fault: `Quem assinou (${signature.certificate?.holder ?? 'desconhecido'}) não é quem emitiu`, cure: original }
  if (document.kind === 'event')
    return document.answer ? { document } : { fault: 'Falta o registro da SEFAZ (retEvento)', cure: 'Peça o XML do evento com o registro (procEventoNFe)' }
  if (document.contradictions.length) return { fault: document.contradictions.join('; '), cure: original }
  if (!document.protocol) return { fault: 'A nota está assinada, mas falta o protocolo de autorização (protNFe)', cure: original }
  if (document.protocol.digest !== signature.digest) return { fault: 'O protocolo da SEFAZ é de outro conteúdo (digVal)', cure: original }
  return { document }
}

/** A branch may sign with the certificate of its head office: the first eight are the company's. A CPF (rural producer) signs as a person. */
export const sameCompany = (signer: string | null, author: string | null) =>
  author !== null && (author.length === 11 ? signer === null : signer?.slice(0, 8) === author.slice(0, 8))
