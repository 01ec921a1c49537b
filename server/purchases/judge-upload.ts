import { partsOfKey, proveDocument, sameCompany } from '../fiscal/index.ts'
import type { ReadEvent, ReadNota, Refusal } from '../fiscal/index.ts'
import { formatDocument } from '../customers/index.ts'
import type { Tx } from '../platform/db.ts'

export type Judged = { company: number; document: ReadNota | ReadEvent } | Refusal

/**
 * Whether a file that a person sent may stand for a nota against us: proved by its own signature and protocol, to one of our companies, of
 * its environment. What comes from the SEFAZ itself needs no such proof.
 */
export async function judgeUpload(tx: Tx, bytes: Buffer): Promise<Judged> {
  const proved = proveDocument(bytes)
  if ('fault' in proved) return proved
  return proved.document.kind === 'nota' ? judgeNota(tx, proved.document) : judgeEvent(tx, proved.document)
}

async function judgeNota(tx: Tx, nota: ReadNota): Promise<Judged> {
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
    return { fault: 'O cancelamento não foi feito pelo emitente da nota', cure: 'Peça ao fornecedor o XML original do cancelamento' }
  return { company: nota.company_id, document: event }
}

const companyOf = (tx: Tx, cnpj: string) => tx.selectFrom('company').select(['id', 'environment']).where('cnpj', '=', cnpj).executeTakeFirst()
