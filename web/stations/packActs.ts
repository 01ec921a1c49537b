import type { StationAct } from './StationFrame.tsx'

type Keyed = StationAct & { hint: string }

interface State {
  phase: 'halted' | 'done' | 'waiting' | 'checking' | 'closing' | 'batch' | 'empty'
  parting: boolean
  /** The open box has something in it. */
  begun: boolean
  busy: boolean
  /** The nota does not come: the screen itself tells to put the box aside. */
  problem: boolean
}
interface Doing {
  ask: (what: 'reprint' | 'unpack') => void
  report: () => void
  part: (parting: boolean) => void
  leave: () => void
  putAside: () => void
}

/** What else can be done at the bench right now, besides scanning. */
export function packActs({ phase, parting, begun, busy, problem }: State, { ask, report, part, leave, putAside }: Doing): Keyed[] {
  const act = (label: string, hint: string, run: () => void): Keyed => ({ label, hint, busy, run })
  const away = act('Deixar este pedido', 'D', leave)
  switch (phase) {
    case 'done':
      return [act('Reimprimir', 'R', () => ask('reprint')), act('Reabrir a caixa', 'B', () => ask('unpack'))]
    case 'waiting':
      return [...(problem ? [] : [act('Separar a caixa e seguir', 'S', putAside)]), act('Reabrir a caixa', 'B', () => ask('unpack'))]
    case 'checking':
      return [act('Faltou ou avariado', 'F', report), ...(begun ? [act('Fechar volume e abrir outro', 'V', () => part(true))] : []), away]
    case 'closing':
      return [...(parting ? [act('Voltar a conferir', 'V', () => part(false))] : []), away]
    case 'batch':
      return [act('Deixar este cesto', 'D', leave)]
    default:
      return []
  }
}
