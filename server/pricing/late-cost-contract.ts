import { z } from 'zod'
import { centavos, endpoint, filled, id } from '../platform/endpoint.ts'

/** What a late cost may be: the account that it leaves depends on it. */
export const lateCostWords = {
  freight: 'Frete (CT-e)',
  tax: 'Imposto da compra',
  service: 'Serviço (despachante, seguro)',
  credit: 'Crédito do fornecedor',
} as const
const what = z.enum(Object.keys(lateCostWords) as (keyof typeof lateCostWords)[], 'Escolha o que é')

const split = {
  /** Centavos: into the value of the stock, and into the cost of what was sold. */
  stock: z.number(),
  sold: z.number(),
}
export const listLateCosts = endpoint('listLateCosts', {
  method: 'GET',
  path: '/receipts/:receipt/late-costs',
  permission: 'money.read',
  summary: 'O que a mercadoria de um recebimento custou, e os custos que chegaram depois',
  params: z.object({ receipt: id }),
  answer: z.object({
    rows: z.array(
      z.object({
        id: z.number(),
        what,
        document: z.string(),
        /** Centavos; a credit is negative. */
        amount: z.number(),
        day: z.string(),
        at: z.string(),
        by: z.string().nullable(),
        undone_at: z.string().nullable(),
        ...split,
        orders: z.number(),
        products: z.array(z.string()),
      }),
    ),
    lines: z.array(z.object({ product: z.number(), sku: z.string(), name: z.string(), units: z.number(), value: z.number(), known: z.boolean() })),
  }),
})
export const addLateCost = endpoint('addLateCost', {
  method: 'POST',
  path: '/receipts/:receipt/late-costs',
  permission: 'money.pay',
  summary: 'Custo que chegou depois da mercadoria: frete, imposto, serviço ou crédito do fornecedor, repartido pelo valor dos itens',
  params: z.object({ receipt: id }),
  body: z.object({
    what,
    document: filled(60),
    /** Centavos, also of a credit above zero. */
    amount: centavos.min(1, 'Informe o valor'),
    /** Only these products bear it; none: all of the receipt. */
    products: z.array(id).max(500).default([]),
  }),
  answer: z.object({ late_cost: z.number(), ...split }),
})
export const undoLateCost = endpoint('undoLateCost', {
  method: 'POST',
  path: '/late-costs/:late_cost/undo',
  permission: 'money.pay',
  summary: 'Desfaz um custo que chegou depois, com lançamentos opostos',
  params: z.object({ late_cost: id }),
  answer: z.object(split),
})
export const lateCostRefusals = {
  receipt_without_goods: 'Nada deste recebimento entrou no estoque ainda: conte a mercadoria e lance o custo depois',
  cost_not_known: 'Falta o custo de {products}: registre-o na página do produto ou deixe esses produtos de fora',
  late_cost_known: 'O documento {document} já foi lançado neste recebimento: confira o número ou desfaça o primeiro',
  credit_without_supplier: 'Este recebimento não tem fornecedor: um crédito precisa de quem o deve',
  no_such_late_cost: 'Este custo não existe',
}
