import { groups } from './tables/status-codes.ts'

/** What a SEFAZ's answer means to a shop: what happened, what to do, who can, where; and what the engine does by itself. */
export interface Explanation {
  code: number
  /** Portuguese, one line. */
  what: string
  /** Portuguese: the next step. */
  cure: string
  who: Who
  where: Place
  action: Action
  /** The item of the nota that the SEFAZ named, from 1. */
  item: number | null
  /** False: not in the catalogue, `what` is the SEFAZ's own text. */
  known: boolean
}

/** `wait`: nobody, the system or the SEFAZ resolves it. */
export type Who = 'shop' | 'accountant' | 'support' | 'wait'

/** The screen where it is put right. */
export type Place = 'company' | 'certificate' | 'customer' | 'address' | 'product' | 'tax_rule' | 'channel' | 'numbering' | 'none'

/**
 * authorised, cancelled, denied: the nota's fate · done: nothing more to do · wait: ask again in 15 s · consult: ask after the key ·
 * resend: the same bytes again · uncertain: as after a timeout · hold: the queue waits · stop_cnpj: nothing of this CNPJ for an hour ·
 * skip_number: another nota has the number · fix: a person corrects and issues again under the same number · bug: ours, never retried.
 */
export type Action =
  | 'authorised'
  | 'cancelled'
  | 'denied'
  | 'done'
  | 'wait'
  | 'consult'
  | 'resend'
  | 'uncertain'
  | 'hold'
  | 'stop_cnpj'
  | 'skip_number'
  | 'fix'
  | 'bug'

/** The words for a code; for one that the catalogue lacks, the SEFAZ's own reason and the most careful action. */
export function explain(code: number, xMotivo: string): Explanation {
  const item = Number(/nItem\s*[:=]?\s*(\d{1,3})/i.exec(xMotivo)?.[1]) || null
  const known = byCode.get(code)
  return known ? { ...known, item } : { ...unknown(code, xMotivo), item }
}

/** Every code that the catalogue has, ascending: for the help page and its search. */
export const knownCodes = (): number[] => [...byCode.keys()].toSorted((one, other) => one - other)

const byCode = new Map(
  groups.flatMap(({ codes, cure: usual, ...group }) =>
    Object.entries(codes).map(([code, words]) => {
      const [what, cure] = typeof words === 'string' ? [words, usual] : words
      return [Number(code), { code: Number(code), what, cure, ...group, known: true }] as const
    }),
  ),
)

function unknown(code: number, xMotivo: string): Omit<Explanation, 'item'> {
  const what =
    xMotivo
      .replace(/^\s*(\d+\s*-\s*)?rejei[cç][aã]o\s*:?\s*/i, '')
      .replaceAll(/\s*\[[^\]]*\]/g, '')
      .trim() || `A SEFAZ respondeu com o código ${code}, sem explicação`
  // codes below 200 are results, not refusals: whatever a new one means, the key tells
  if (code < 200) return { code, what, cure: 'O sistema consulta a chave da nota', who: 'wait', where: 'none', action: 'consult', known: false }
  const [, where, who] = places.find(([words]) => words.test(what)) ?? [null, 'none', 'support']
  return { code, what, cure: 'Corrija o que a SEFAZ aponta e emita de novo; na dúvida, fale com o contador', who, where, action: 'fix', known: false }
}

/** Where a reason that we do not know points to; the first that fits. */
const places: [RegExp, Place, Who][] = [
  [/certificado/i, 'certificate', 'shop'],
  [/intermediador|marketplace|pagamento|fatura|duplicata/i, 'channel', 'shop'],
  [/GTIN|cEAN|NCM|CEST|FCI/i, 'product', 'shop'],
  [/IBS|CBS|cClassTrib|ICMS|IPI|PIS|COFINS|CST|CSOSN|CFOP|al[ií]quota|tribut/i, 'tax_rule', 'accountant'],
  [/munic[ií]pio|CEP|endere[cç]o|UF d[oe] destin/i, 'address', 'shop'],
  [/destinat[aá]rio/i, 'customer', 'shop'],
  [/emitente|respons[aá]vel t[eé]cnico|CRT/i, 'company', 'accountant'],
  [/s[eé]rie|n[uú]mero da NF|numera[cç][aã]o|chave de acesso/i, 'numbering', 'support'],
]
