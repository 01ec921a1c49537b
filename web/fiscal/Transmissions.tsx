import { IconArrowRight, IconCheck, IconHelp, IconSearch, IconX } from '@tabler/icons-react'
import type { notaPage } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { Timeline } from '../components/Timeline.tsx'
import type { Happening } from '../components/Timeline.tsx'
import { seconds } from './Authorisers.tsx'
import { authoriserName } from './words.ts'

type Nota = AnswerOf<typeof notaPage>
type Call = Nota['calls'][number]

const services: Record<string, string> = {
  NFeAutorizacao4: 'Transmissão da nota',
  NFeRetAutorizacao4: 'Consulta do recibo',
  NFeConsultaProtocolo4: 'Consulta pela chave',
  NFeRecepcaoEvento4: 'Transmissão do evento',
  NFeInutilizacao4: 'Inutilização',
  NFeStatusServico4: 'Situação do serviço',
}
/** Names of the services, whether written as the web service is or by its short name. */
const nameOfService = (service: string) =>
  services[service] ?? Object.entries(services).find(([name]) => name.toLowerCase().includes(service.toLowerCase()))?.[1] ?? service

/** Codes that say yes: authorised, event registered, number invalidated. */
const good = new Set([100, 150, 120, 101, 151, 155, 135, 136, 102, 107])

/** Every call that was made for this nota, newest first. */
export function Transmissions({ of }: { of: Nota }) {
  if (of.calls.length === 0)
    return (
      <p className="surface padded quiet">
        {of.origin === 'elsewhere' ? 'Emitida em outro sistema: nada foi transmitido daqui.' : 'Ainda não foi transmitida.'}
      </p>
    )
  const happenings: Happening[] = of.calls
    .toSorted((left, right) => right.at.localeCompare(left.at))
    .map((call, index) => ({ key: index, at: call.at, title: nameOfService(call.service), more: more(call), ...look(call) }))
  return (
    <div className="surface order-story">
      <Timeline of={happenings} label="Transmissões" />
    </div>
  )
}

const outcomes: Record<string, string> = { answered: 'respondida', not_sent: 'não saiu daqui: sem conexão', uncertain: 'saiu e a resposta não chegou' }

const more = ({ authoriser, ms, outcome, status_code }: Call) =>
  [authoriserName(authoriser), status_code !== null ? `código ${status_code}` : (outcome && outcomes[outcome]) || 'em curso', ms !== null && seconds(ms)]
    .filter(Boolean)
    .join(' · ')

function look({ outcome, status_code, service }: Call): Pick<Happening, 'icon' | 'tone'> {
  if (outcome === 'not_sent') return { icon: IconX, tone: 'warn' }
  if (outcome === 'uncertain') return { icon: IconHelp, tone: 'warn' }
  if (outcome === null || status_code === null) return { icon: IconArrowRight }
  if (good.has(status_code)) return { icon: IconCheck, tone: 'ok' }
  // "not found" and "still processing" are answers to a question, not refusals
  return /consulta/i.test(service) ? { icon: IconSearch } : { icon: IconX, tone: 'bad' }
}
