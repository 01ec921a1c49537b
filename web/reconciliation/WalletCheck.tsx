import type { AnswerOf } from '../../server/platform/endpoint.ts'
import type { settlementAccount } from '../../server/reconciliation/contract.ts'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { money } from '../components/format.ts'

/** The last report's closing balance beside the wallet of our books. */
export function WalletCheck({ wallet: { file, day, closing, books, difference } }: { wallet: NonNullable<AnswerOf<typeof settlementAccount>['wallet']> }) {
  return (
    <p className="wallet-check">
      <State
        tone={difference === 0 ? 'ok' : 'bad'}
        word={difference === 0 ? 'Carteira confere' : `Carteira difere em R$ ${money(Math.abs(difference))}`}
        title={file}
      />{' '}
      <span className="quiet">
        {difference === 0 ? (
          <>
            R$ {money(closing)} em <When at={day} style="date" />, como diz o relatório
          </>
        ) : (
          <>
            em <When at={day} style="date" /> o relatório diz R$ {money(closing)} e os livros R$ {money(books)}
          </>
        )}
      </span>
    </p>
  )
}
