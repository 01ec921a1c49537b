import { Button, CloseButton, Skeleton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconArrowBackUp, IconArrowsSplit2, IconSearch, IconWand } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { bankCandidates } from '../../server/bank/contract.ts'
import type { Candidate } from '../../server/bank/contract.ts'
import { useRead } from '../client.ts'
import { State } from '../components/State.tsx'
import { dateOf } from '../components/days.ts'
import { money, taxId } from '../components/format.ts'
import { signed } from './useReconcile.ts'
import type { Work } from './useReconcile.ts'
import { candidateKinds, lineKinds, sureness } from './words.ts'

/** What the chosen line can be, the likeliest first, each with why. */
export function Candidates({ work, may }: { work: Work; may: boolean }) {
  const { line, candidates, seeking, waiting } = work
  if (!line) return null
  return (
    <>
      <header className="bank-chosen">
        <p className="bank-chosen-amount number">{signed(line.left)}</p>
        <p className="bank-chosen-text">{line.memo}</p>
        <p className="quiet">
          {[
            dateOf(line.day),
            lineKinds[line.kind],
            line.counterpart_name,
            line.counterpart_document && taxId(line.counterpart_document),
            line.document && `documento ${line.document}`,
            line.matches.length > 0 && `já explicados ${money(Math.abs(line.amount) - Math.abs(line.left))} de ${money(Math.abs(line.amount))}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </header>
      {may && (
        <div className="bank-acts">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconSearch size={14} />}
            rightSection={<kbd aria-hidden>/</kbd>}
            onClick={() => work.seek(true)}
          >
            Procurar
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconWand size={14} />}
            rightSection={<kbd aria-hidden>f</kbd>}
            onClick={() => work.open('rule')}
          >
            Regra
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconArrowsSplit2 size={14} />}
            rightSection={<kbd aria-hidden>s</kbd>}
            onClick={() => work.open('split')}
          >
            Dividir
          </Button>
          <Button size="compact-sm" variant="default" leftSection={<IconArrowBackUp size={14} />} rightSection={<kbd aria-hidden>u</kbd>} onClick={work.undo}>
            Desfazer
          </Button>
        </div>
      )}
      {seeking ? (
        <Seek work={work} />
      ) : waiting ? (
        <Skeleton height={64} />
      ) : candidates.length ? (
        <ol className="bank-candidates" aria-label="Sugestões">
          {candidates.map((candidate, index) => (
            <Choice
              key={candidate.key}
              candidate={candidate}
              number={index + 1}
              first={index === 0 && candidate.score > 0}
              choose={() => work.choose(candidate)}
              may={may}
            />
          ))}
        </ol>
      ) : (
        <div className="bank-none">
          <p>Nada combina com esta linha.</p>
          <p className="quiet">
            {line.left < 0
              ? 'Procure a conta a pagar ou a conta do plano. Se esta tarifa volta todo mês, faça uma regra.'
              : 'Se é um repasse, envie o relatório do canal em Arquivos. Senão, procure a conta do plano.'}
          </p>
        </div>
      )}
    </>
  )
}

function Choice({
  candidate,
  number,
  first,
  choose,
  may,
  on,
}: {
  candidate: Candidate
  number: number
  first: boolean
  choose: () => void
  may: boolean
  on?: boolean
}) {
  const { title, detail, day, amount, kind, evidence, score } = candidate
  const sure = sureness(score)
  return (
    <li>
      <button type="button" className="bank-choice" data-first={first || undefined} data-on={on || undefined} disabled={!may} onClick={choose}>
        <kbd aria-hidden>{number}</kbd>
        <span className="bank-choice-text">
          <span className="bank-choice-title">{title}</span>
          <small className="quiet">{[candidateKinds[kind], detail, day && dateOf(day)].filter(Boolean).join(' · ')}</small>
          {evidence.length > 0 && (
            <small className="bank-why">
              {evidence.map(({ what, words, bits }) => (
                <span key={what} data-against={bits < 0 || undefined} title={`${bits > 0 ? '+' : '−'}${Math.abs(bits).toLocaleString('pt-BR')} bits`}>
                  {words}
                </span>
              ))}
            </small>
          )}
        </span>
        <span className="bank-choice-end">
          {amount !== null && <span className="number">{money(amount)}</span>}
          {score > 0 && <State tone={sure.tone} word={sure.word} />}
          {first && may && (
            <span className="bank-enter">
              <kbd aria-hidden>Enter</kbd>
            </span>
          )}
        </span>
      </button>
    </li>
  )
}

/** Words, a number of a document or an amount; arrows and Enter choose. */
function Seek({ work }: { work: Work }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [q] = useDebouncedValue(text.trim(), 150)
  const { data, isFetching } = useRead(bankCandidates, { line: work.line!.id, q }, { when: q.length > 0 })
  const rows = q && data ? data.rows : []
  useEffect(() => setAt(0), [q])
  const fresh = q !== '' && q === text.trim() && !isFetching
  // Enter before the answer is here: it counts when there is only one answer, for a choice that nobody saw is none
  const [early, setEarly] = useState(false)
  useEffect(() => {
    if (!early || !fresh) return
    setEarly(false)
    if (data?.rows.length === 1) work.choose(data.rows[0])
  }, [early, fresh, data, work])
  return (
    <>
      <TextInput
        autoFocus
        aria-label="Procurar o que a linha é"
        placeholder="Nome, número, valor ou conta do plano"
        leftSection={<IconSearch size={15} />}
        rightSection={<CloseButton size="sm" aria-label="Voltar às sugestões" onClick={() => work.seek(false)} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') work.seek(false)
          else if (event.key === 'ArrowDown') setAt(Math.min(at + 1, rows.length - 1))
          else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
          else if (event.key === 'Enter') {
            if (fresh) work.choose(rows[at])
            else setEarly(true)
          } else return
          event.preventDefault()
        }}
      />
      <ol className="bank-candidates" aria-label="Encontrados">
        {rows.map((candidate, index) => (
          <Choice key={candidate.key} candidate={candidate} number={index + 1} first={false} on={index === at} choose={() => work.choose(candidate)} may />
        ))}
      </ol>
      {q && fresh && rows.length === 0 && <p className="quiet bank-none">Nada com “{q}”.</p>}
    </>
  )
}
