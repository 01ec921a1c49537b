/** The access key of an NF-e: 44 letters that name it for ever (MOC 7.0; alphanumeric CNPJ by NT Conjunta 2025.001). */
import { randomInt } from 'node:crypto'
import { ibgeOfState } from './nota.ts'
import type { AccessKey, Nota } from './nota.ts'

export type KeyParts = {
  /** IBGE's two digits of the issuer's state. */
  ufCode: string
  /** Year and month of issue: '2611'. */
  yearMonth: string
  /** CNPJ (14) or CPF (11). */
  document: string
  series: number
  number: number
  /** tpEmis: 1 normal, 4 EPEC, 5 FS-DA, 6 SVC-AN, 7 SVC-RS. */
  emissionType: number
  /** Eight digits. */
  numericCode: string
  /** '55' when not given; '57' is a CT-e. */
  model?: string
}

export function accessKey(parts: KeyParts): AccessKey {
  const base =
    parts.ufCode +
    parts.yearMonth +
    parts.document.padStart(14, '0') +
    (parts.model ?? '55') +
    String(parts.series).padStart(3, '0') +
    String(parts.number).padStart(9, '0') +
    parts.emissionType +
    parts.numericCode
  if (!/^[0-9]{6}[0-9A-Z]{12}[0-9]{25}$/.test(base)) throw new RangeError(`these parts make no access key: ${JSON.stringify(parts)}`)
  return base + checkDigit(base)
}

/** The key of a nota, from its own fields. */
export const keyOf = (nota: Pick<Nota, 'issuer' | 'issuedAt' | 'series' | 'number' | 'numericCode' | 'emission'>): AccessKey =>
  accessKey({
    ufCode: ibgeOfState[nota.issuer.address.state],
    yearMonth: nota.issuedAt.slice(2, 4) + nota.issuedAt.slice(5, 7),
    document: nota.issuer.document,
    series: nota.series,
    number: nota.number,
    emissionType: nota.emission.type,
    numericCode: nota.numericCode,
  })

/** Whether the form and the check digit are right; capital letters only. */
export const isAccessKey = (text: string): boolean => /^[0-9]{6}[0-9A-Z]{12}[0-9]{26}$/.test(text) && checkDigit(text.slice(0, 43)) === text[43]

/** What a key says, or null when it is none. Series 920 to 969 are of issuers with CPF, whose key pads it with zeros. */
export function partsOfKey(key: string): Required<KeyParts> | null {
  if (!isAccessKey(key)) return null
  const series = Number(key.slice(22, 25))
  const document = key.slice(6, 20)
  return {
    ufCode: key.slice(0, 2),
    yearMonth: key.slice(2, 6),
    document: series >= 920 && series <= 969 ? document.slice(3) : document,
    model: key.slice(20, 22),
    series,
    number: Number(key.slice(25, 34)),
    emissionType: Number(key[34]),
    numericCode: key.slice(35, 43),
  }
}

/** NT 2019.001: sequences that would let others guess a key. */
export const isForbiddenNumericCode = (code: string, number: number): boolean =>
  /^(\d)\1{7}$/.test(code) || '0123456789012345678'.includes(code) || Number(code) === number

/** Eight random digits that the law allows beside this nota's number. Draw once and keep them with the nota. */
export function randomNumericCode(number: number): string {
  for (;;) {
    const code = String(randomInt(100_000_000)).padStart(8, '0')
    if (!isForbiddenNumericCode(code, number)) return code
  }
}

/** Weights 2 to 9 from the right; a letter is worth its ASCII code less 48. */
function checkDigit(base: string): string {
  let sum = 0
  for (let index = 42, weight = 2; index >= 0; index--, weight = weight === 9 ? 2 : weight + 1) sum += (base.charCodeAt(index) - 48) * weight
  const rest = sum % 11
  return rest < 2 ? '0' : String(11 - rest)
}
