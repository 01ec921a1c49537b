import { code128, quietModules } from '../platform/barcode.ts'
import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { startPdf } from '../platform/pdf.ts'
import { shrink } from '../platform/typesetting.ts'
import type { placeLabels } from './contract.ts'
import { filteredPlaces } from './places.ts'

/* A4 in 3 × 8 labels of 70 × 37 mm without gaps: the common sheet (Pimaco A4367 and its like). */
const across = 3
const down = 8
const width = 70
const height = 37.125

/** One label a place, in the order of the walk: the code in big letters over its Code 128. */
export function drawPlaceLabels(codes: string[]): Buffer {
  const pdf = startPdf({ title: 'Etiquetas de endereços', deflate: true })
  for (let start = 0; start < Math.max(codes.length, 1); start += across * down) {
    const page = pdf.page(210, 297)
    codes.slice(start, start + across * down).forEach((text, index) => {
      const left = (index % across) * width
      const top = Math.floor(index / across) * height
      const title = shrink(text, 'bold', 30, 9, width - 8)
      page.text(left + width / 2, top + 14, title.text, { points: title.points, face: 'bold', align: 'center' })
      const code = code128(text)
      // half a millimetre reads from an arm's length; a long code takes what the label has
      const module = Math.min(0.5, (width - 4) / (code.modules + 2 * quietModules))
      page.bars(left + (width - code.modules * module) / 2, top + 18, 13, module, code)
    })
  }
  return pdf.finish()
}

export async function placeLabelsPdf({ app, actor, input, reply }: Call<InputOf<typeof placeLabels>>) {
  const places = await inMerchant(app.pool, actor.merchant, (tx) => filteredPlaces(tx, input), { readOnly: true })
  return reply
    .type('application/pdf')
    .header('content-disposition', 'inline; filename="enderecos.pdf"')
    .send(drawPlaceLabels(places.map(({ code }) => code)))
}
