import { useEffect, useRef } from 'react'
import { explainLinesEndpoint, exitsOfLine, unexplainLinesEndpoint } from '../../server/reconciliation/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import type { LineExit, SettlementRow } from '../../server/reconciliation/contract.ts'
import { useAct, useRead } from '../client.ts'
import { Money } from '../components/Values.tsx'
import { money } from '../components/format.ts'
import { showUndo } from '../components/undo.tsx'
import { claimKindWord } from './words.ts'

interface Choice {
  said: LineExit
  words: string
  note?: string
  amount?: number
  claim?: number
  other?: number
}

/** What an open line may be that pays no sale, the likely first; the figures 1 to 9 choose too. */
export function LineExits({ account, row, next }: { account: number; row: SettlementRow; next: () => void }) {
  const line = row.line!
  const { data } = useRead(exitsOfLine, { line })
  const explain = useAct(explainLinesEndpoint)
  const undo = useAct(unexplainLinesEndpoint, { done: 'A linha está aberta de novo' })
  const choices = data ? choicesOf(row.charged?.net ?? 0, data) : []
  const choose = async ({ said, words, claim, other }: Choice) => {
    await explain.send({ account, lines: [line], said, ...(claim ? { claim } : {}), ...(other ? { other } : {}) })
    showUndo(words, () => undo.run({ account, lines: [line] }))
    next()
  }
  const latest = useRef({ choices, choose, busy: explain.busy })
  latest.current = { choices, choose, busy: explain.busy }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { choices: now, choose: act, busy } = latest.current
      const choice = now[Number(event.key) - 1]
      if (!choice || busy || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof HTMLElement && event.target.closest('input:not([type=checkbox]), textarea, select')) return
      event.preventDefault()
      void act(choice).catch(() => undefined)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
  if (!choices.length) return null
  return (
    <section className="stack exits" aria-label="Não paga uma venda">
      <h3>{(row.charged?.net ?? 0) < 0 ? 'O que é esta linha?' : 'Não paga uma venda?'}</h3>
      <ul className="surface candidate-list">
        {choices.map((choice, index) => (
          <li key={`${choice.said} ${choice.claim ?? choice.other ?? ''}`}>
            <button type="button" disabled={explain.busy} onClick={() => void choose(choice).catch(() => undefined)}>
              <span>
                <kbd aria-hidden>{index + 1}</kbd> {choice.words}
              </span>
              {choice.amount === undefined ? <span /> : <Money centavos={choice.amount} currency />}
              {choice.note && <small>{choice.note}</small>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function choicesOf(net: number, { claims, others, sale_cost, before_us }: AnswerOf<typeof exitsOfLine>): Choice[] {
  const superseded = others.map(({ line, file, row, net: amount, settles, same_day }): Choice & { likely: boolean } => ({
    said: 'superseded',
    words: `Corrigida pela linha ${row} de ${file}`,
    note: `${same_day ? 'mesma venda e mesmo dia' : 'mesma venda, outro dia'}${settles ? ', já conferida' : ', também aberta'}: esta sai da carteira`,
    amount,
    other: line,
    likely: same_day,
  }))
  const paid = claims.map(({ claim, kind, external_order, amount, difference }): Choice & { likely: boolean } => ({
    said: 'claim',
    words: `Paga a cobrança ${claim}${external_order ? `, pedido ${external_order}` : ''}`,
    note: `${claimKindWord(kind)}${difference === 0 ? ', o mesmo valor' : `, ${difference < 0 ? 'faltam' : 'sobram'} R$ ${money(Math.abs(difference))}`}`,
    amount,
    claim,
    likely: difference === 0,
  }))
  const old: Choice = { said: 'before_us', words: 'É de antes de usarmos o Retaguarda', note: 'vai para os saldos iniciais' }
  return [
    ...(sale_cost ? [{ said: 'sale_cost', words: 'É custo desta venda', note: 'as taxas foram maiores que o valor dela' } satisfies Choice] : []),
    ...superseded.filter(({ likely }) => likely),
    ...paid.filter(({ likely }) => likely),
    ...(before_us ? [old] : []),
    net < 0
      ? { said: 'extra_income', words: 'É custo do canal, sem venda', note: 'vai para cobrado além do combinado' }
      : { said: 'extra_income', words: 'É dinheiro a mais e fica na loja', note: 'pagamento em dobro, bônus do canal' },
    ...(before_us ? [] : [old]),
    ...superseded.filter(({ likely }) => !likely),
    ...paid.filter(({ likely }) => !likely),
  ]
}
