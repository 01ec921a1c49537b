import type { Module } from '../platform/http.ts'
import { refusals } from './contract.ts'
import { routes } from './routes.ts'

export { addBarcode, findByCode } from './barcode-of-product.ts'
export { checkEan, gtinDigit, isGtinLength } from './barcodes.ts'
export { saveKit } from './kit.ts'
export { saveProducts } from './save-products.ts'
export type { SavedProduct } from './save-products.ts'
export { addCost, saveSupplier } from './suppliers-and-costs.ts'
export const module: Module = { routes, refusals }
