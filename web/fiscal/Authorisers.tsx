import { Button } from '@mantine/core'
import { useState } from 'react'
import { timeOf } from '../components/days.ts'
import { count, number } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'
import { Contingency } from './Contingency.tsx'
import { authoriserName, isTest, modes } from './words.ts'
import type { Board } from './words.ts'

type Authoriser = Board['authorisers'][number]

/** Each company at its SEFAZ: whether it answers, how fast, and the way into contingency and back. */
export function Authorisers({ of }: { of: Authoriser[] }) {
  if (of.length === 0) return null
  return (
    <Section title="SEFAZ">
      <ul className="authorisers">
        {of.map((one) => (
          <Card key={`${one.company.id} ${one.authoriser}`} of={one} />
        ))}
      </ul>
    </Section>
  )
}

function Card({ of }: { of: Authoriser }) {
  const may = useMay()
  const [open, setOpen] = useState(false)
  return (
    <li className="surface">
      <header>
        <div>
          <h3>{authoriserName(of.authoriser)}</h3>
          <span className="quiet">
            {of.company.name}
            {isTest(of.company.environment) && ' · homologação'}
          </span>
        </div>
        <Health of={of} />
      </header>
      {of.stopped_until && Date.parse(of.stopped_until) > Date.now() && (
        <p className="authoriser-stop">
          Nada é transmitido até {timeOf(of.stopped_until)}
          {of.stopped_because && `: ${of.stopped_because}`}
        </p>
      )}
      {of.mode !== 'normal' && (
        <p className="authoriser-stop">
          Em {modes[of.mode]} · <When at={of.mode_since} />
        </p>
      )}
      <dl className="facts authoriser-facts">
        <dt>Resposta</dt>
        <dd>
          {of.median_ms === null ? (
            <span className="quiet">nenhuma na última hora</span>
          ) : (
            <>
              <span className="quiet">mediana</span> {seconds(of.median_ms)}
              {of.p95_ms !== null && (
                <>
                  {' · '}
                  <span className="quiet">95 % em até</span> {seconds(of.p95_ms)}
                </>
              )}
            </>
          )}
        </dd>
        <dt>Agora</dt>
        <dd>
          {number(of.queued)} na fila · {number(of.sending)} transmitindo
          {of.uncertain > 0 && ` · ${number(of.uncertain)} sem resposta`}
        </dd>
        <dt>Última hora</dt>
        <dd>
          {count(of.calls, 'chamada', 'chamadas')}
          {of.failures > 0 && `, ${count(of.failures, 'falhou', 'falharam')}`}
        </dd>
      </dl>
      {may('fiscal.manage') && (
        <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
          {of.mode === 'normal' ? 'Entrar em contingência' : 'Voltar ao normal'}
        </Button>
      )}
      {open && <Contingency of={of} close={() => setOpen(false)} />}
    </li>
  )
}

function Health({ of }: { of: Authoriser }) {
  if (of.stopped_until && Date.parse(of.stopped_until) > Date.now()) return <State tone="bad" word="parada" />
  if (of.mode !== 'normal') return <State tone="warn" word={modes[of.mode]} />
  if (of.calls > 0 && of.failures * 2 >= of.calls) return <State tone="bad" word="falhando" />
  if (of.calls > 0 && of.failures * 10 >= of.calls) return <State tone="warn" word="instável" />
  return of.calls > 0 ? <State tone="ok" word="respondendo" /> : <State tone="idle" word="sem chamadas" />
}

/** 840 ms, 2,4 s. */
export const seconds = (ms: number) => (ms < 1000 ? `${number(ms)} ms` : `${number(ms / 1000, 1)} s`)
