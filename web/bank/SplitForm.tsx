import { Button, Modal, NumberInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { Candidate, LineRow, Target } from '../../server/bank/contract.ts'
import { money } from '../components/format.ts'
import { differenceWord, isLarge } from './Difference.tsx'
import { NewLedger } from './LedgerSelect.tsx'
import { TargetSelect } from './TargetSelect.tsx'

interface Part {
  key: number
  what: Candidate | null
  centavos: number
  /** The person typed the amount: choosing something else leaves it. */
  typed: boolean
}
const empty = (key: number): Part => ({ key, what: null, centavos: 0, typed: false })
/** What the part is beyond what it should be; nothing to say of an account. */
const beyond = ({ what, centavos }: Part) => (what === null || what.amount === null ? 0 : centavos - what.amount)

/** One line that is several things: payables, withdrawals and accounts, which add up to it. Enter goes on to the next part, and the last one divides. */
export function SplitForm({ line, close, send }: { line: LineRow; close: () => void; send: (parts: Target[]) => void }) {
  const whole = Math.abs(line.left)
  const [parts, setParts] = useState([empty(1)])
  const [making, setMaking] = useState(false)
  const rest = whole - parts.reduce((total, { centavos }) => total + centavos, 0)
  const complete = parts.every((part) => part.what && part.centavos > 0 && !(part.what.kind === 'payout' && beyond(part) > 0))
  const ready = complete && rest === 0
  const set = (key: number, change: Partial<Part>) => setParts((before) => before.map((part) => (part.key === key ? { ...part, ...change } : part)))
  /** What is known of it is its amount, also when it is more than is left: less would be a discount that nobody gave. An account takes what is left. */
  const choose = ({ key, typed, centavos }: Part, what: Candidate | null) => {
    const free = Math.max(0, rest + centavos)
    set(key, { what, ...(typed || what === null ? {} : { centavos: what.amount ?? free }) })
  }
  const more = () => setParts((before) => [...before, empty(Math.max(...before.map(({ key }) => key)) + 1)])
  return (
    <Modal opened onClose={close} title={`Dividir ${money(whole)}`} size="xl">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) send(parts.map(targetOf))
          else if (complete && rest > 0) more()
        }}
      >
        <p className="quiet bank-hint">{line.memo}</p>
        {parts.map((part, index) => (
          <div key={part.key} className="bank-part">
            <TargetSelect
              line={line.id}
              label={`Parte ${index + 1}`}
              value={part.what}
              choose={(what) => choose(part, what)}
              taken={parts.flatMap(({ key, what }) => (what && key !== part.key ? [what.key] : []))}
              focus={index === parts.length - 1}
            />
            <NumberInput
              label="R$"
              aria-label={`Valor da parte ${index + 1} em reais`}
              decimalScale={2}
              fixedDecimalScale
              hideControls
              allowNegative={false}
              value={part.centavos ? part.centavos / 100 : ''}
              onChange={(value) => {
                const centavos = Math.round(Number(value) * 100) || 0
                if (centavos !== part.centavos) set(part.key, { centavos, typed: true })
              }}
            />
            {parts.length > 1 && (
              <Button
                variant="subtle"
                aria-label={`Tirar a parte ${index + 1}`}
                onClick={() => setParts((before) => before.filter(({ key }) => key !== part.key))}
              >
                <IconTrash size={16} />
              </Button>
            )}
            <Beyond part={part} />
          </div>
        ))}
        <div className="row" style={{ justifyContent: 'space-between' }}>
          <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => setMaking(true)}>
            Nova conta do plano
          </Button>
          <span aria-live="polite">
            {rest < 0 ? (
              <strong className="bank-over">passa {money(-rest)}</strong>
            ) : rest === 0 ? (
              'a linha inteira'
            ) : (
              <>
                faltam <strong>{money(rest)}</strong>
              </>
            )}
          </span>
        </div>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" disabled={!complete || rest < 0}>
            {complete && rest > 0 ? 'Outra parte' : 'Dividir'}
          </Button>
        </div>
      </form>
      {making && (
        <NewLedger
          close={() => setMaking(false)}
          made={({ code, name }) => {
            const target = parts.find(({ what }) => what === null) ?? parts.at(-1)!
            choose(target, {
              key: `ledger:${code}`,
              kind: 'ledger',
              title: name,
              detail: '',
              day: null,
              amount: null,
              evidence: [],
              score: 0,
              parts: [{ ledger: code }],
            })
            setMaking(false)
          }}
        />
      )}
    </Modal>
  )
}

/** What was chosen of a part, without what the search had meant for the whole line. */
function targetOf(part: Part): Target {
  const [{ payout, payable, ledger }] = part.what!.parts as [Target]
  const difference = beyond(part)
  return {
    ...(payout === undefined ? {} : { payout }),
    ...(payable === undefined ? {} : { payable }),
    ...(ledger === undefined ? {} : { ledger }),
    centavos: part.centavos,
    ...(difference ? { difference } : {}),
  }
}

function Beyond({ part }: { part: Part }) {
  const difference = beyond(part)
  if (!part.what || !part.centavos || !difference) return null
  const payout = part.what.kind === 'payout'
  if (payout && difference > 0) return <p className="bank-beyond bank-over">O saque foi de {money(part.what.amount!)}: a parte não pode ser mais</p>
  return (
    <p className="bank-beyond">
      {money(part.what.amount!)} no total, {difference > 0 ? 'mais' : 'menos'} <strong>{money(Math.abs(difference))}</strong>:{' '}
      {differenceWord(payout, difference).toLowerCase()}
      {isLarge(difference, part.what.amount!) && '. É muito: confira'}
    </p>
  )
}
