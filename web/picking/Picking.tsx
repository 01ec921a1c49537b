import { Button } from '@mantine/core'
import { IconArrowDownToArc } from '@tabler/icons-react'
import { useState } from 'react'
import { releasable, releaseEndpoint } from '../../server/picking/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { number } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { AutomaticRelease } from './AutomaticRelease.tsx'
import { Releasable } from './Releasable.tsx'
import { Result } from './Result.tsx'
import { Waves } from './Waves.tsx'

export type Outcome = AnswerOf<typeof releaseEndpoint>

/** `/separacao`: what can go down now, by truck, and how the waves on the floor stand. */
export function Picking() {
  const mayRelease = useMay()('picking.release')
  const waiting = useRead(releasable, {}, { when: mayRelease })
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const release = useAct(releaseEndpoint, { onDone: setOutcome })
  const ready = (waiting.data?.rows ?? []).filter((row) => row.carrier !== null).reduce((sum, row) => sum + row.shipments, 0)
  return (
    <Page
      title="Separação"
      action={
        mayRelease && (
          <Button leftSection={<IconArrowDownToArc size={17} />} disabled={ready === 0} loading={release.busy} onClick={() => release.run({ limit: 5000 })}>
            {ready === 0 ? 'Liberar tudo' : `Liberar tudo (${number(ready)})`}
          </Button>
        )
      }
    >
      {outcome && <Result of={outcome} close={() => setOutcome(null)} />}
      {mayRelease && (
        <Section title="Pode descer agora" action={<AutomaticRelease />}>
          <Releasable query={waiting} busy={release.busy} release={(carrier, limit) => release.run({ carrier, limit })} />
        </Section>
      )}
      <Waves />
    </Page>
  )
}
