import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { queueMonth } from './accountant.ts'
import * as contract from './contract.ts'
import { listDeliveries, retry } from './deliveries.ts'
import { downloadMonth, listMonths } from './month.ts'
import { changePartner, createPartner, listPartners, startTest } from './partners.ts'

export const routes: Route[] = [
  query(contract.partnerList, listPartners),
  command(contract.addPartner, createPartner),
  command(contract.savePartner, changePartner),
  command(contract.testPartner, startTest),
  query(contract.deliveryList, listDeliveries),
  command(contract.retryDeliveries, retry),
  query(contract.fiscalMonths, listMonths),
  raw(contract.monthZip, downloadMonth),
  command(contract.sendMonth, queueMonth),
]
