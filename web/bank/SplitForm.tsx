import { Button, Modal, NumberInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { LineRow, Target } from '../../server/bank/contract.ts'
import { money } from '../components/format.ts'
import { LedgerSelect } from './LedgerSelect.tsx'

/** One line that is several things: parts put to accounts; what is left stays open and can be anything. */
export function SplitForm({ line, close, send }: { line: LineRow; close: () => void; send: (parts: Target[]) => void }) {
  const whole = Math.abs(line.left)
  const [parts, setParts] = useState([{ key: 1, ledger: '', centavos: 0 }])
  const sum = parts.reduce((total, { centavos }) => total + centavos, 0)
  const rest = whole - sum
  const ready = rest >= 0 && parts.every(({ ledger, centavos }) => ledger && centavos > 0)
  const set = (key: number, change: object) => setParts((before) => before.map((part) => (part.key === key ? { ...part, ...change } : part)))
  return (
    <Modal opened onClose={close} title={`Dividir ${money(whole)}`} size="lg">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) send(parts.map(({ ledger, centavos }) => ({ ledger, centavos })))
        }}
      >
        <p className="quiet bank-hint">{line.memo}</p>
        {parts.map((part, index) => (
          <div key={part.key} className="bank-part">
            <NumberInput
              label="R$"
              aria-label={`Valor da parte ${index + 1} em reais`}
              decimalScale={2}
              fixedDecimalScale
              allowNegative={false}
              value={part.centavos ? part.centavos / 100 : ''}
              onChange={(value) => set(part.key, { centavos: Math.round(Number(value) * 100) || 0 })}
              {...(index === 0 ? { 'data-autofocus': true } : {})}
            />
            <LedgerSelect label="É" value={part.ledger} change={(ledger) => set(part.key, { ledger })} />
            {parts.length > 1 && (
              <Button
                variant="subtle"
                aria-label={`Tirar a parte ${index + 1}`}
                onClick={() => setParts((before) => before.filter(({ key }) => key !== part.key))}
              >
                <IconTrash size={16} />
              </Button>
            )}
          </div>
        ))}
        <div className="row" style={{ justifyContent: 'space-between' }}>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => setParts((before) => [...before, { key: Math.max(...before.map(({ key }) => key)) + 1, ledger: '', centavos: Math.max(0, rest) }])}
          >
            Outra parte
          </Button>
          <span aria-live="polite">
            {rest < 0 ? (
              <strong className="bank-over">passa {money(-rest)}</strong>
            ) : rest === 0 ? (
              'a linha inteira'
            ) : (
              `${money(rest)} ficam abertos para outra ligação`
            )}
          </span>
        </div>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" disabled={!ready}>
            Dividir
          </Button>
        </div>
      </form>
    </Modal>
  )
}
