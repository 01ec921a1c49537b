import { readNota, verifySignature } from '../fiscal/index.ts'
import { protNFe, verdict } from './answers.ts'
import { factsOf } from './authorise.ts'
import { headOf, nextProtocol } from './office.ts'
import type { Office } from './office.ts'
import type { Authority, Issued } from './pki.ts'
import { purchaseNota } from './supplier.ts'
import type { Purchase } from './supplier.ts'

/** A purchase told in words, or a signed NFe or nfeProc of anybody. */
export type Pushed = Purchase | { xml: string }

const suppliers = new WeakMap<Authority, Map<string, Issued>>()

/** Takes a supplier's nota as authorised, as if it had passed by its own state's SEFAZ; gives its key. */
export async function receivePurchase(office: Office, authority: Authority, pushed: Pushed): Promise<string> {
  const xml = 'xml' in pushed ? pushed.xml : purchaseNota(pushed, office.now(), office.environment, certificateOf(authority, pushed)).xml
  const nota = readNota(xml)
  if (office.ledger.notas.has(nota.key)) throw new Error(`A nota ${nota.key} já está na base do simulador`)
  const signature = verifySignature(xml)
  if (!signature.valid) throw new Error(signature.reason ?? 'A assinatura não confere')
  const digest = signature.digest ?? ''
  const uf = nota.key.slice(0, 2)
  const head = headOf(office, uf)
  const protocol = nota.protocol?.number ?? nextProtocol(office, 'SVRS', uf)
  const nfe = /<NFe[\s>][\s\S]*<\/NFe>/.exec(xml)?.[0] ?? ''
  const answer = protNFe(head, nota.key, verdict(100), { protocol, digest })
  const whole = nota.protocol
    ? xml
    : `<?xml version="1.0" encoding="UTF-8"?><nfeProc xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00">${nfe}${answer}</nfeProc>`
  await office.ledger.append({
    type: 'nota',
    nota: factsOf('SVRS', nota, digest, verdict(100), protocol, nota.protocol?.receivedAt ?? head.at, xml),
    xml: whole,
  })
  return nota.key
}

function certificateOf(authority: Authority, { supplier }: Purchase): Issued {
  const known = suppliers.get(authority) ?? new Map<string, Issued>()
  suppliers.set(authority, known)
  const before = known.get(supplier.cnpj)
  if (before) return before
  const issued = authority.issue({ cnpj: supplier.cnpj, name: supplier.name, password: 'nao usada' })
  known.set(supplier.cnpj, issued)
  return issued
}
