import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { PaymentFile } from './formats/payment-return.ts'
import type { BankFile } from './formats/lines.ts'

/**
 * Takes in what a kept file says, in the transaction that reads it: all of it or nothing. `bankAccount` is the one that a person chose, null when nobody did.
 * @returns how many lines there were, how many were new, and whose file it turned out to be
 * @throws 409 which_bank_account (facts `words`: what the file says of its account; `bank`, `branch`, `number`, `opening`, `opened_on` to make it from) when somebody must choose; 409 file_refused (facts `faults`: Fault[]) when it is none of ours
 */
export type Taker<File> = (
  tx: Tx,
  taken: { file: number; name: string; content: File; bankAccount: number | null },
  actor: Actor,
) => Promise<{ lines: number; fresh: number; bankAccount?: number }>

/** Files of banks end in modules that this one may not know: they meet in app.ts. */
export const takers: { bank?: Taker<BankFile>; payments?: Taker<PaymentFile> } = {}
