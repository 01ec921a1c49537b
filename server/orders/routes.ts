import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { cancelItems, cancelOrder } from './cancel-order.ts'
import { noteChannelStatus } from './channel-status.ts'
import { carrierList, channelList, writeCarrier, writeChannel } from './channels-and-carriers.ts'
import * as contract from './contract.ts'
import { approveOrder, changeAddress, changeDelivery, holdOrder, splitShipment, unholdOrder } from './life.ts'
import { mapSku } from './map-sku.ts'
import { ordersCsv } from './order-csv.ts'
import { orderCounts, orderList } from './order-list.ts'
import { findOrderByCode, orderPage } from './order-page.ts'
import { putBack, putBackList, receiveReturn } from './put-back.ts'
import { receiveOrders } from './receive-orders.ts'
import { skuInbox } from './sku-inbox.ts'

export const routes: Route[] = [
  command(contract.receiveOrdersEndpoint, receiveOrders),
  query(contract.listOrders, orderList),
  raw(contract.exportOrders, ordersCsv),
  query(contract.countOrders, orderCounts),
  query(contract.orderByScan, findOrderByCode),
  query(contract.readOrderPage, orderPage),
  command(contract.cancelOrderEndpoint, cancelOrder),
  command(contract.cancelItemsEndpoint, cancelItems),
  command(contract.approveOrderEndpoint, approveOrder),
  command(contract.holdOrderEndpoint, holdOrder),
  command(contract.unholdOrderEndpoint, unholdOrder),
  command(contract.changeAddressEndpoint, changeAddress),
  command(contract.changeDeliveryEndpoint, changeDelivery),
  command(contract.splitShipmentEndpoint, splitShipment),
  command(contract.confirmChannelStatus, noteChannelStatus),
  query(contract.mappingInbox, skuInbox),
  command(contract.mapSkuEndpoint, mapSku),
  query(contract.putBackQueue, putBackList),
  command(contract.putBackEndpoint, putBack),
  command(contract.receiveReturnEndpoint, receiveReturn),
  query(contract.listChannels, channelList),
  command(contract.saveChannel, writeChannel),
  query(contract.listCarriers, carrierList),
  command(contract.saveCarrier, writeCarrier),
]
