import type { payableBoard } from '../../server/payables/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { count } from '../components/format.ts'

type Board = AnswerOf<typeof payableBoard>

/** What goes out by week, as a strip; a week opens its payables. The bar is its share of the heaviest one. */
export function WeekStrip({
  board,
  week,
  from,
  choose,
}: {
  board: Board
  week: string | undefined
  from: string | undefined
  choose: (filters: { week?: string | undefined; from?: string | undefined }) => void
}) {
  const after = board.weeks.at(-1)!.sunday
  const beyond = nextDay(after)
  const cells = [
    {
      key: 'overdue',
      title: 'Vencidas',
      days: 'antes de hoje',
      sum: board.overdue,
      on: week === 'overdue',
      filters: { week: 'overdue', from: undefined },
      bad: board.overdue.count > 0,
    },
    ...board.weeks.map(({ monday, sunday, ...sum }, index) => ({
      key: monday,
      title: index === 0 ? 'Esta semana' : index === 1 ? 'Próxima' : `${short(monday)} a ${short(sunday)}`,
      days:
        index === 0
          ? board.today === sunday
            ? `só hoje, ${short(sunday)}`
            : `${short(board.today)} a ${short(sunday)}`
          : index === 1
            ? `${short(monday)} a ${short(sunday)}`
            : `em ${index} semanas`,
      sum,
      on: week === monday,
      filters: { week: monday, from: undefined },
      bad: false,
    })),
    {
      key: 'later',
      title: 'Depois',
      days: `de ${short(beyond)} em diante`,
      sum: board.later,
      on: !week && from === beyond,
      filters: { week: undefined, from: beyond },
      bad: false,
    },
  ]
  const most = Math.max(1, ...cells.slice(0, -1).map(({ sum }) => sum.centavos))
  return (
    <div className="week-strip" role="group" aria-label="Vencimentos por semana">
      {cells.map(({ key, title, days, sum, on, filters, bad }) => (
        <button
          key={key}
          type="button"
          className="surface week"
          aria-pressed={on}
          data-on={on || undefined}
          data-bad={bad || undefined}
          onClick={() => choose(on ? { week: undefined, from: undefined } : filters)}
        >
          <span className="week-title">{title}</span>
          <span className="week-days">{days}</span>
          <span className="week-sum">
            <Money centavos={sum.centavos} currency />
          </span>
          <span className="week-count">{sum.count ? count(sum.count, 'conta', 'contas') : 'nada'}</span>
          <span className="week-bar" aria-hidden>
            <span style={{ width: `${key === 'later' ? 0 : Math.round((100 * sum.centavos) / most)}%` }} />
          </span>
        </button>
      ))}
    </div>
  )
}

const short = (day: string) => dateOf(day).slice(0, 5)
const nextDay = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
