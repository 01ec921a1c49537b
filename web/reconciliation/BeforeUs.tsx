import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { countBeforeUs, explainBeforeUsEndpoint, undoBeforeUsEndpoint } from '../../server/reconciliation/contract.ts'
import { useAct, useRead } from '../client.ts'
import { count, money } from '../components/format.ts'
import { showUndo } from '../components/undo.tsx'

/** All payments of unknown orders that were sold before a day, said at once to be older than our books. */
export function BeforeUs({ account, opened, close }: { account: number; opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="De antes de usarmos o Retaguarda">
      <Inside account={account} close={close} />
    </Modal>
  )
}

function Inside({ account, close }: { account: number; close: () => void }) {
  const [typed, type] = useState<string | null>(null)
  const { data } = useRead(countBeforeUs, { account, ...(typed ? { before: typed } : {}) })
  const act = useAct(explainBeforeUsEndpoint)
  const undo = useAct(undoBeforeUsEndpoint)
  const before = typed ?? data?.before ?? ''
  const run = async () => {
    const batches: number[] = []
    let total = 0
    // a very long list goes in several parts
    for (let left = 1; left > 0;) {
      const answer = await act.send({ account, before })
      batches.push(answer.batch)
      total += answer.explained
      left = answer.left
    }
    showUndo(`${count(total, 'linha explicada', 'linhas explicadas')}`, () => {
      for (const batch of batches) undo.run({ account, batch })
    })
    close()
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void run().catch(() => undefined)
      }}
    >
      <p>
        O canal pagou vendas que não estão aqui porque são mais velhas que a primeira importação. Elas saem das linhas abertas e o dinheiro vai para os saldos
        iniciais.
      </p>
      <TextInput
        label="Vendas de antes de"
        description="Pela data da venda; quando o arquivo não a diz, pela do pagamento"
        type="date"
        required
        value={before}
        onChange={(event) => type(event.currentTarget.value)}
        data-autofocus
      />
      <p aria-live="polite">
        {!data || !before
          ? 'Escolha o dia.'
          : data.lines === 0
            ? 'Nenhuma linha de antes deste dia.'
            : `${count(data.lines, 'linha', 'linhas')}, R$ ${money(data.amount)}`}
      </p>
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={close}>
          Voltar
        </Button>
        <Button type="submit" loading={act.busy} disabled={!data?.lines || !before}>
          {data?.lines ? `Explicar ${count(data.lines, 'linha', 'linhas')}` : 'Explicar'}
        </Button>
      </div>
    </form>
  )
}
