import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { addCostEndpoint, listSuppliers } from '../../server/catalog/contract.ts'
import type { ProductPage } from '../../server/catalog/contract.ts'
import { useAct, useRead } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { dateOf, dayOf } from '../components/days.ts'
import { Section } from '../shell/Page.tsx'

/** Reais with two to four decimals: what a supplier's invoice says of one unit. */
const cost = (reais: number) => reais.toLocaleString('pt-BR', { minimumFractionDigits: 2, maximumFractionDigits: 4 })

/** What one unit costs, by supplier and since when; an older cost stays true for what was bought then. */
export function Costs({ product, may }: { product: ProductPage; may: boolean }) {
  const suppliers = useRead(listSuppliers)
  const [supplier, setSupplier] = useState<string | null>(null)
  const [value, setValue] = useState<number | string>('')
  const [since, setSince] = useState(dayOf(new Date()))
  const add = useAct(addCostEndpoint, { quiet: true, done: 'Custo registrado', onDone: () => setValue('') })
  const chosen = supplier ?? (product.supplier_id === null ? null : String(product.supplier_id))
  return (
    <Section title="Custos">
      <div className="surface">
        {product.costs.length > 0 ? (
          <table className="plain-table">
            <thead>
              <tr>
                <th>Fornecedor</th>
                <th>Desde</th>
                <th className="number">Uma unidade (R$)</th>
              </tr>
            </thead>
            <tbody>
              {product.costs.map((row) => (
                <tr key={`${row.supplier} ${row.since}`}>
                  <td>{row.supplier_name}</td>
                  <td>
                    <span className="row">
                      {dateOf(row.since)}
                      {row.current ? <State tone="ok" word="Vale hoje" /> : row.since > dayOf(new Date()) ? <State tone="info" word="Futuro" /> : null}
                    </span>
                  </td>
                  <td className="number">{cost(row.unit_cost)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p className="quiet padded">
            {product.kind === 'kit' ? 'O custo do kit é o dos componentes.' : 'Sem custo: a margem dos pedidos fica desconhecida.'}
          </p>
        )}
        {may && product.kind === 'simple' && (
          <form
            className="line-form"
            onSubmit={(event) => {
              event.preventDefault()
              add.run({ product: product.id, supplier: Number(chosen), since, unit_cost: Number(value) })
            }}
          >
            <Select
              className="grow"
              label="Fornecedor"
              placeholder="Escolha"
              searchable
              value={chosen}
              data={(suppliers.data?.rows ?? []).map((row) => ({ value: String(row.id), label: row.name }))}
              onChange={setSupplier}
              error={faultOf(add.refusal, 'supplier')}
            />
            <TextInput
              label="Desde"
              type="date"
              value={since}
              onChange={(event) => setSince(event.currentTarget.value)}
              error={faultOf(add.refusal, 'since')}
            />
            <NumberInput
              label="Custo de 1 unidade"
              w={140}
              prefix="R$ "
              decimalScale={4}
              allowNegative={false}
              value={value}
              onChange={setValue}
              error={faultOf(add.refusal, 'unit_cost')}
            />
            <Button type="submit" variant="default" loading={add.busy} disabled={!chosen || value === ''}>
              Registrar
            </Button>
            <div className="whole">
              <FormFaults refusal={add.refusal} fields={['supplier', 'since', 'unit_cost']} />
            </div>
          </form>
        )}
      </div>
    </Section>
  )
}
