import { Button, Modal } from '@mantine/core'
import type { Candidate, LineRow, Target } from '../../server/bank/contract.ts'
import { dateOf } from '../components/days.ts'
import { money } from '../components/format.ts'

/** What a difference is: of a payout a fee, of a payable interest or a discount. */
export const differenceWord = (payout: boolean, difference: number): string => (payout ? 'Tarifa bancária' : difference > 0 ? 'Juros e multa' : 'Desconto')

/** More than a fifth is seldom a fine: it may be another bill. */
export const isLarge = (difference: number, owed: number): boolean => Math.abs(difference) * 5 > owed

/** The amounts differ: the person sees by how much and what that becomes, and says yes with Enter. */
export function Difference({ line, candidate, close, send }: { line: LineRow; candidate: Candidate; close: () => void; send: (parts: Target[]) => void }) {
  const [part] = candidate.parts
  const difference = part?.difference ?? 0
  const payout = part?.payout !== undefined
  const paid = Math.abs(line.left)
  const owed = paid - difference
  const word = differenceWord(payout, difference)
  return (
    <Modal opened onClose={close} title="Os valores são diferentes" size="lg">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          send(candidate.parts)
        }}
      >
        <p className="quiet bank-hint">{line.memo}</p>
        <dl className="bank-sum">
          <dt>
            {candidate.title}
            {candidate.day && (
              <small className="quiet">
                {' '}
                {payout ? 'saiu' : 'vence'} em {dateOf(candidate.day)}
              </small>
            )}
          </dt>
          <dd>{money(owed)}</dd>
          <dt>{payout ? 'Chegou no banco' : 'Saiu do banco'}</dt>
          <dd>{money(paid)}</dd>
          <dt>
            <strong>{word}</strong>
          </dt>
          <dd>
            <strong>{money(Math.abs(difference))}</strong>
          </dd>
        </dl>
        {isLarge(difference, owed) && <p className="bank-over">A diferença passa de um quinto do valor: confira se é isto mesmo.</p>}
        <div className="row bank-answers">
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          {!payout && difference > 0 && (
            <Button variant="default" onClick={() => send([{ payable: part!.payable, centavos: owed }])}>
              Só {money(owed)}: o resto é outra coisa
            </Button>
          )}
          <Button type="submit" data-autofocus>
            Lançar como {word.toLowerCase()}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
