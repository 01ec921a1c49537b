import { Button } from '@mantine/core'
import { useState } from 'react'
import { lateCostWords, listLateCosts, undoLateCost } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count, money } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'
import { LateCostForm } from './LateCostForm.tsx'
import '../components/Lines.css'
import './late-costs.css'

type Late = AnswerOf<typeof listLateCosts>['rows'][number]
export type ReceiptCosts = AnswerOf<typeof listLateCosts>

/** What the goods of a receipt came to cost after they were received: freight, taxes, a supplier's credit. Only for who sees money. */
export function LateCosts({ receipt }: { receipt: number }) {
  const may = useMay()
  const { data } = useRead(listLateCosts, { receipt }, { when: may('money.read'), keepPrevious: false })
  const [adding, setAdding] = useState(false)
  const [undoing, setUndoing] = useState<Late | null>(null)
  const undo = useAct(undoLateCost, { done: 'Custo desfeito', onDone: () => setUndoing(null) })
  if (!data?.lines.length) return null
  return (
    <Section
      title="Custo que chegou depois"
      action={
        may('money.pay') && (
          <Button size="compact-sm" variant="default" onClick={() => setAdding(true)}>
            Lançar custo
          </Button>
        )
      }
    >
      <div className="surface">
        {data.rows.length === 0 ? (
          <p className="quiet padded small">
            O frete (CT-e), um imposto ou um crédito do fornecedor que veio depois da mercadoria entra aqui e muda o custo do que está no estoque e do que já
            foi vendido.
          </p>
        ) : (
          <ul className="lines late-costs">
            {data.rows.map((late) => (
              <li key={late.id} data-undone={late.undone_at !== null || undefined}>
                <span className="grow">
                  <strong>{lateCostWords[late.what]}</strong> {late.document}
                  <span className="quiet small">
                    {late.undone_at ? (
                      <State tone="idle" word="Desfeito" />
                    ) : (
                      <>
                        {whereItWent(late)}
                        {late.orders > 0 && ` (${count(late.orders, 'pedido', 'pedidos')})`}
                      </>
                    )}{' '}
                    · <When at={late.at} />
                    {late.by && ` · ${late.by}`}
                  </span>
                </span>
                <Money centavos={late.amount} currency />
                {may('money.pay') && !late.undone_at && (
                  <Button size="compact-sm" variant="subtle" onClick={() => setUndoing(late)}>
                    Desfazer
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
      {adding && <LateCostForm receipt={receipt} costs={data} close={() => setAdding(false)} />}
      {undoing && (
        <Confirm
          opened
          close={() => setUndoing(null)}
          title="Desfazer este custo?"
          verb="Desfazer"
          busy={undo.busy}
          run={() => undo.run({ late_cost: undoing.id })}
        >
          <p>
            {lateCostWords[undoing.what]} {undoing.document}, R$ {money(Math.abs(undoing.amount))}. O valor do estoque, o custo das vendas e a margem dos
            pedidos voltam ao que eram, por lançamentos opostos.
          </p>
        </Confirm>
      )}
    </Section>
  )
}

/** "Tudo no estoque", or both parts. */
export function whereItWent({ stock, sold }: { stock: number; sold: number }) {
  if (sold === 0) return 'tudo no estoque'
  if (stock === 0) return 'tudo no que já saiu'
  return `R$ ${money(Math.abs(stock))} no estoque, R$ ${money(Math.abs(sold))} no que já saiu`
}
