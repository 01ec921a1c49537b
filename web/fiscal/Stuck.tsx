import { Button } from '@mantine/core'
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { count, number } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'
import { Mend } from './Mend.tsx'
import { useRetry } from './useRetry.tsx'
import { denials, handOf } from './words.ts'
import type { Board } from './words.ts'

/** Addresses of one order or product, while each of the notas has its own. */
const ofOne = /^\/(pedidos|catalogo|fiscal\/produtos)\/\d+/

type Reason = Board['rejections'][number]

/** What stands still, by reason: what is wrong, the cure, who can do it, where, and then all of them again at once. */
export function Stuck({ board }: { board: Board }) {
  return (
    <Section title="O que está parado">
      {board.rejections.length === 0 ? (
        <p className="surface padded stuck-none">
          <IconCircleCheck size={18} aria-hidden />
          Nenhuma nota precisa de alguém agora.
        </p>
      ) : (
        <ul className="stuck">
          {board.rejections.map((reason) => (
            <Row key={`${reason.code} ${reason.fault} ${reason.problem}`} of={reason} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Row({ of: { code, fault, problem, cure, who, href, notas } }: { of: Reason }) {
  const may = useMay()
  const retry = useRetry()
  const which = code !== null ? { code } : fault !== null ? { fault } : null
  const curable = code === null || !denials.includes(code)
  return (
    <li className="surface">
      <div className="stuck-what">
        <h3>{problem}</h3>
        <p>{cure}</p>
        <p className="quiet">
          Quem resolve: {handOf(who)}
          {code !== null && <> · código {code} da SEFAZ</>}
        </p>
      </div>
      <div className="stuck-acts">
        <Link
          to="/fiscal/notas"
          search={(which ?? { state: 'faulty' }) as never}
          className="stuck-count"
          aria-label={`${count(notas, 'nota parada', 'notas paradas')}: ver a lista`}
        >
          <strong>{number(notas)}</strong> {notas === 1 ? 'nota' : 'notas'}
        </Link>
        <span className="row">
          {href && <Mend href={href}>{ofOne.test(href) && notas > 1 ? 'Ir ao primeiro' : 'Ir ao campo'}</Mend>}
          {which && curable && may('fiscal.issue') && (
            <Button
              size="compact-sm"
              variant={href ? 'default' : 'filled'}
              leftSection={<IconRefresh size={15} />}
              loading={retry.busy}
              onClick={() => retry.run(which)}
            >
              Tentar de novo {notas === 1 ? 'a nota' : `as ${number(notas)}`}
            </Button>
          )}
        </span>
      </div>
      {retry.dialog}
    </li>
  )
}
