import { Button, Skeleton } from '@mantine/core'
import { IconBuildingStore, IconCircleCheck, IconCircleDashed, IconAlertTriangle, IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { environments, probeEndpoint, readinessEndpoint, testNotaEndpoint } from '../../../server/fiscal-setup/contract.ts'
import type { ReadinessPoint } from '../../../server/fiscal-setup/contract.ts'
import type { AnswerOf } from '../../../server/platform/endpoint.ts'
import { useAct, useRead } from '../../client.ts'
import { Empty, Failed } from '../../components/Empty.tsx'
import { FilterChips } from '../../components/FilterChips.tsx'
import { State } from '../../components/State.tsx'
import { Progress } from '../../components/Progress.tsx'
import { useFilters } from '../../filters.ts'
import { useMay } from '../../session.ts'
import { Page } from '../../shell/Page.tsx'
import { SetupTabs } from './SetupTabs.tsx'

type Answer = AnswerOf<typeof readinessEndpoint>

/** `/fiscal/preparo`: every point between a new company and its first nota, with the way to mend each. */
export function Readiness() {
  const [filters, filter] = useFilters(readinessEndpoint)
  const { company } = filters
  const { data, error, refetch } = useRead(readinessEndpoint, company ? { company } : {})
  const missing = data?.points.filter(({ state }) => state === 'missing').length ?? 0
  return (
    <Page
      title="Pronto para emitir?"
      aside={
        data &&
        data.company !== null && (
          <State tone={data.ready ? 'ok' : 'warn'} word={data.ready ? 'Pronto' : missing === 1 ? 'Falta 1 ponto' : `Faltam ${missing} pontos`} />
        )
      }
      filters={
        <>
          <SetupTabs />
          {(data?.companies.length ?? 0) > 1 && (
            <FilterChips
              filters={{ company: String(data?.company ?? '') }}
              change={({ company: chosen }) => filter({ company: chosen })}
              of={[
                {
                  name: 'company',
                  label: 'Empresa',
                  spread: true,
                  options: (data?.companies ?? []).map(({ id, name }) => ({ value: String(id), label: name })),
                },
              ]}
            />
          )}
        </>
      }
    >
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={420} />}
      {data && data.company === null && (
        <div className="surface">
          <Empty
            icon={IconBuildingStore}
            title="Comece pela empresa que emite"
            action={
              <Button component={Link} to="/fiscal/empresas" search={{ company: 'new' } as never}>
                Cadastrar a empresa
              </Button>
            }
          >
            Depois vêm certificado, série, produtos e regras de imposto. Esta página diz a cada passo o que falta, até a nota de teste.
          </Empty>
        </div>
      )}
      {data && data.company !== null && <Checklist answer={data} company={data.company} />}
    </Page>
  )
}

function Checklist({ answer, company }: { answer: Answer; company: number }) {
  const done = answer.points.filter(({ state }) => state !== 'missing').length
  const name = answer.companies.find(({ id }) => id === company)?.name ?? ''
  // the first that is missing is the next thing to do
  const next = answer.points.find(({ state }) => state === 'missing')
  return (
    <>
      <div className="surface ready-head">
        <div>
          <p className="ready-verdict">
            {answer.ready
              ? `${name} está pronta para emitir em ${environments[answer.environment ?? 'homologation'].toLowerCase()}`
              : `Próximo passo: ${next?.title ?? ''}`}
          </p>
          <p className="quiet small">
            {answer.ready && answer.environment === 'homologation'
              ? 'Notas de homologação não têm valor fiscal. Para valer, mude o ambiente da empresa para produção.'
              : answer.ready
                ? 'As notas saem dos pedidos sozinhas, na hora escolhida em Configurações, Regras.'
                : next?.says}
          </p>
        </div>
        <Progress done={done} of={answer.points.length} what="Pontos feitos" over={answer.ready} />
      </div>
      <ol className="surface ready-points">
        {answer.points.map((point) => (
          <Point key={point.name} point={point} next={point === next} action={<ActOf point={point} answer={answer} company={company} />} />
        ))}
      </ol>
    </>
  )
}

const signs = { done: IconCircleCheck, warning: IconAlertTriangle, missing: IconCircleDashed }
const words = { done: 'Feito', warning: 'Atenção', missing: 'Falta' }

function Point({ point, next, action }: { point: ReadinessPoint; next: boolean; action: React.ReactNode }) {
  const Sign = signs[point.state]
  return (
    <li data-state={point.state} data-next={next || undefined}>
      <Sign size={20} stroke={1.8} aria-label={words[point.state]} role="img" />
      <div className="grow">
        <strong>{point.title}</strong>
        <p className={point.state === 'missing' ? 'small' : 'quiet small'}>{point.says}</p>
      </div>
      {action}
    </li>
  )
}

/** What is done here happens here; everything else leads to its field. */
function ActOf({ point, answer, company }: { point: ReadinessPoint; answer: Answer; company: number }) {
  const may = useMay()
  const probe = useAct(probeEndpoint, { done: 'Perguntando à SEFAZ; a resposta aparece aqui' })
  const test = useAct(testNotaEndpoint, {
    done: ({ faults }) => (faults.length ? `A nota de teste tem problema: ${faults[0]?.message}` : 'Nota de teste na fila; o resultado aparece aqui'),
  })
  const underWay = answer.test !== null && ['queued', 'sending', 'uncertain'].includes(answer.test.state)
  if (point.name === 'authoriser')
    return may('fiscal.manage') ? (
      <Button variant={point.state === 'missing' ? 'light' : 'default'} size="compact-md" loading={probe.busy} onClick={() => probe.run({ company })}>
        Perguntar à SEFAZ
      </Button>
    ) : null
  if (point.name === 'test')
    return (
      <span className="row">
        {answer.test && (
          <Button component={Link} to={point.href} variant="default" size="compact-md">
            Ver a nota
          </Button>
        )}
        {may('fiscal.issue') && point.state !== 'done' && (
          <Button
            size="compact-md"
            disabled={!answer.may_test || answer.environment !== 'homologation' || underWay}
            loading={test.busy}
            onClick={() => test.run({ company })}
          >
            Emitir nota de teste
          </Button>
        )}
      </span>
    )
  const [to = '', search = ''] = point.href.split('?')
  return (
    <Link
      to={to}
      search={Object.fromEntries(new URLSearchParams(search)) as never}
      className="ready-way"
      aria-label={`${point.state === 'missing' ? 'Resolver' : 'Ver'}: ${point.title}`}
    >
      {point.state === 'missing' ? 'Resolver' : 'Ver'}
      <IconChevronRight size={15} aria-hidden />
    </Link>
  )
}
