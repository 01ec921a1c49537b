import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { plainWords, readInstant, short } from './formats/values.ts'
import type { Read } from './formats/values.ts'
import type { Applied, ImportKind } from './import-kinds.ts'
import type { RowFault } from './order-file.ts'

/** One carrier event as a file states it; `code` is a tracking code or an order's number. */
export interface TrackedEvent {
  code: string
  status: string
  description?: string
  at: string
}

/**
 * Files of tracking events. Channels and tracking do not know each other: whoever puts the modules together gives the
 * function that records, `importKinds.tracking = trackingKind(recordTracking)`.
 */
export function trackingKind(record: (tx: Tx, events: TrackedEvent[], actor: Actor) => Promise<Applied[]>): ImportKind {
  return {
    permission: 'tracking.write',
    fields: [
      {
        name: 'code',
        label: 'Código de rastreio',
        required: true,
        aliases: ['rastreio', 'código de rastreamento', 'objeto', 'tracking', 'número do pedido', 'pedido'],
      },
      { name: 'status', label: 'Situação', required: true, aliases: ['status', 'ocorrência', 'evento'] },
      { name: 'at', label: 'Data e hora', required: true, aliases: ['data', 'data da ocorrência', 'data do evento', 'data hora'] },
      { name: 'description', label: 'Descrição', aliases: ['detalhe', 'observação', 'descrição da ocorrência'] },
    ],
    groupBy: [],
    check(rows, mapping, { timeZone }) {
      const things: { rows: number[]; input: TrackedEvent }[] = []
      const faults: RowFault[] = []
      for (const { row, values, faults: own = [] } of rows) {
        const found: RowFault[] = own.map((fault) => ({ row, ...fault }))
        const read = (field: string, parse: (text: string) => Read<string>, needed: string) => {
          const text = values[mapping[field] ?? '']?.trim() ?? ''
          const result = text === '' ? { fault: needed } : parse(text)
          if ('value' in result) return result.value
          found.push({ row, field: mapping[field] ?? field, message: result.fault })
          return ''
        }
        const input = {
          code: read(
            'code',
            (value) => (value.length > 100 ? { fault: 'O código tem no máximo 100 letras' } : { value }),
            'Informe o código de rastreio ou o número do pedido',
          ),
          status: read('status', readStatus, 'Informe a situação, por exemplo entregue'),
          at: read('at', (value) => readInstant(value, timeZone), 'Informe a data e a hora do evento, por exemplo 21/11/2026 14:30'),
          description: (values[mapping['description'] ?? ''] ?? '').slice(0, 300),
        }
        if (found.length) faults.push(...found)
        else things.push({ rows: [row], input })
      }
      return { things, faults }
    },
    apply: record as ImportKind['apply'],
  }
}

const statuses: Record<string, string[]> = {
  picked_up: ['coletado', 'coleta realizada', 'postado', 'objeto postado'],
  in_transit: ['em transito', 'transferencia', 'em transferencia', 'saiu da unidade', 'encaminhado'],
  out_for_delivery: ['saiu para entrega', 'em rota de entrega', 'objeto saiu para entrega ao destinatario'],
  ready_for_pickup: ['aguardando retirada', 'disponivel para retirada'],
  delivered: ['entregue', 'entrega realizada', 'objeto entregue ao destinatario'],
  delivery_failed: ['tentativa de entrega', 'destinatario ausente', 'entrega nao realizada', 'nao entregue', 'falha na entrega'],
  on_hold: ['retido', 'parado', 'aguardando'],
  delayed: ['atrasado', 'atraso'],
  return_to_sender: ['devolvido', 'em devolucao', 'devolucao ao remetente', 'devolvido ao remetente'],
  lost: ['extraviado', 'extravio'],
  damaged: ['avariado', 'avaria'],
}

function readStatus(text: string): Read<string> {
  const plain = plainWords(text)
  const found = Object.entries(statuses).find(([status, words]) => words.includes(plain) || plainWords(status) === plain)
  return found
    ? { value: found[0] }
    : {
        fault: `A situação "${short(text)}" não é conhecida; use coletado, em trânsito, saiu para entrega, entregue, não entregue, devolvido, extraviado ou avariado`,
      }
}
