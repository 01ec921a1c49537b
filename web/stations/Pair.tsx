import { Button, TextInput } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { pairEndpoint } from '../../server/people/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { NumberPad } from './NumberPad.tsx'
import './Station.css'

/** Once for each device: the manager makes a code of six numbers, it is typed here. `?loja=` fills the merchant. */
export function Pair({ merchant }: { merchant: string | undefined }) {
  const search = useSearch({ strict: false } as never) as { loja?: string }
  const known = search.loja ?? merchant
  const [shop, setShop] = useState(known ?? '')
  const [code, setCode] = useState('')
  const pair = useAct(pairEndpoint, { quiet: true })
  const send = () => code.length === 6 && pair.run({ merchant: shop, code })
  return (
    <main className="station station-center">
      <form
        className="station-form"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <p className="instruction-verb">Estação nova</p>
        <h1>Digite o código de pareamento</h1>
        <p className="quiet">O gestor gera o código em Configurações, Estações. Ele vale 10 minutos.</p>
        {!known && (
          <TextInput
            label="Loja"
            value={shop}
            error={faultOf(pair.refusal, 'merchant')}
            onChange={(event) => setShop(event.currentTarget.value)}
            classNames={{ input: 'station-input' }}
            autoCapitalize="none"
          />
        )}
        <TextInput
          label="Código"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          maxLength={6}
          value={code}
          error={faultOf(pair.refusal, 'code')}
          onChange={(event) => setCode(event.currentTarget.value.replaceAll(/\D/g, ''))}
          classNames={{ input: 'station-input station-digits' }}
        />
        <FormFaults refusal={pair.refusal} fields={['merchant', 'code']} />
        <NumberPad label="Código de pareamento" value={code} change={setCode} enter={send} max={6} />
        <Button type="submit" fullWidth loading={pair.busy} disabled={code.length !== 6 || !shop}>
          Parear este aparelho
        </Button>
        <Link to="/">Voltar à retaguarda</Link>
      </form>
    </main>
  )
}
