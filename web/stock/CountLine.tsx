import { Button, CloseButton, NumberInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { countReceiptEndpoint } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { call, isRefusal, readAgain, useAct } from '../client.ts'
import { State } from '../components/State.tsx'
import { number } from '../components/format.ts'
import { useScanner } from '../stations/scanner.ts'

/**
 * Counts what is scanned, wherever the focus is: one after the other, however fast they come. What was not counted
 * stays in sight until somebody takes note of it. `off` while another form wants the scans.
 */
export function CountLine({ receipt, off }: { receipt: number; off: boolean }) {
  const [code, setCode] = useState('')
  const [focused, setFocused] = useState(false)
  const [times, setTimes] = useState<number | string>(1)
  const [last, setLast] = useState<AnswerOf<typeof countReceiptEndpoint> | null>(null)
  const [missed, setMissed] = useState<{ id: string; code: string; why: string }[]>([])
  const undo = useAct(countReceiptEndpoint, { done: ({ name }) => `Leitura de ${name} desfeita` })
  const scanner = useScanner(
    async (scan) => {
      const quantity = Number(times) || 1
      setTimes(1)
      try {
        setLast(await call(countReceiptEndpoint, { receipt, code: scan.code, quantity, key: scan.id }, { key: scan.id }))
        void readAgain()
        return { tone: 'ok', words: 'Contado' }
      } catch (error) {
        if (!isRefusal(error)) throw error
        setMissed((before) => [...before, { id: scan.id, code: scan.code, why: [error.title, ...error.faults.map((fault) => fault.message)].join(' · ') }])
        return { tone: 'bad', words: 'Não contado', reason: error.title }
      }
    },
    // the field itself takes whole what is scanned into it, however slowly it comes
    { off: off || focused },
  )
  return (
    <form
      className="surface count-line"
      onSubmit={(event) => {
        event.preventDefault()
        scanner.take(code, 'keyboard')
        setCode('')
      }}
    >
      <NumberInput label="Vezes" w={84} decimalScale={0} allowNegative={false} min={1} max={100_000} value={times} onChange={setTimes} />
      <TextInput
        className="grow"
        label="Bipe o produto ou a caixa"
        classNames={{ input: 'code' }}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        autoComplete="off"
        spellCheck={false}
        autoFocus
      />
      <Button type="submit" variant="default">
        Contar
      </Button>
      <p className="whole count-said" role="status">
        {last ? (
          <>
            <State tone="ok" word={`+${number(last.units)}`} /> {last.name}{' '}
            <span className="quiet">
              · {number(last.counted)}
              {last.expected === null ? ' contadas' : ` de ${number(last.expected)}`}
            </span>{' '}
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => {
                undo.run({ receipt, code: last.sku, quantity: -last.units, key: crypto.randomUUID() })
                setLast(null)
              }}
            >
              Desfazer
            </Button>
          </>
        ) : (
          <span className="quiet">A caixa fechada conta todas as suas unidades.</span>
        )}
        {scanner.waiting > 1 && <span className="quiet"> · {scanner.waiting} leituras na fila</span>}
      </p>
      {missed.map((scan) => (
        <p key={scan.id} className="whole count-said row" role="alert">
          <State tone="bad" word="Não contado" />
          <span className="code">{scan.code}</span>
          <span className="grow">{scan.why}</span>
          <CloseButton size="sm" aria-label={`Tirar o aviso de ${scan.code}`} onClick={() => setMissed((before) => before.filter((other) => other !== scan))} />
        </p>
      ))}
    </form>
  )
}
