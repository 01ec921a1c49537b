import type { BankKind, BankLine } from './lines.ts'

const words: [BankKind, RegExp][] = [
  ['refund', /ESTORNO|DEVOL|CHARGEBACK|REFUND/],
  ['tax', /\bIOF\b|\bDARF\b|\bGPS\b|\bDAS\b|\bGNRE\b|TRIBUT|IMPOSTO|\bISS\b|\bFGTS\b/],
  ['fee', /TARIFA|\bTAR\b|CESTA|ANUIDADE|MENSALIDADE|MANUT|PACOTE SERV/],
  ['interest', /JUROS|ENCARGO|REND|APLIC|RESGATE|MORA\b/],
  ['pix', /\bPIX\b/],
  ['boleto', /BOLETO|COBRANCA|COBRANÇA|LIQUIDA|TITULO|TÍTULO|\bPAGTO\b|PAGAMENTO/],
  ['transfer', /\bTED\b|\bDOC\b|TRANSF|\bTEF\b/],
  ['cash', /SAQUE|DEPOSITO|DEPÓSITO/],
  ['cheque', /CHEQUE|\bCHQ\b/],
  ['card', /CARTAO|CARTÃO|COMPRA|REDECARD|CIELO|GETNET|\bVISA\b|MASTER|\bELO\b/],
]

const known = new Map<string, BankKind>()

/** What kind of movement a memo tells of; only a hint, for rules and screens. */
export function kindOf(memo: string): BankKind {
  const letters = memo.replaceAll(/\d+/g, '').toUpperCase()
  const seen = known.get(letters)
  if (seen) return seen
  const kind = words.find(([, pattern]) => pattern.test(letters))?.[0] ?? 'other'
  if (known.size > 5000) known.clear()
  known.set(letters, kind)
  return kind
}

/** Adds to a line what its memo spells out: the Pix end-to-end id, and a CPF or CNPJ written as such. */
export function readMemo(line: BankLine) {
  const { memo } = line
  if (memo.length < 11) return
  const endToEnd = /(?:^|[^A-Za-z0-9])([ED]\d{20}[A-Za-z0-9]{11})(?![A-Za-z0-9])/.exec(memo)?.[1]
  if (endToEnd) line.endToEndId = endToEnd
  const taxId = /(?:^|\D)(\d{3}\.\d{3}\.\d{3}-\d{2})(?!\d)|(?:^|[^\dA-Z])([\dA-Z]{2}\.[\dA-Z]{3}\.[\dA-Z]{3}\/[\dA-Z]{4}-\d{2})(?!\d)/.exec(memo)
  const found = taxId?.[1] ?? taxId?.[2]
  if (found) line.counterpart = { ...line.counterpart, taxId: found.replaceAll(/[./-]/g, '') }
}

/** A row that only shows a balance: memo begins with SALDO (or its short forms). */
export const isBalance = (memo: string) => /^\s*(?:S\s?A\s?L\s?D\s?O|SDO|SLD)(?![A-Za-z])/i.test(memo)
export const isOpening = (memo: string) => isBalance(memo) && /ANTERIOR|INICIAL/i.test(memo)
