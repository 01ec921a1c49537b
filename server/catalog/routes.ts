import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { addBarcode, findByCode, removeBarcode } from './barcode-of-product.ts'
import * as contract from './contract.ts'
import { saveKit } from './kit.ts'
import { readPicture, savePicture } from './picture.ts'
import { productsCsv } from './product-csv.ts'
import { productList } from './product-list.ts'
import { productPage } from './product-page.ts'
import { saveProduct } from './save-product.ts'
import { addCost, saveSupplier, supplierList } from './suppliers-and-costs.ts'

export const routes: Route[] = [
  query(contract.listProducts, productList),
  raw(contract.exportProducts, productsCsv),
  query(contract.productByCode, findByCode),
  query(contract.readProduct, productPage),
  command(contract.saveProductEndpoint, saveProduct),
  command(contract.addBarcodeEndpoint, addBarcode),
  command(contract.removeBarcodeEndpoint, removeBarcode),
  command(contract.saveKitEndpoint, saveKit),
  command(contract.addCostEndpoint, addCost),
  raw(contract.savePictureEndpoint, savePicture),
  raw(contract.readPictureEndpoint, readPicture),
  query(contract.listSuppliers, supplierList),
  command(contract.saveSupplierEndpoint, saveSupplier),
]
