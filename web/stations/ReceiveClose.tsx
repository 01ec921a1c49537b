import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import type { readReceipt } from '../../server/stock/contract.ts'
import { Lines } from './ReceiveCount.tsx'
import './Work.css'

/** What differs from what was expected, before the counting ends. */
export function ReceiveClose({ page, close, busy }: { page: AnswerOf<typeof readReceipt> | null; close: () => void; busy: boolean }) {
  if (!page) return null
  const different = page.lines.filter(({ difference }) => difference !== null && difference !== 0)
  const Sign = different.length ? IconAlertTriangle : IconCircleCheck
  return (
    <>
      <section className="loading" data-unloading={different.length > 0 || undefined}>
        <div>
          <p className="instruction-verb">Encerrar a contagem de {page.counted} unidades</p>
          <h1>
            <Sign size={56} stroke={1.4} aria-hidden />{' '}
            {different.length
              ? `${different.length} ${different.length === 1 ? 'diferença' : 'diferenças'}`
              : page.expected === null
                ? 'Contou tudo?'
                : 'Tudo confere'}
          </h1>
          <p className="loading-last">
            {different.length
              ? 'Conte de novo o que difere. Se estiver certo, encerre: o gestor vê a lista.'
              : 'Depois de encerrar, este recebimento não conta mais nada.'}
          </p>
        </div>
      </section>
      <Lines lines={different.length ? different : page.lines} />
      <div className="halt-acts">
        <Button variant="filled" onClick={close} loading={busy} rightSection={<kbd>Enter</kbd>}>
          {different.length ? 'Encerrar com as diferenças' : 'Encerrar a contagem'}
        </Button>
      </div>
    </>
  )
}
