type PixKind = 'phone' | 'email' | 'tax_id' | 'random'

/** What kind of Pix key this is; null when it is none. Eleven digits are a CPF: a phone comes with +55. */
export function pixKindOf(key: string): PixKind | null {
  if (/^\+55\d{10,11}$/.test(key)) return 'phone'
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(key) && key.length <= 77) return 'email'
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key)) return 'random'
  if (/^(\d{11}|[\dA-Z]{12}\d{2})$/.test(key.replaceAll(/[./-]/g, ''))) return 'tax_id'
  return null
}
