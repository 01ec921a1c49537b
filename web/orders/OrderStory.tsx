import {
  IconArrowBackUp,
  IconArrowsSplit,
  IconBan,
  IconBarcode,
  IconBox,
  IconCheck,
  IconClipboardCheck,
  IconFileCheck,
  IconFileInvoice,
  IconFileX,
  IconHandStop,
  IconHome,
  IconInbox,
  IconLink,
  IconMapPin,
  IconPackage,
  IconPlayerPlay,
  IconPrinter,
  IconShoppingCart,
  IconTruck,
  IconTruckDelivery,
  IconTruckReturn,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import type { OrderPage, TimelineEntry } from '../../server/orders/contract.ts'
import type { Tone } from '../components/State.tsx'
import { Timeline } from '../components/Timeline.tsx'

const icons: Record<string, Icon> = {
  receive: IconInbox,
  approve: IconCheck,
  hold: IconHandStop,
  unhold: IconPlayerPlay,
  map: IconLink,
  cover: IconClipboardCheck,
  change_address: IconMapPin,
  change_delivery: IconTruck,
  release: IconPlayerPlay,
  start_pick: IconShoppingCart,
  pick: IconShoppingCart,
  finish_pick: IconCheck,
  check: IconBarcode,
  pack: IconBox,
  label: IconPrinter,
  first: IconPrinter,
  require_invoice: IconFileInvoice,
  invoice: IconFileInvoice,
  authorise_invoice: IconFileCheck,
  attach_invoice: IconFileCheck,
  accept_invoice: IconFileCheck,
  reject_invoice: IconFileX,
  withdraw_invoice: IconFileX,
  cancel_invoice: IconFileX,
  load: IconPackage,
  dispatch: IconTruck,
  move_on: IconTruckDelivery,
  picked_up: IconTruck,
  in_transit: IconTruckDelivery,
  out_for_delivery: IconTruckDelivery,
  return_to_sender: IconTruckReturn,
  cancel_items: IconBan,
  give_back: IconArrowBackUp,
  put_back: IconArrowBackUp,
  split: IconArrowsSplit,
  deliver: IconHome,
  delivered: IconHome,
  turn_back: IconTruckReturn,
  receive_return: IconTruckReturn,
  cancel: IconBan,
  request_cancel: IconBan,
}
const tones: Record<string, Tone> = {
  deliver: 'ok',
  delivered: 'ok',
  hold: 'warn',
  report_short: 'warn',
  report_missing: 'warn',
  delivery_failed: 'bad',
  fail: 'bad',
  lose: 'bad',
  lost: 'bad',
  damaged: 'bad',
  cancel: 'bad',
  request_cancel: 'bad',
  cancel_items: 'warn',
  cancel_shipment: 'bad',
  turn_back: 'warn',
  give_back: 'warn',
  refused_scan: 'bad',
}

/** Everything that happened to the order, the newest first. */
export function OrderStory({ order }: { order: OrderPage }) {
  const names = new Map(order.shipments.flatMap((shipment) => shipment.lines.map((line) => [line.product, line.name])))
  const several = order.shipments.length > 1
  const entries = order.timeline.filter((entry) => !isTold(entry, order.timeline))
  return (
    <Timeline
      of={entries.toReversed().map((entry, index) => {
        const sign = icons[entry.kind === 'label' && entry.what !== 'first' ? 'label' : entry.what]
        const tone = tones[entry.what]
        return {
          key: entries.length - index,
          at: entry.at,
          title: entry.title,
          more: [several && entry.shipment !== null && `Envio ${entry.shipment}`, detailOf(entry, names), entry.who, entry.station].filter(Boolean).join(' · '),
          ...(sign ? { icon: sign } : {}),
          ...(tone ? { tone } : {}),
        }
      })}
    />
  )
}

const twinOfEvent: Record<string, TimelineEntry['kind']> = {
  pick: 'goods',
  put_back: 'goods',
  label: 'label',
  reprint: 'label',
  move_on: 'tracking',
  deliver: 'tracking',
  fail: 'tracking',
}
/** Goods that go with a whole box: the event says it once instead of once a product. */
const boxed = new Set(['pack', 'unpack', 'dispatch', 'return'])
const eventOfBox: Record<string, string> = { return: 'receive_return' }

/** Two journals tell of the same second: the one that says more stays. */
function isTold(entry: TimelineEntry, all: TimelineEntry[]) {
  const beside = (kind: TimelineEntry['kind'], what?: string) =>
    all.some(
      (other) =>
        other.kind === kind &&
        (!what || other.what === what) &&
        other.shipment === entry.shipment &&
        Math.abs(Date.parse(other.at) - Date.parse(entry.at)) < 2000,
    )
  if (entry.what === 'cancel_shipment')
    return all.some((other) => (other.what === 'cancel' || other.what === 'request_cancel') && Math.abs(Date.parse(other.at) - Date.parse(entry.at)) < 2000)
  if (entry.kind === 'goods') return boxed.has(entry.what) && beside('order', eventOfBox[entry.what] ?? entry.what)
  const twin = entry.kind === 'order' ? twinOfEvent[entry.what] : undefined
  return twin !== undefined && beside(twin, twin === 'goods' ? entry.what : undefined)
}

/** Written by the bench as a kind, not by a person. */
const reasons: Record<string, string> = { missing: 'faltou', damaged: 'avariado' }

function detailOf({ kind, what, facts }: TimelineEntry, names: Map<number, string>): string {
  const text = (name: string) => (typeof facts[name] === 'string' || typeof facts[name] === 'number' ? String(facts[name]) : '')
  if (kind === 'goods') return `${text('from')} → ${text('to')}`
  if (kind === 'label') return [text('volume'), text('printer'), text('failure') && `não saiu: ${text('failure')}`].filter(Boolean).join(' · ')
  if (kind === 'tracking') return text('description')
  const product = typeof facts['product'] === 'number' ? names.get(facts['product']) : undefined
  const parts = [
    reasons[text('reason')] ?? text('reason'),
    product && `${text('quantity') || text('units') ? `${text('quantity') || text('units')} × ` : ''}${product}`,
    text('scanned') && `leu ${text('scanned')}`,
    text('carrier') && `transportadora ${text('carrier')}`,
  ]
  if (what === 'cover' && text('units')) parts.push(`${text('units')} un.`)
  if (what === 'release') parts.push(facts['automatic'] ? 'automático' : '')
  if (what === 'change_delivery' && text('priority')) parts.push(`prioridade ${text('priority')}`)
  if (what === 'change_address' && typeof facts['from'] === 'object' && facts['from']) {
    const from = facts['from'] as Record<string, string>
    parts.push(`antes: ${[from['street'], from['number'], from['city']].filter(Boolean).join(', ')}`)
  }
  return parts.filter(Boolean).join(' · ')
}
