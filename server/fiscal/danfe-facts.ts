import { dateText, timeText } from './paper-text.ts'
import type { ReadAddress, ReadNota } from './read-nota.ts'

/** A nota with what its own XML cannot know. */
export type DanfeNota = ReadNota & {
  /** Its cancellation is registered. */
  cancelled?: boolean
  /** Number that the EPEC event got, until the nota itself is authorised. */
  epecProtocol?: string | null
}

interface Situation {
  protocolTitle: string
  protocol: string
  consultation: string[]
  /** Printed large across every sheet. */
  overlays: string[]
  /** Put before the complementary information. */
  notices: string[]
}

const denied = new Set(['110', '301', '302', '303'])

/** What the manual's fields of variable content say (Annex II, 3.9), and whether the paper is worth anything. */
export function situationOf(nota: DanfeNota): Situation {
  const { protocol, contingency, cancelled = false, epecProtocol = null } = nota
  const test = nota.environment === 'homologation'
  const since = contingency ? `Contingência desde ${dateText(contingency.since)} ${timeText(contingency.since)}: ${contingency.reason}.` : ''
  const notices = [test ? 'EMITIDA EM AMBIENTE DE HOMOLOGAÇÃO - SEM VALOR FISCAL.' : '', cancelled ? 'NF-e CANCELADA.' : '']
  const common = { consultation: portal, overlays: [...(cancelled ? ['CANCELADA'] : []), ...(test ? ['SEM VALOR FISCAL'] : [])] }
  if (protocol?.number) {
    const numbered = `${protocol.number}  ${dateText(protocol.receivedAt)} ${timeText(protocol.receivedAt)}`
    const kind = { 4: 'EPEC', 5: 'FS-DA', 6: 'SVC-AN', 7: 'SVC-RS' }[nota.emissionType]
    if (denied.has(protocol.code))
      return {
        ...common,
        protocolTitle: 'PROTOCOLO DE DENEGAÇÃO DE USO',
        protocol: numbered,
        overlays: ['DENEGADA', ...common.overlays],
        notices: said([...notices, `${protocol.code} - ${protocol.reason}`]),
      }
    return {
      ...common,
      protocolTitle: 'PROTOCOLO DE AUTORIZAÇÃO DE USO',
      protocol: numbered,
      notices: said([...notices, kind ? `Emitida em contingência ${kind}.` : '', since]),
    }
  }
  // Ajuste SINIEF 07/05, clause 11: the words of an EPEC's DANFE
  if (nota.emissionType === 4 && epecProtocol)
    return {
      ...common,
      protocolTitle: 'NÚMERO DE REGISTRO DO EPEC',
      protocol: epecProtocol,
      notices: said([...notices, 'DANFE impresso em contingência - EPEC regularmente recebido pela Receita Federal do Brasil.', since]),
    }
  return {
    ...common,
    protocolTitle: 'PROTOCOLO DE AUTORIZAÇÃO DE USO',
    protocol: 'NF-e NÃO AUTORIZADA',
    overlays: common.overlays.includes('SEM VALOR FISCAL') ? common.overlays : [...common.overlays, 'SEM VALOR FISCAL'],
    notices: said([...notices, 'NF-e sem autorização de uso: este papel não tem valor fiscal.', since]),
  }
}

const portal = ['Consulta de autenticidade no portal nacional da NF-e', 'www.nfe.fazenda.gov.br/portal ou no site da Sefaz Autorizadora']

const said = (texts: string[]) => texts.filter(Boolean)

/** Street, number and complement. */
export const address = (place: ReadAddress | null): string => [place?.street, place?.number, place?.complement].filter(Boolean).join(', ')
