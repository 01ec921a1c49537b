import { Button } from '@mantine/core'
import { useState } from 'react'
import { count } from '../components/format.ts'
import { AskNumber, AskReason } from './Parts.tsx'

const reasons = ['Não achei na prateleira', 'Está avariado', 'Há outro produto no lugar'] as const

/** How many good units there are, then why: two questions, one at a time. */
export function PickShort({ wanted, confirm }: { wanted: number; confirm: (found: number, reason: string) => void }) {
  const [found, setFound] = useState<number | null>(wanted === 1 ? 0 : null)
  if (found === null)
    return (
      <AskNumber
        label="Quantas boas há no endereço"
        hint={`O passo pede ${count(wanted, 'unidade', 'unidades')}. Quantas boas há no endereço, com as da sua mão?`}
        start="0"
        max={wanted - 1}
        confirm={setFound}
      />
    )
  return (
    <>
      <p className="ask-hint">{found ? `Há só ${found}. O que aconteceu com o resto?` : 'O que aconteceu?'}</p>
      <AskReason reasons={reasons} choose={(reason) => confirm(found, reason)} />
      {wanted > 1 && (
        <Button variant="subtle" fullWidth mt="sm" onClick={() => setFound(null)}>
          Voltar
        </Button>
      )}
    </>
  )
}
