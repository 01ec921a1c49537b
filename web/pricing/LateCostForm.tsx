import { Checkbox, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { addLateCost, lateCostWords } from '../../server/pricing/contract.ts'
import { useAct } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { Money } from '../components/Values.tsx'
import { money, number } from '../components/format.ts'
import { Reais } from '../payables/Reais.tsx'
import { EditModal } from '../settings/EditModal.tsx'
import { whereItWent } from './LateCosts.tsx'
import type { ReceiptCosts } from './LateCosts.tsx'

type What = keyof typeof lateCostWords
const says: Record<What, string> = {
  freight: 'O frete deixa de ser despesa e vira custo da mercadoria. A conta do CT-e continua em Contas a pagar.',
  tax: 'O imposto deixa de ser despesa e vira custo da mercadoria. A guia continua em Contas a pagar.',
  service: 'O serviço deixa de ser despesa e vira custo da mercadoria. A conta continua em Contas a pagar.',
  credit: 'A mercadoria custou menos: o valor sai do que se deve ao fornecedor.',
}

/** Amount, paper, and which lines bear it; the shares are shown as they will be, by value. */
export function LateCostForm({ receipt, costs, close }: { receipt: number; costs: ReceiptCosts; close: () => void }) {
  const [what, setWhat] = useState<What>('freight')
  const [document, setDocument] = useState('')
  const [amount, setAmount] = useState(0)
  const able = costs.lines.filter(({ known }) => known)
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set())
  const bearing = able.filter(({ product }) => !left.has(product))
  const whole = bearing.reduce((sum, { value }) => sum + value, 0)
  const add = useAct(addLateCost, {
    quiet: true,
    done: (split) => `Custo lançado: ${whereItWent(split)}`,
    onDone: close,
  })
  const toggle = (product: number) =>
    setLeft((before) => {
      const after = new Set(before)
      if (!after.delete(product)) after.add(product)
      return after
    })
  return (
    <EditModal
      opened
      close={close}
      title="Custo que chegou depois"
      size="lg"
      verb="Lançar custo"
      busy={add.busy}
      refusal={add.refusal}
      fields={['what', 'document', 'amount']}
      ready={amount > 0 && document.trim() !== '' && bearing.length > 0}
      send={() => add.run({ receipt, what, document, amount, products: bearing.length === costs.lines.length ? [] : bearing.map(({ product }) => product) })}
    >
      <div className="late-cost-fields">
        <Select
          label="O que chegou"
          data={Object.entries(lateCostWords).map(([value, label]) => ({ value, label }))}
          value={what}
          allowDeselect={false}
          onChange={(value) => setWhat(value as What)}
          error={faultOf(add.refusal, 'what')}
        />
        <TextInput
          label="Número do documento"
          placeholder={what === 'freight' ? 'CT-e 1234' : undefined}
          value={document}
          maxLength={60}
          required
          onChange={(event) => setDocument(event.currentTarget.value)}
          error={faultOf(add.refusal, 'document')}
        />
        <Reais label="Valor (R$)" value={amount} change={setAmount} required error={faultOf(add.refusal, 'amount')} />
      </div>
      <p className="quiet small">{says[what]}</p>
      <table className="plain-table" aria-label="Itens que recebem o custo">
        <thead>
          <tr>
            <th>Recebe</th>
            <th>Produto</th>
            <th className="number">{what === 'credit' ? 'Desconta (R$)' : 'Soma (R$)'}</th>
          </tr>
        </thead>
        <tbody>
          {costs.lines.map((line) => (
            <tr key={line.product}>
              <td>
                <Checkbox
                  aria-label={`${line.name} recebe o custo`}
                  disabled={!line.known}
                  checked={line.known && !left.has(line.product)}
                  onChange={() => toggle(line.product)}
                />
              </td>
              <td>
                {line.name}
                <div className="quiet small">
                  {line.known ? `${number(line.units)} un. custaram R$ ${money(line.value)}` : 'sem custo: registre-o na página do produto'}
                </div>
              </td>
              <td className="number">
                {line.known && !left.has(line.product) && amount > 0 && whole > 0 && <Money centavos={Math.round((amount * line.value) / whole)} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </EditModal>
  )
}
