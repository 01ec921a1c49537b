import { createHash } from 'node:crypto'
import { inMerchant } from '../platform/db.ts'
import type { Call } from '../platform/http.ts'
import { badInput, notFound } from '../platform/problem.ts'

const largest = 2_000_000

/** Keeps one picture a product, told apart by its first bytes, not by its name. @throws 404 no_such_product, 413 too_large, 422 invalid_input */
export async function savePicture({ app, actor, input, request }: Call<{ product: number }>): Promise<{ bytes: number }> {
  const file = await request.file({ limits: { fileSize: largest } })
  if (!file) throw badInput([{ field: 'file', message: 'Escolha um arquivo' }])
  const bytes = await file.toBuffer()
  const type = contentType(bytes)
  if (!type) throw badInput([{ field: 'file', message: 'O arquivo não é uma imagem PNG, JPEG, WebP ou SVG' }])
  await inMerchant(app.pool, actor.merchant, async (tx) => {
    if (!(await tx.selectFrom('product').select('id').where('id', '=', input.product).executeTakeFirst())) throw notFound('no_such_product')
    const row = { content_type: type, bytes }
    await tx
      .insertInto('product_picture')
      .values({ product_id: input.product, ...row })
      .onConflict((known) => known.column('product_id').doUpdateSet(row))
      .execute()
  })
  app.live.changed(actor.merchant, 'savePicture')
  return { bytes: bytes.length }
}

function contentType(bytes: Buffer): string | null {
  if (bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png'
  if (bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return 'image/jpeg'
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp'
  const text = bytes.toString('utf8', 0, 2000)
  return /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(text) ? 'image/svg+xml' : null
}

/** An SVG is a document of strangers: opened by itself it may run nothing, load nothing and stands in an origin of its own. */
const contained = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

/** The bytes as they were sent, with an ETag; the browser asks again each time and mostly gets 304. @throws 404 no_picture */
export async function readPicture({ app, actor, input, request, reply }: Call<{ product: number }>) {
  const picture = await inMerchant(
    app.pool,
    actor.merchant,
    (tx) => tx.selectFrom('product_picture').selectAll().where('product_id', '=', input.product).executeTakeFirst(),
    { readOnly: true },
  )
  if (!picture) throw notFound('no_picture')
  const etag = `"${createHash('sha256').update(picture.bytes).digest('base64url').slice(0, 22)}"`
  reply
    .header('etag', etag)
    .header('cache-control', 'private, max-age=300')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', contained)
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.type(picture.content_type).send(picture.bytes)
}
