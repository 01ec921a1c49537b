import { partsOfKey, readDocument, verifySignature } from '../fiscal/index.ts'
import type { ReadEvent, ReadNota } from '../fiscal/index.ts'
import { formatDocument } from '../customers/index.ts'
import { Problem } from '../platform/problem.ts'
import type { Tx } from '../platform/db.ts'

export type Judged = { company: number; document: ReadNota | ReadEvent } | { fault: string; cure: string }

const original = 'Peça ao fornecedor o XML original, como a SEFAZ autorizou (nfeProc), e não o abra nem salve em outro programa'

/**
 * Whether a file that a person sent may stand for a nota against us: readable, signed by its issuer and not altered by a byte, with the
 * SEFAZ's protocol of that very content, to one of our companies, of its environment. What comes from the SEFAZ itself needs no such proof.
 */
export async function judgeUpload(tx: Tx, bytes: Buffer): Promise<Judged> {
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
  return document.kind === 'nota' ? judgeNota(tx, document, signature.digest) : judgeEvent(tx, document)
}

async function judgeNota(tx: Tx, nota: ReadNota, digest: string | null): Promise<Judged> {
  if (nota.contradictions.length) return { fault: nota.contradictions.join('; '), cure: original }
  if (!nota.protocol) return { fault: 'A nota está assinada, mas falta o protocolo de autorização (protNFe)', cure: original }
  if (nota.protocol.digest !== digest) return { fault: 'O protocolo da SEFAZ é de outro conteúdo (digVal)', cure: original }
  const company = nota.recipient?.document ? await companyOf(tx, nota.recipient.document) : null
  if (!company) {
    const whose = nota.recipient?.document ? formatDocument(nota.recipient.document) : 'ninguém'
    return {
      fault: `O destinatário é ${whose}, que não é nenhuma das suas empresas`,
      cure: 'Envie notas emitidas contra um CNPJ cadastrado em Fiscal, Empresas',
    }
  }
  if (nota.environment !== company.environment)
    return nota.environment === 'homologation'
      ? { fault: 'A nota é de homologação: não tem valor fiscal', cure: 'Peça ao fornecedor a nota de produção' }
      : { fault: 'A nota é de produção, e a empresa ainda está em homologação', cure: 'Ponha a empresa em produção em Fiscal, Empresas' }
  return { company: company.id, document: nota }
}

async function judgeEvent(tx: Tx, event: ReadEvent): Promise<Judged> {
  const nota = await tx.selectFrom('received_nota').select(['company_id', 'supplier_document']).where('key', '=', event.key).executeTakeFirst()
  if (!nota) return { fault: 'O evento é de uma nota que não está aqui', cure: 'Envie antes o XML da nota' }
  if (event.type === '110111' && !sameCompany(event.document, partsOfKey(event.key)?.document ?? null))
    return { fault: 'O cancelamento não foi feito pelo emitente da nota', cure: original }
  if (!event.answer) return { fault: 'Falta o registro da SEFAZ (retEvento)', cure: 'Peça o XML do evento com o registro (procEventoNFe)' }
  return { company: nota.company_id, document: event }
}

/** A branch may sign with the certificate of its head office: the first eight are the company's. A CPF (rural producer) signs as a person. */
const sameCompany = (signer: string | null, author: string | null) =>
  author !== null && (author.length === 11 ? signer === null : signer?.slice(0, 8) === author.slice(0, 8))

const companyOf = (tx: Tx, cnpj: string) => tx.selectFrom('company').select(['id', 'environment']).where('cnpj', '=', cnpj).executeTakeFirst()
