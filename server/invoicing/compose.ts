import { stateOfCep } from '../customers/index.ts'
import { fiscalText, ibgeOf, shareOut } from '../fiscal/index.ts'
import type { Address, Emission, Issuer, ItemDraft, ItemTaxRule, Nota, NotaDraft, Payment, Recipient, StateCode } from '../fiscal/index.ts'
import type { NotaFault } from './contract.ts'
import { withOffset } from './rates.ts'
import type { LawOfTheDay } from './rates.ts'
import { productHref, resolveRule } from './resolve-rule.ts'
import type { CompanyFacts, Goods, SoldLine, ToInvoice } from './to-invoice.ts'

/** Name and version of the program in every nota (verProc). */
export const program = 'Retaguarda 0.1'

/** The buyer as the tax rules see him. */
export type Buyer = 'consumer' | 'company' | 'contributor'
export const buyerOf = (document: string | null, ie: string | null): Buyer => (ie ? 'contributor' : document?.length === 14 ? 'company' : 'consumer')

/** An item of a nota before its rule is applied: what is sold, in what quantity, for how much. */
export interface PlainItem {
  goods: Goods
  quantity: number
  /** Centavos, all units. */
  gross: number
  discount: number
}

/** A kit sold without an NCM of its own is written by what is in it, its value shared by cost. No centavo is lost. */
export function plainItems(lines: SoldLine[]): PlainItem[] {
  return lines.flatMap((line): PlainItem[] => {
    if (!line.parts) return [{ goods: line, quantity: line.units, gross: line.gross, discount: line.discount }]
    const weights = line.parts.map(({ weight }) => Math.round(weight * 10_000))
    const gross = shareOut(line.gross, weights)
    const discount = shareOut(line.discount, gross)
    return line.parts.map((part, index) => ({ goods: part, quantity: part.units, gross: gross[index] ?? 0, discount: discount[index] ?? 0 }))
  })
}

/** Items with their taxes' rules, or what is missing: goods without NCM, origin or rule are named together. */
export function draftItems(
  items: PlainItem[],
  rules: (ItemTaxRule | null)[],
  context: { company: CompanyFacts; to: string; consumer: boolean; law: LawOfTheDay; operation: string; order: string | null },
): { items: ItemDraft[]; faults: NotaFault[] } {
  const faults: NotaFault[] = []
  const drafts = items.flatMap(({ goods, quantity, gross, discount }, index) => {
    const item = index + 1
    const missing = (field: string, message: string) => faults.push({ field, item, code: 'missing_product_fact', message, href: productHref(goods) })
    if (goods.ncm === null) missing('NCM', `Falta o NCM de ${goods.sku} (${goods.name})`)
    if (goods.origin === null) missing('origem', `Falta a origem da mercadoria de ${goods.sku} (${goods.name})`)
    const stored = rules[index]
    if (!stored) {
      faults.push({
        field: 'regra de tributação',
        item,
        code: 'no_tax_rule',
        message: `Nenhuma regra confirmada serve para ${goods.sku} (grupo ${goods.tax_group}) de ${context.company.address.state ?? '?'} para ${context.to || '?'}`,
        href: '/fiscal/regras',
      })
      return []
    }
    const resolved = resolveRule(stored, goods, item, context)
    faults.push(...resolved.faults)
    return [
      {
        code: goods.sku,
        gtin: goods.gtin,
        name: fiscalText(goods.name, 120),
        ncm: goods.ncm ?? '',
        cest: goods.cest,
        exTipi: null,
        origin: (goods.origin ?? 0) as ItemDraft['origin'],
        unit: goods.unit ?? 'UN',
        quantity: String(quantity),
        unitPrice: unitPrice(gross, quantity),
        taxed: null,
        gross,
        freight: 0,
        insurance: 0,
        discount,
        other: 0,
        inTotal: true,
        order: context.order === null ? null : fiscalText(context.order, 15),
        orderItem: null,
        lots: [],
        notes: null,
        original: null,
        returnedIpi: null,
        rule: { ...resolved.rule, cBenef: resolved.rule.cBenef ?? goods.benefit_code },
      } satisfies ItemDraft,
    ]
  })
  return { items: drafts, faults }
}

/** Reais with as many of the ten decimals as it takes for quantity × price to give the gross again (rejections 629 and 630). */
function unitPrice(gross: number, quantity: number): string {
  const exact = gross / 100 / quantity
  for (const decimals of [2, 4, 6, 10]) {
    const text = exact.toFixed(decimals)
    if (Math.abs(Number(text) * quantity * 100 - gross) < 0.005) return text
  }
  return exact.toFixed(10)
}

export function issuerOf(company: CompanyFacts): Issuer {
  return {
    document: company.cnpj,
    name: fiscalText(company.legal_name, 60),
    tradeName: company.trade_name ? fiscalText(company.trade_name, 60) : null,
    ie: company.state_registration ?? '',
    stIe: null,
    im: null,
    cnae: null,
    crt: (company.crt ?? 3) as Issuer['crt'],
    address: addressOf({ ...company.address, cep: company.address.cep ?? '' }, company.phone, company.ibge),
  }
}

interface PostalAddress {
  street?: string | undefined
  number?: string | undefined
  complement?: string | undefined
  district?: string | undefined
  city?: string | undefined
  state?: string | undefined
  cep: string
}

/** What an address lacks stays empty and is named by the checks; a house without number is S/N, as the law writes it. */
export function addressOf(address: PostalAddress, phone: string | null = null, ibge: string | null = null): Address {
  const state = address.state ?? stateOfCep(address.cep) ?? ''
  const digits = (phone ?? '').replaceAll(/\D/g, '').replace(/^55(?=\d{10,11}$)/, '')
  return {
    street: fiscalText(address.street ?? '', 60),
    number: fiscalText(address.number ?? '', 60) || 'S/N',
    complement: fiscalText(address.complement ?? '', 60) || null,
    district: fiscalText(address.district ?? '', 60),
    municipality: { code: ibge ?? (address.city ? ibgeOf(address.city, state) : null) ?? '', name: fiscalText(address.city ?? '', 60) },
    state: state as StateCode,
    cep: address.cep.replaceAll(/\D/g, ''),
    phone: digits.length >= 6 && digits.length <= 14 ? digits : null,
  }
}

export function recipientOf(customer: ToInvoice['customer'], shipTo: PostalAddress): Recipient {
  return {
    document: customer.document ?? '',
    name: fiscalText(customer.name, 60),
    contributor: customer.ie ? 1 : 9,
    ie: customer.ie,
    suframa: null,
    email: customer.email && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(customer.email) && customer.email.length <= 60 ? customer.email : null,
    address: addressOf(shipTo, customer.phone),
  }
}

/** What every nota of ours has alike; the caller adds what this one is about. */
export function blankNota(company: CompanyFacts, law: LawOfTheDay, at: Date): Omit<NotaDraft, 'recipient' | 'nature' | 'reach' | 'items'> {
  return {
    environment: company.environment,
    direction: 1,
    purpose: 1,
    debitKind: null,
    creditKind: null,
    series: 0,
    number: 1,
    // series, number and code are given when everything else is right; until then any that the checks allow
    numericCode: '19283746',
    issuedAt: withOffset(at, law.zone),
    movedAt: null,
    finalConsumer: true,
    presence: 2,
    print: 1,
    emission: { type: 1 } as Emission,
    program,
    references: [],
    issuer: issuerOf(company),
    pickup: null,
    delivery: null,
    mayDownload: [],
    transport: { freightBy: 9, carrier: null, vehicle: null, volumes: [] },
    billing: null,
    payments: [],
    change: 0,
    intermediary: null,
    additional: { fisco: null, complementary: null, fields: [] },
    purchase: null,
    technicalResponsible: null,
    charges: { freight: 0, insurance: 0, discount: 0, other: 0 },
  }
}

export const reachOf = (from: string | undefined, to: string): 1 | 2 => (from === to ? 1 : 2)

/** The sale of one shipment, before taxes. */
export function saleDraft(source: ToInvoice, company: CompanyFacts, items: ItemDraft[], law: LawOfTheDay, at: Date): NotaDraft {
  const recipient = recipientOf(source.customer, source.ship_to)
  return {
    ...blankNota(company, law, at),
    nature: 'Venda de mercadoria',
    recipient,
    reach: reachOf(company.address.state, recipient.address.state),
    finalConsumer: !source.customer.ie,
    // the label of the box is the DANFE (NT 2020.004)
    print: 3,
    items,
    transport: {
      // the marketplace's freight is a third party's
      freightBy: source.carrier ? (source.carrier.marketplace ? 2 : 0) : 9,
      carrier: source.carrier
        ? { document: source.carrier.cnpj, name: fiscalText(source.carrier.name, 60), ie: null, address: null, city: null, state: null }
        : null,
      vehicle: null,
      volumes:
        source.volumes.count > 0
          ? [{ quantity: source.volumes.count, kind: 'CAIXA', brand: null, numbering: null, netGrams: null, grossGrams: source.volumes.weight_g }]
          : [],
    },
    intermediary: source.intermediary,
    additional: { fisco: null, complementary: fiscalText(`Pedido ${source.external_id} (${source.channel})`, 500), fields: [] },
    charges: { freight: source.charges.freight, insurance: 0, discount: 0, other: source.charges.other },
  }
}

/** tPag by the channels' usual words; what is not known is "outros", said in full. */
const paymentKinds: [RegExp, string][] = [
  [/pix/i, '17'],
  [/credit|cr[eé]dito/i, '03'],
  [/debit|d[eé]bito/i, '04'],
  [/boleto|ticket/i, '15'],
  [/dinheiro|cash|money$/i, '01'],
  [/transfer|ted|doc/i, '18'],
  [/voucher|vale|gift/i, '12'],
]

/** How the buyer paid, brought to the nota's total: channels tell payments before coupons and with freight of other boxes. */
export function paymentsOf(source: Pick<ToInvoice, 'payments' | 'channel'>, total: number): Payment[] {
  const paid = source.payments.filter(({ amount }) => amount > 0)
  if (total === 0) return [payment('90', null, 0)]
  if (!paid.length) return [payment('99', fiscalText(`Recebido por ${source.channel}`, 60), total)]
  const shares = shareOut(
    total,
    paid.map(({ amount }) => amount),
  )
  return paid.flatMap(({ method }, index) => {
    const amount = shares[index] ?? 0
    if (!amount) return []
    const kind = paymentKinds.find(([words]) => words.test(method))?.[1] ?? '99'
    return [payment(kind, kind === '99' ? fiscalText(method, 60) || 'Outros' : null, amount)]
  })
}

export function payment(kind: string, description: string | null, amount: number): Payment {
  const card =
    kind === '03' || kind === '04' ? { integrated: false, institution: null, brand: null, authorisation: null, receiver: null, terminal: null } : null
  return { kind, description, timing: kind === '90' ? null : 0, amount, paidOn: null, card }
}

/** Where our own checks' faults are mended, by the field they name. */
export function hrefOf(field: string, order: number | null): string | null {
  if (field.startsWith('issuer')) return '/fiscal/empresas'
  if (/^recipient|^delivery/.test(field)) return order === null ? null : `/pedidos/${order}`
  if (/^items.*(ncm|cest|gtin|origin|unit|name|code)/i.test(field)) return '/fiscal/produtos'
  if (/^items|cfop|icms|ibs|pis|cofins/i.test(field)) return '/fiscal/regras'
  if (field.startsWith('intermediary')) return '/configuracoes/canais'
  return null
}

export const withHref = (fault: { field: string; item: number | null; message: string; code: string }, order: number | null): NotaFault => ({
  ...fault,
  href: hrefOf(fault.field, order),
})
export type { Nota }
