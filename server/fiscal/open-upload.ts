import { unzipSync } from 'fflate'

/** A ZIP holds at most a thousand files of 5 MB, 100 MB in all once open: a small one can hide gigabytes. */
const limits = { files: 1000, file: 5 * 1024 * 1024, all: 100 * 1024 * 1024 }

export interface Opened {
  name: string
  content: { bytes: Buffer } | { fault: string; cure: string }
}

/** The files of an upload: itself, or those of the ZIP. What is no XML inside a ZIP is answered, folders are not. */
export function openUpload(name: string, bytes: Buffer): Opened[] {
  if (!(bytes[0] === 0x50 && bytes[1] === 0x4b)) return [{ name, content: { bytes } }]
  const found: Opened[] = []
  let [count, total] = [0, 0]
  const wanted = ({ name: inner, originalSize }: { name: string; originalSize: number }): boolean => {
    if (inner.endsWith('/') || inner.includes('__MACOSX/')) return false
    const refuse = (fault: string, cure: string) => (found.push({ name: inner, content: { fault, cure } }), false)
    if (!/\.xml$/i.test(inner)) return refuse('Não é um XML', 'Deixe no ZIP só os XML das notas')
    if (++count > limits.files) return refuse(`O ZIP tem mais de ${limits.files} arquivos`, 'Divida em ZIPs menores')
    if (originalSize > limits.file) return refuse('O XML passa de 5 MB', 'Confira se é o XML de uma nota')
    total += originalSize
    return total <= limits.all || refuse('O ZIP passa de 100 MB depois de aberto', 'Divida em ZIPs menores')
  }
  try {
    // what is declared is also the room that is given: more than that is never written
    const files = unzipSync(bytes, { filter: wanted })
    for (const [inner, content] of Object.entries(files)) found.push({ name: inner, content: { bytes: Buffer.from(content) } })
  } catch {
    return [{ name, content: { fault: 'O ZIP está danificado', cure: 'Gere o ZIP de novo, sem senha' } }]
  }
  return found.length ? found : [{ name, content: { fault: 'O ZIP está vazio', cure: 'Ponha no ZIP os XML das notas' } }]
}
