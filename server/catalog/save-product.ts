import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput } from '../platform/problem.ts'
import type { saveProductEndpoint } from './contract.ts'
import { saveProducts } from './save-products.ts'

/** Creates or edits one product. @throws 422 invalid_input: a barcode or SKU of another product, a wrong check digit, no name */
export async function saveProduct(tx: Tx, input: InputOf<typeof saveProductEndpoint>, actor: Actor): Promise<AnswerOf<typeof saveProductEndpoint>> {
  const [saved] = await saveProducts(tx, [input], actor)
  if (!saved || saved.result === 'refused' || saved.product === null) throw badInput(saved?.faults ?? [])
  return { product: saved.product, result: saved.result }
}
