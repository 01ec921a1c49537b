import { Alert, Progress } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { importStates, readImport } from '../../server/channels/contract.ts'
import type { ImportPage as Import } from '../../server/channels/contract.ts'
import { useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { number } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { Page } from '../shell/Page.tsx'
import { ImportColumns } from './ImportColumns.tsx'
import { importTones, kinds } from './ImportList.tsx'
import { ImportRows } from './ImportRows.tsx'
import './imports.css'

/** One file on its way in. All of it stands in the server: the tab may be closed at any step and opened again here. */
export function ImportPage() {
  const { import: id } = useParams({ strict: false }) as { import: string }
  const { data, error, refetch } = useRead(readImport, { import: Number(id) }, { keepPrevious: false })
  const back = { to: '/importar', label: 'Importar' }
  if (!data)
    return (
      <Page title="Importação" back={back}>
        {error && <Failed error={error} retry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page title={data.name} back={back} aside={<State tone={importTones[data.state]} word={importStates[data.state]} />}>
      <p className="import-under quiet">
        {kinds[data.kind].title} · {data.format.toUpperCase()} · {number(data.counts.total)} linhas · enviado <When at={data.created_at} />
        {data.created_by && ` por ${data.created_by}`}
      </p>
      <Steps of={data} />
      {data.notices.length > 0 && (
        <Alert className="import-notice" icon={<IconInfoCircle size={18} />} title="Como o arquivo foi lido">
          <ul>
            {data.notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </Alert>
      )}
      <Now of={data} />
    </Page>
  )
}

const order = ['reading', 'mapping', 'checking', 'checked', 'importing', 'done'] as const
const steps = [
  { title: 'Ler o arquivo', until: 'mapping' },
  { title: 'Ligar as colunas', until: 'checking' },
  { title: 'Conferir as linhas', until: 'checked' },
  { title: 'Importar', until: 'done' },
] as const

function Steps({ of }: { of: Import }) {
  const at = order.indexOf(of.state as (typeof order)[number])
  const now = of.state === 'checked' ? 3 : steps.findIndex(({ until }) => at < order.indexOf(until))
  if (of.state === 'failed') return null
  return (
    <ol className="import-steps" aria-label="Passos da importação">
      {steps.map(({ title }, index) => (
        <li
          key={title}
          data-state={of.state === 'done' || index < now ? 'done' : index === now ? 'now' : 'next'}
          aria-current={index === now ? 'step' : undefined}
        >
          {title}
        </li>
      ))}
    </ol>
  )
}

function Now({ of }: { of: Import }) {
  const { counts, state } = of
  if (state === 'failed')
    return (
      <div className="surface" role="alert">
        <Empty title="O arquivo não pôde ser lido">{of.failure}</Empty>
      </div>
    )
  if (state === 'reading') return <Working title="Lendo o arquivo" done={0} of={0} />
  if (state === 'mapping') return <ImportColumns of={of} />
  if (state === 'checking') return <Working title="Conferindo as linhas" done={counts.total - counts.new} of={counts.total} />
  if (state === 'importing')
    return <Working title="Importando" done={counts.imported + counts.unchanged} of={counts.imported + counts.unchanged + counts.good} />
  return <ImportRows of={of} />
}

/** Counts move as the server works; the page may be left meanwhile. */
function Working({ title, done, of }: { title: string; done: number; of: number }) {
  return (
    <div className="surface working" role="status">
      <p>
        <strong>{title}</strong>
        {of > 0 && (
          <span className="number">
            {number(done)} de {number(of)}
          </span>
        )}
      </p>
      <Progress value={of ? (done / of) * 100 : 100} animated={of === 0} aria-label={title} />
      <p className="quiet">Pode fechar esta página: o trabalho segue no servidor e o resultado fica aqui.</p>
    </div>
  )
}
