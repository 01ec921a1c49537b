export { cepFault, formatCep, stateOfCep } from './cep.ts'
export type { State } from './cep.ts'
export { cnpjDigits, cpfDigits, formatDocument, parseDocument } from './documents.ts'
export type { Document } from './documents.ts'
