import { readAmazonSettlement, streamAmazonSettlement } from './amazon.ts'
import { readBankCsv } from './bank-csv.ts'
import { readCamt053 } from './camt053.ts'
import { readCielo } from './cielo.ts'
import { readCollection240, readCollection400 } from './cnab-return.ts'
import { readStatement240 } from './cnab-statement.ts'
import type { Expected } from './collect.ts'
import type { Detected } from './detect.ts'
import type { BankMapping, SettlementMapping } from './mapping.ts'
import { readMercadoPagoRelease, readMercadoPagoSettlement, streamMercadoPagoRelease, streamMercadoPagoSettlement } from './mercado-pago.ts'
import { readOfx } from './ofx.ts'
import { readPagarmePayables } from './pagarme.ts'
import { readPayments240 } from './payment-return.ts'
import type { PaymentFile } from './payment-return.ts'
import { readPix } from './pix.ts'
import { readRedeEefi, readRedeEevc, readRedeEevd } from './rede.ts'
import { readSettlementCsv, streamSettlementCsv } from './settlement-csv.ts'
import { readShopeeEscrow } from './shopee.ts'
import { readShopeeWallet } from './shopee-wallet.ts'
import type { BankFile, SettlementFile, SettlementStream } from './lines.ts'

export type MoneyFile = { kind: 'bank'; file: BankFile } | { kind: 'settlement'; file: SettlementFile } | { kind: 'payments'; file: PaymentFile }

/** A whole file is read in memory up to here; larger tables are streamed, anything else of that size is no honest file. */
export const wholeFileLimit = 64 * 1024 * 1024

/** Reads what `detect` found, in memory. An unknown table needs its mapping; null when there is none. */
export function readMoneyFile(
  bytes: Uint8Array,
  found: Detected,
  { expected = {}, mapping }: { expected?: Expected; mapping?: BankMapping | SettlementMapping } = {},
): MoneyFile | null {
  const bank = (file: BankFile): MoneyFile => ({ kind: 'bank', file })
  const settlement = (file: SettlementFile): MoneyFile => ({ kind: 'settlement', file })
  if (mapping) return mapping.kind === 'bank' ? bank(readBankCsv(bytes, mapping, expected.account)) : settlement(readSettlementCsv(bytes, mapping))
  switch (found.format) {
    case 'ofx':
      return bank(readOfx(bytes, expected))
    case 'camt053':
      return bank(readCamt053(bytes, expected))
    case 'pix':
      return bank(readPix(bytes))
    case 'cnab240':
      if (found.kind === 'payments') return { kind: 'payments', file: readPayments240(bytes, expected) }
      return found.kind === 'bank' ? bank(readStatement240(bytes, expected)) : settlement(readCollection240(bytes, expected))
    case 'cnab400':
      return settlement(readCollection400(bytes, expected))
    case 'mercado_pago_settlement':
      return settlement(readMercadoPagoSettlement(bytes))
    case 'mercado_pago_release':
      return settlement(readMercadoPagoRelease(bytes))
    case 'shopee_escrow':
      return settlement(readShopeeEscrow(bytes))
    case 'shopee_wallet':
      return settlement(readShopeeWallet(bytes))
    case 'amazon_settlement':
      return settlement(readAmazonSettlement(bytes))
    case 'rede_eevc':
      return settlement(readRedeEevc(bytes))
    case 'rede_eevd':
      return settlement(readRedeEevd(bytes))
    case 'rede_eefi':
      return settlement(readRedeEefi(bytes))
    case 'cielo':
      return settlement(readCielo(bytes))
    case 'pagarme':
      return settlement(readPagarmePayables(bytes))
    default:
      return null
  }
}

/** The tables that come in hundreds of megabytes, read in flat memory; null for a format that is never that large. */
export function streamMoneyFile(source: AsyncIterable<Uint8Array>, found: Detected, mapping?: SettlementMapping): SettlementStream | null {
  if (mapping) return streamSettlementCsv(source, mapping)
  if (found.format === 'mercado_pago_settlement') return streamMercadoPagoSettlement(source)
  if (found.format === 'mercado_pago_release') return streamMercadoPagoRelease(source)
  return found.format === 'amazon_settlement' ? streamAmazonSettlement(source) : null
}
