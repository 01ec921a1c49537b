import type { NotaOnLabel } from '../../fiscal/index.ts'
import { danfeLabelHeight, danfeLabelMarks } from '../../fiscal/index.ts'
import type { DotsPerMm, Drawing } from '../../platform/drawing.ts'
import { dotsPerMm, drawPdf, drawSvg, drawZpl } from '../../platform/drawing.ts'
import { startPdf } from '../../platform/pdf.ts'
import type { Label } from './label.ts'
import { drawLabel, labelAboveNota } from './label.ts'

/* The shipping label and the DANFE Simplificado - Etiqueta of its nota on one sheet of 100 × 150 mm: one print at the bench. */

/** A box with its nota, or with none: then its label is the plain one. */
export interface LabelledBox {
  label: Label
  nota: NotaOnLabel | null
}

export const drawNotaLabel = (label: Label, nota: NotaOnLabel, resolution: DotsPerMm = dotsPerMm): Drawing => ({
  width: 100,
  height: 150,
  marks: [...labelAboveNota(label, resolution), ...danfeLabelMarks(nota, 147.7 - danfeLabelHeight, resolution)],
})

/** One page for each box, a whole wave too. */
export function notaLabelPdf(boxes: LabelledBox[], resolution: DotsPerMm = dotsPerMm): Buffer {
  const pdf = startPdf({ title: boxes.length === 1 ? `Etiqueta ${boxes[0]!.label.volumeCode}` : `${boxes.length} etiquetas` })
  for (const box of boxes) drawPdf(pdf, drawBox(box, resolution))
  return pdf.finish()
}

/** For a printer with 100 × 150 mm media, sent as it is to port 9100 (UTF-8). */
export const notaLabelZpl = (box: LabelledBox, resolution: DotsPerMm = dotsPerMm): string => drawZpl(drawBox(box, resolution), resolution)

/** For the preview on screen. */
export const notaLabelSvg = (box: LabelledBox): string => drawSvg(drawBox(box, dotsPerMm))

const drawBox = ({ label, nota }: LabelledBox, resolution: DotsPerMm): Drawing => (nota ? drawNotaLabel(label, nota, resolution) : drawLabel(label, resolution))
