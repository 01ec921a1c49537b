/** One movement of a bank statement: centavos, what comes in is positive. */
export interface Movement {
  day: string
  amount: number
  memo: string
  fitid?: string
}

interface Statement {
  account: { bank: string; branch: string; number: string }
  lines: Movement[]
  from?: string
  until?: string
  /** At the end of the last day; left out: the file declares none. */
  closing?: number | null
}

/** An OFX of one or more accounts, as banks write it. */
export const ofx = (statements: Statement[]) =>
  `OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:UTF-8\nCHARSET:NONE\n\n<OFX><BANKMSGSRSV1>\n${statements.map(one).join('')}</BANKMSGSRSV1></OFX>\n`

function one({ account, lines, from, until, closing }: Statement): string {
  const days = lines.map(({ day }) => day).toSorted()
  const entries = lines.map(
    ({ day, amount, memo, fitid = '' }) => `<STMTTRN><TRNTYPE>OTHER<DTPOSTED>${bare(day)}<TRNAMT>${reais(amount)}<FITID>${fitid}<MEMO>${memo}</STMTTRN>\n`,
  )
  const first = from ?? days[0]
  const last = until ?? days.at(-1)
  return `<STMTTRNRS><STMTRS><CURDEF>BRL<BANKACCTFROM><BANKID>${account.bank}<BRANCHID>${account.branch}<ACCTID>${account.number}<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST>${first ? `<DTSTART>${bare(first)}` : ''}${last ? `<DTEND>${bare(last)}` : ''}
${entries.join('')}</BANKTRANLIST>${typeof closing === 'number' ? `<LEDGERBAL><BALAMT>${reais(closing)}${last ? `<DTASOF>${bare(last)}` : ''}</LEDGERBAL>` : ''}</STMTRS></STMTTRNRS>\n`
}

const bare = (day: string) => day.replaceAll('-', '')
const reais = (centavos: number) => (centavos / 100).toFixed(2)
