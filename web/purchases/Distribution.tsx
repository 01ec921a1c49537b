import type { receivedBoard } from '../../server/purchases/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { timeOf } from '../components/days.ts'
import { count } from '../components/format.ts'

type Board = AnswerOf<typeof receivedBoard>
type Company = Board['companies'][number]

/** How the fetching from the SEFAZ goes, one line a company. */
export function Distribution({ board }: { board: Board | undefined }) {
  if (!board?.companies.length) return null
  const several = board.companies.length > 1
  return (
    <ul className="distribution" aria-label="Busca na SEFAZ">
      {board.companies.map((company) => (
        <li key={company.id}>
          {several && <strong>{company.name}</strong>}
          <Fetching of={company} />
          {company.faulty > 0 && (
            <State tone="warn" word={`${count(company.faulty, 'documento não pôde', 'documentos não puderam')} ser lido${company.faulty === 1 ? '' : 's'}`} />
          )}
        </li>
      ))}
    </ul>
  )
}

function Fetching({ of }: { of: Company }) {
  if (!of.has_certificate)
    return <State tone="warn" word="sem certificado válido: as notas não chegam sozinhas" title="Instale o certificado A1 da empresa no preparo fiscal" />
  if (!of.answered_at) return of.status_text ? <State tone="warn" word={of.status_text} /> : <State tone="info" word="a primeira busca começa em um minuto" />
  const waits = of.next_at !== null && Date.parse(of.next_at) > Date.now()
  if (of.status_code === 656)
    return (
      <State
        tone="bad"
        word={`a SEFAZ pediu pausa (656); volta às ${timeOf(of.next_at!)}`}
        title="Outro programa pode estar buscando notas com este CNPJ: só um pode"
      />
    )
  if (of.status_code !== 137 && of.status_code !== 138)
    return <State tone="warn" word={`${of.status_text ?? 'a SEFAZ não respondeu'}${waits ? `; nova busca às ${timeOf(of.next_at!)}` : ''}`} />
  const behind = (of.max_nsu ?? 0) - (of.last_nsu ?? 0)
  if (behind > 0 && !waits) return <State tone="info" word={`buscando: faltam ${count(behind, 'documento', 'documentos')}`} />
  return (
    <span className="quiet">
      Em dia com a SEFAZ, vista <When at={of.answered_at} />
      {waits && `; próxima busca às ${timeOf(of.next_at!)}`}
    </span>
  )
}
