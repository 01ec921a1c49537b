import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { accepted, uncertain } from './port.ts'
import type { Answer, Desk, Finding, Parcel, Port } from './port.ts'

/** A file for each nota where an ERP looks for it. It appears whole or not at all: written beside, flushed, then renamed. */
export const folder: Port = {
  async consult(desk, parcel): Promise<Finding> {
    const place = placeOf(desk, parcel)
    if ('state' in place) return place
    const held = await readFile(place.file).catch(() => null)
    return held?.equals(parcel.xml) ? accepted('O arquivo está na pasta', place.name) : { state: 'absent' }
  },

  async send(desk, parcel): Promise<Answer> {
    const place = placeOf(desk, parcel)
    if ('state' in place) return place
    try {
      await mkdir(place.folder, { recursive: true })
      await putWhole(place.folder, place.file, parcel.xml)
      return accepted('Arquivo gravado', place.name)
    } catch (error) {
      return failed(error as NodeJS.ErrnoException, place.folder)
    }
  },

  async test(desk) {
    const target = folderOf(desk)
    if (typeof target !== 'string') return { passed: false, words: target.words }
    try {
      await mkdir(target, { recursive: true })
      const probe = join(target, `.teste-${randomBytes(4).toString('hex')}`)
      await putWhole(target, probe, Buffer.from('teste'))
      await rm(probe)
      return { passed: true, words: `A pasta ${target} aceita arquivos` }
    } catch (error) {
      return { passed: false, words: failed(error as NodeJS.ErrnoException, target).words }
    }
  },
}

async function putWhole(directory: string, file: string, bytes: Buffer) {
  // dotted: whoever waits for *.xml does not see it
  const draft = join(directory, `.${randomBytes(8).toString('hex')}.parte`)
  try {
    const handle = await open(draft, 'wx')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

const wait = (code: string, words: string): Extract<Answer, { state: 'wait' }> => ({ state: 'wait', code, words, everybody: true })
const failed = (error: NodeJS.ErrnoException, where: string): Answer =>
  error.code === 'ENOSPC'
    ? wait('disk_full', 'O disco da pasta está cheio')
    : error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS' || error.code === 'ENOTDIR'
      ? wait('no_access', `O servidor não pode gravar em ${where} (${error.code})`)
      : uncertain('folder_failed', `A gravação falhou: ${error.message}`)

/** Inside the outbox whatever is typed: no step up, no absolute path. */
function folderOf({ settings, outbox }: Desk): string | Extract<Answer, { state: 'wait' }> {
  const steps = String(settings['folder'])
    .split(/[/\\]+/)
    .filter(Boolean)
  if (!outbox) return wait('no_outbox', 'O servidor não tem pasta de saída. Defina RETAGUARDA_OUTBOX com o caminho dela')
  if (!steps.length || steps.some((step) => !/^[\p{L}\p{N}_ -][\p{L}\p{N}_. -]*$/u.test(step)))
    return wait('bad_folder', 'O nome da pasta aceita letras, números, hífen e ponto, sem voltar para trás; confira em Configurações, Parceiros')
  return join(outbox, ...steps)
}

function placeOf(desk: Desk, { nota, company, file }: Parcel) {
  const target = folderOf(desk)
  if (typeof target !== 'string') return target
  // AAMM of the key
  const month = `20${nota.key.slice(2, 4)}-${nota.key.slice(4, 6)}`
  const { layout } = desk.settings
  const directory = layout === 'month' ? join(target, month) : layout === 'company' ? join(target, company.cnpj, month) : target
  const name = file === 'cancel' ? `${nota.key}-cancelamento.xml` : `${nota.key}.xml`
  return { folder: directory, file: join(directory, name), name }
}
