import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { stationKinds } from '../../server/people/contract.ts'
import { Failed } from '../components/Empty.tsx'
import { AskNumber, Dialog } from './Parts.tsx'
import { ReceiveClose } from './ReceiveClose.tsx'
import { ReceiveCount } from './ReceiveCount.tsx'
import { ReceiveHome } from './ReceiveHome.tsx'
import { Carry, PickUp } from './ReceiveShelf.tsx'
import { StationFrame } from './StationFrame.tsx'
import { useReceive } from './useReceive.ts'

/** The receiving door: count what came, take it to its shelf; and bring back what cancelled orders left. */
export default function Receive() {
  const receive = useReceive()
  const { mode, receipts, page, carried, last, asked, ask, scanner } = receive
  if (receipts.error && !receipts.data) return <Failed error={receipts.error} retry={() => void receipts.refetch()} />
  const name = page ? `Recebimento ${page.reference ?? page.id}` : mode === 'back' ? 'Devolver à prateleira' : 'Recebimentos'
  return (
    <StationFrame scanner={scanner} title={stationKinds.receive} queue={name} acts={receive.acts}>
      {carried ? (
        <Carry carried={carried} />
      ) : mode === 'count' ? (
        <ReceiveCount page={page} last={last} />
      ) : mode === 'closing' ? (
        <ReceiveClose page={page} close={() => void receive.close()} busy={receive.busy} />
      ) : mode === 'away' || mode === 'back' ? (
        <PickUp receive={receive} />
      ) : (
        <ReceiveHome receive={receive} />
      )}
      <Dialog opened={asked === 'new'} close={() => ask(null)} title="Novo recebimento">
        <Reference begin={(reference) => void receive.begin(reference)} busy={receive.busy} />
      </Dialog>
      <Dialog opened={asked === 'quantity'} close={() => ask(null)} title={carried ? 'Quantas você leva agora?' : 'Quantas unidades somar?'}>
        {carried ? (
          <AskNumber label="Quantas leva" hint={`Há ${carried.most} para guardar.`} min={1} max={carried.most} confirm={receive.sayQuantity} />
        ) : (
          <AskNumber label="Unidades a somar" hint={last?.name ?? ''} min={1} max={100_000} confirm={receive.sayQuantity} />
        )}
      </Dialog>
    </StationFrame>
  )
}

/** What the paper that came with the goods says; it may be left empty. */
function Reference({ begin, busy }: { begin: (reference: string) => void; busy: boolean }) {
  const [text, setText] = useState('')
  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault()
        begin(text)
      }}
    >
      <TextInput
        data-autofocus
        label="Número da nota ou do pedido de compra"
        description="Digite ou bipe; pode ficar vazio"
        maxLength={100}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        classNames={{ input: 'station-input' }}
      />
      <Button type="submit" fullWidth loading={busy}>
        Começar a contar
      </Button>
    </form>
  )
}
