import { z } from 'zod'
import { day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'

export { checkEan, isGtinLength } from './barcodes.ts'

export const productKinds = { simple: 'Produto', kit: 'Kit' } as const
const kind = z.enum(['simple', 'kit'])
const product = z.object({ product: id })
const millimetres = z
  .number('Informe a medida em milímetros')
  .int('Milímetros são inteiros')
  .min(1, 'A medida é no mínimo 1 mm; se não sabe, deixe em branco')
  .max(10_000, 'A medida passa de 10 metros')
const units = z
  .number('Informe quantas unidades o código vale')
  .int('Unidades são um número inteiro')
  .min(1, 'Um código vale no mínimo 1 unidade')
  .max(10_000, 'Um código vale no máximo 10.000 unidades')
const code = z
  .string('Informe o código')
  .trim()
  .regex(/^[!-~]{3,60}$/, 'O código tem de 3 a 60 letras ou números, sem espaço')
/** Reais with up to four decimals: a rate, never a stock value. */
const unitCost = z
  .number('Informe o custo de uma unidade em reais')
  .min(0, 'O custo não pode ser negativo')
  .max(99_999_999, 'O custo passa de R$ 99 milhões')
  .refine((value) => Math.abs(value * 10_000 - Math.round(value * 10_000)) < 1e-3, 'O custo tem no máximo 4 casas decimais')

/** What may be written of a product. What is left out stays as it is; null empties the field. `supplier` is the name: a new name creates it. */
export const productFields = z.object({
  name: filled(300).optional(),
  category: words(120).nullable().optional(),
  weight_g: z
    .number('Informe o peso em gramas')
    .int('Gramas são inteiros')
    .min(1, 'O peso é no mínimo 1 g; se não sabe, deixe em branco')
    .max(1_000_000, 'O peso passa de 1 tonelada')
    .nullable()
    .optional(),
  length_mm: millimetres.nullable().optional(),
  width_mm: millimetres.nullable().optional(),
  height_mm: millimetres.nullable().optional(),
  supplier: words(120).nullable().optional(),
  active: z.boolean('Informe true ou false').optional(),
  /** Added to those it has. */
  barcodes: z
    .array(z.object({ code, units: units.default(1) }))
    .max(20, 'No máximo 20 códigos por vez')
    .optional(),
  /** What one unit costs from the product's supplier since a day (default: today). */
  cost: z.object({ unit_cost: unitCost, since: day.optional() }).optional(),
})
export const sku = filled(60)
export const productInput = productFields.extend({ sku })
export type ProductInput = z.output<typeof productInput>

export const productRow = z.object({
  id: z.number(),
  sku: z.string(),
  name: z.string(),
  kind,
  category: z.string().nullable(),
  weight_g: z.number().nullable(),
  length_mm: z.number().nullable(),
  width_mm: z.number().nullable(),
  height_mm: z.number().nullable(),
  supplier: z.string().nullable(),
  active: z.boolean(),
  /** The shortest code of one unit. */
  barcode: z.string().nullable(),
  /** Units; a kit has as many as its scarcest component allows. */
  sellable: z.number(),
  reserved: z.number(),
  free: z.number(),
  has_picture: z.boolean(),
})
export type ProductRow = z.output<typeof productRow>

const flag = z.enum(['true', 'false'], 'Use true ou false').transform((text) => text === 'true')
/** `low`: what is free runs out before the supplier's lead time (7 days when unknown), at the pace of the last 28 days. */
export const productFilters = {
  q: words(100).optional(),
  kind: kind.optional(),
  supplier: id.optional(),
  active: flag.optional(),
  only: z.enum(['no_dimensions', 'no_stock', 'low']).optional(),
}
export const listProducts = endpoint('listProducts', {
  method: 'GET',
  path: '/products',
  permission: 'catalog.read',
  summary: 'Listar produtos por nome, SKU ou código de barras',
  query: z.object({ ...productFilters, ...paging }),
  answer: page(productRow),
})
export const exportProducts = endpoint('exportProducts', {
  method: 'GET',
  path: '/products.csv',
  permission: 'catalog.read',
  summary: 'Baixar os produtos do filtro em CSV',
  query: z.object(productFilters),
  file: 'text/csv',
})

export const productPage = productRow.extend({
  created_at: z.string(),
  updated_at: z.string(),
  supplier_id: z.number().nullable(),
  barcodes: z.array(z.object({ code: z.string(), units: z.number() })),
  /** Of a kit: what one of it is made of. */
  components: z.array(z.object({ product: z.number(), sku: z.string(), name: z.string(), quantity: z.number(), free: z.number() })),
  /** Kits that this product is part of. */
  part_of: z.array(z.object({ product: z.number(), sku: z.string(), name: z.string(), quantity: z.number() })),
  /** Newest first; `unit_cost` in reais. `current`: the one that counts today for its supplier. */
  costs: z.array(z.object({ supplier: z.number(), supplier_name: z.string(), since: z.string(), unit_cost: z.number(), current: z.boolean() })),
  places: z.array(z.object({ place: z.number(), code: z.string(), kind: z.string(), quantity: z.number(), allocated: z.number() })),
})
export type ProductPage = z.output<typeof productPage>
export const readProduct = endpoint('readProduct', {
  method: 'GET',
  path: '/products/:product',
  permission: 'catalog.read',
  summary: 'Ver um produto inteiro',
  params: product,
  answer: productPage,
})

export const productByCode = endpoint('productByCode', {
  method: 'GET',
  path: '/products/by-code/:code',
  permission: 'stock.read',
  summary: 'Achar um produto por EAN, DUN, código da casa ou SKU',
  params: z.object({ code: filled(60) }),
  /** `units`: how many one scan of this code is worth. */
  answer: z.object({ product: z.number(), sku: z.string(), name: z.string(), kind, units: z.number(), active: z.boolean(), has_picture: z.boolean() }),
})

export const saveProductEndpoint = endpoint('saveProduct', {
  method: 'PUT',
  path: '/products/:sku',
  permission: 'catalog.edit',
  summary: 'Criar ou alterar um produto; o que não for enviado fica como está',
  params: z.object({ sku }),
  body: productFields,
  answer: z.object({ product: z.number(), result: z.enum(['created', 'updated', 'unchanged']) }),
})
export const addBarcodeEndpoint = endpoint('addBarcode', {
  method: 'POST',
  path: '/products/:product/barcodes',
  permission: 'catalog.edit',
  summary: 'Ligar um código de barras a um produto; o de uma caixa vale N unidades',
  params: product,
  body: z.object({ code, units: units.default(1) }),
})
export const removeBarcodeEndpoint = endpoint('removeBarcode', {
  method: 'DELETE',
  path: '/products/:product/barcodes/:code',
  permission: 'catalog.edit',
  summary: 'Desligar um código de barras de um produto',
  params: product.extend({ code: filled(60) }),
})
export const saveKitEndpoint = endpoint('saveKit', {
  method: 'PUT',
  path: '/products/:product/kit',
  permission: 'catalog.edit',
  summary: 'Compor um kit; sem componentes, volta a ser um produto simples',
  params: product,
  body: z.object({
    components: z
      .array(
        z.object({
          product: z.number('Informe o produto').int().positive(),
          quantity: z
            .number('Informe a quantidade')
            .int('A quantidade é um número inteiro')
            .min(1, 'A quantidade é no mínimo 1')
            .max(1000, 'No máximo 1.000 de cada componente'),
        }),
      )
      .max(50, 'No máximo 50 componentes')
      .refine((sent) => new Set(sent.map((component) => component.product)).size === sent.length, 'Um componente aparece duas vezes; some as quantidades'),
  }),
  answer: z.object({ available: z.number() }),
})
export const addCostEndpoint = endpoint('addCost', {
  method: 'POST',
  path: '/products/:product/costs',
  permission: 'catalog.edit',
  summary: 'Registrar o custo de uma unidade num fornecedor a partir de um dia',
  params: product,
  body: z.object({ supplier: z.number('Escolha o fornecedor').int().positive(), since: day, unit_cost: unitCost }),
})
export const savePictureEndpoint = endpoint('savePicture', {
  method: 'PUT',
  path: '/products/:product/picture',
  permission: 'catalog.edit',
  summary: 'Enviar a foto de um produto: PNG, JPEG, WebP ou SVG de até 2 MB',
  params: product,
  upload: true,
  answer: z.object({ bytes: z.number() }),
})
export const readPictureEndpoint = endpoint('readPicture', {
  method: 'GET',
  path: '/products/:product/picture',
  permission: 'signed_in',
  summary: 'Foto de um produto',
  params: product,
  file: 'image/*',
})

export const listSuppliers = endpoint('listSuppliers', {
  method: 'GET',
  path: '/suppliers',
  permission: 'catalog.read',
  summary: 'Fornecedores',
  answer: z.object({
    rows: z.array(z.object({ id: z.number(), name: z.string(), cnpj: z.string().nullable(), lead_time_days: z.number().nullable(), products: z.number() })),
  }),
})
export const saveSupplierEndpoint = endpoint('saveSupplier', {
  method: 'PUT',
  path: '/suppliers',
  permission: 'catalog.edit',
  summary: 'Criar um fornecedor, ou alterar o de número `id`',
  body: z.object({
    id: z.number().int().positive().optional(),
    name: filled(120),
    cnpj: words(20).nullable().default(null),
    lead_time_days: z.number('Informe os dias').int().min(0).max(365, 'No máximo 365 dias').nullable().default(null),
  }),
  answer: z.object({ id: z.number() }),
})

/** What this module refuses, in words; `{name}` is a fact of the refusal. */
export const refusals = {
  no_such_product: 'Produto não encontrado',
  no_such_code: 'Nenhum produto tem o código {code}',
  no_such_barcode: 'Este produto não tem o código {code}',
  no_such_supplier: 'Fornecedor não encontrado',
  no_picture: 'Este produto não tem foto',
  barcode_taken: 'O código {code} já é do produto {sku}',
  code_is_a_sku: 'O código {code} já é o SKU de outro produto',
  supplier_taken: 'Já existe um fornecedor com este nome ou CNPJ',
  kit_has_stock: 'Este produto tem estoque próprio: zere antes de fazer dele um kit',
  kit_is_component: 'Este produto é componente do kit {kit}: um kit não entra em outro',
  component_is_kit: '{sku} é um kit: um kit não entra em outro',
  kit_in_open_orders: 'Há pedidos em aberto que esperam este produto ({units} un.): atenda ou cancele antes',
} as const
