import type { MappingShape } from '../../server/reconciliation/contract.ts'

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()

/** A first guess of what the columns of a table are, by their names; a person corrects it. */
export function guess({ columns, sample }: { columns: string[]; sample: string[][] }, kind?: MappingShape['kind']): MappingShape {
  const named = (...patterns: RegExp[]) => {
    for (const pattern of patterns) {
      const found = columns.find((column) => pattern.test(plain(column)))
      if (found) return found
    }
    return undefined
  }
  const bank = kind === 'bank' || (kind === undefined && named(/histor|lancamento|descri/) !== undefined && named(/pedido|order/) === undefined)
  const day = named(/pagamento|pago|repasse|liquida/, /data|dia|date/)
  const cells = sample.map((row) => row[columns.indexOf(day ?? '')] ?? '').join(' ')
  const dateFormat = /\d{4}-\d{2}-\d{2}/.test(cells) ? 'yyyy-mm-dd' : 'dd/mm/yyyy'
  const given = <T extends object>(of: T) => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T
  if (bank)
    return given({
      kind: 'bank' as const,
      date: named(/data|dia|date/) ?? columns[0] ?? '',
      dateFormat,
      memo: [named(/histor|descri|lancamento/) ?? columns[1] ?? ''].filter(Boolean),
      amount: named(/^valor|amount/),
      credit: named(/credito|entrada/),
      debit: named(/debito|saida/),
      balance: named(/saldo/),
      document: named(/documento/),
    }) as MappingShape
  const fees = columns.flatMap((column) => {
    const word = plain(column)
    const found = /comiss/.test(word)
      ? 'commission'
      : /frete/.test(word)
        ? 'shipping'
        : /tarifa fixa|taxa fixa/.test(word)
          ? 'fixed'
          : /taxa|tarifa/.test(word)
            ? 'other'
            : null
    const at = columns.indexOf(column)
    const positive = !sample.some((row) => (row[at] ?? '').trim().startsWith('-'))
    return found ? [{ column, kind: found as 'commission', positive }] : []
  })
  return given({
    kind: 'settlement' as const,
    channel: 'other' as const,
    dateFormat,
    defaultKind: 'payment' as const,
    order: named(/pedido|order/),
    payment: named(/transacao|nsu|tid/),
    gross: named(/bruto|gross|valor (da venda|do pedido|total)/),
    net: named(/liquido|net|valor (do )?repasse|a receber/),
    paidOn: day,
    fees,
  }) as MappingShape
}
