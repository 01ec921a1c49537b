/** Check digits and masks of the two Brazilian taxpayer documents: CPF of a person, CNPJ of a company. */

export type Document = { kind: 'person' | 'company'; document: string }

/**
 * Reads a CPF or CNPJ as people paste it: with or without mask, with spaces, in lower case.
 * Gives the canonical form (11 digits, or 12 letters or digits + 2 digits, upper case), or what is wrong and its cure.
 */
export function parseDocument(text: string): Document | { fault: string } {
  // the mask's own signs, every kind of space and dash, and the zero-width marks that web pages leave in a copy
  const document = text.replaceAll(/[\s./\\\-\u2010-\u2015\u2212\u200b-\u200d\ufeff]/g, '').toUpperCase()
  if (document === '') return { fault: 'Informe o CPF (11 números) ou o CNPJ (14 letras e números)' }
  const strange = /[^0-9A-Z]/.exec(document)
  if (strange) return { fault: `O documento tem o caractere "${strange[0]}", que não existe em CPF nem em CNPJ; apague-o` }
  if (document.length === 11) return parseCpf(document)
  if (document.length === 14) return parseCnpj(document)
  const lost = /^\d+$/.test(document) && (document.length === 10 || document.length === 9 || document.length === 13 || document.length === 12)
  const cure = lost ? 'se a planilha apagou os zeros da frente, formate a coluna como texto e digite de novo' : 'copie o documento inteiro'
  return { fault: `O documento tem ${document.length} caracteres; um CPF tem 11 e um CNPJ tem 14: ${cure}` }
}

function parseCpf(document: string): Document | { fault: string } {
  if (!/^\d{11}$/.test(document)) return { fault: 'O CPF só tem números; confira se uma letra entrou no lugar de um número (O e 0, I e 1)' }
  if (isRepeated(document)) return { fault: 'O CPF com todos os números iguais não existe; peça o CPF ao comprador' }
  const digits = cpfDigits(document.slice(0, 9))
  if (digits !== document.slice(9))
    return { fault: `Os dígitos verificadores do CPF ${formatDocument(document)} não conferem; há um número trocado: confira com o comprador` }
  return { kind: 'person', document }
}

function parseCnpj(document: string): Document | { fault: string } {
  if (!/^[0-9A-Z]{12}[0-9]{2}$/.test(document))
    return { fault: 'Os dois últimos caracteres do CNPJ são sempre números; confira se uma letra entrou no lugar de um número (O e 0, I e 1)' }
  if (isRepeated(document)) return { fault: 'O CNPJ com todos os números iguais não existe; peça o CNPJ à empresa' }
  const digits = cnpjDigits(document.slice(0, 12))
  if (digits !== document.slice(12))
    return { fault: `Os dígitos verificadores do CNPJ ${formatDocument(document)} não conferem; há um caractere trocado: confira com a empresa` }
  return { kind: 'company', document }
}

const isRepeated = (document: string) => /^(.)\1+$/.test(document)

/** The two check digits of a CPF's nine digits. */
export function cpfDigits(root: string): string {
  const first = remainder(root, [10, 9, 8, 7, 6, 5, 4, 3, 2])
  return `${first}${remainder(root + first, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])}`
}

/** The two check digits of a CNPJ's twelve letters or digits (IN RFB 2.229/2024: a character's value is ASCII − 48). */
export function cnpjDigits(root: string): string {
  const first = remainder(root, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
  return `${first}${remainder(root + first, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])}`
}

function remainder(text: string, weights: number[]) {
  const sum = weights.reduce((total, weight, index) => total + weight * (text.charCodeAt(index) - 48), 0)
  return sum % 11 < 2 ? 0 : 11 - (sum % 11)
}

/** With its mask: 123.456.789-09, 12.ABC.345/01DE-35. What is neither a CPF nor a CNPJ comes back as it was. */
export function formatDocument(document: string): string {
  if (/^\d{11}$/.test(document)) return document.replace(/^(...)(...)(...)(..)$/, '$1.$2.$3-$4')
  if (/^[0-9A-Z]{12}\d{2}$/.test(document)) return document.replace(/^(..)(...)(...)(....)(..)$/, '$1.$2.$3/$4-$5')
  return document
}
