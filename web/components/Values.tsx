import * as write from './format.ts'

/** Centavos as 1.234,56, aligned for a column; R$ belongs in the column's header, or `currency` for a lone figure. */
export const Money = ({ centavos, currency }: { centavos: number | null | undefined; currency?: boolean }) => (
  <span className="number">
    {centavos === null || centavos === undefined ? '' : `${centavos < 0 ? '−' : ''}${currency ? 'R$\u00a0' : ''}${write.money(Math.abs(centavos))}`}
  </span>
)
/** A whole or decimal number, aligned for a column. */
export const Count = ({ value, decimals = 0 }: { value: number | null | undefined; decimals?: number }) => (
  <span className="number">{value === null || value === undefined ? '' : write.number(value, decimals)}</span>
)
/** Minutes as 1 h 05. */
export const Duration = ({ minutes }: { minutes: number | null | undefined }) => (
  <span className="number">{minutes === null || minutes === undefined ? '' : write.minutes(minutes)}</span>
)
/** A SKU, an EAN, a key: letters to be compared one by one. */
export const Code = ({ of }: { of: string | null | undefined }) => <span className="code">{of ?? ''}</span>
/** CPF or CNPJ, whichever it is. */
export const TaxId = ({ of }: { of: string | null | undefined }) => <span className="code">{of ? write.taxId(of) : ''}</span>
export const Cep = ({ of }: { of: string | null | undefined }) => <span className="code">{of ? write.cep(of) : ''}</span>
