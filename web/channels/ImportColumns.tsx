import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { mapImport } from '../../server/channels/contract.ts'
import type { ImportPage } from '../../server/channels/contract.ts'
import { listChannels } from '../../server/orders/contract.ts'
import { useAct, useRead } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { Section } from '../shell/Page.tsx'

/** Which column is which field: the guess, beside what the first rows say, and a choice where it is wrong. */
export function ImportColumns({ of, again }: { of: ImportPage; again?: () => void }) {
  const [mapping, setMapping] = useState(of.mapping)
  const [account, setAccount] = useState(of.account)
  const [all, setAll] = useState(false)
  const { data: channels } = useRead(listChannels, {}, { when: of.kind === 'orders' })
  const check = useAct(mapImport, { quiet: true, ...(again ? { onDone: again } : {}) })
  // a file of whole JSON orders has no columns
  const whole = of.columns.length === 0
  const used = new Set(Object.values(mapping))
  const unused = of.columns.filter((column) => !used.has(column) && column !== 'erro')
  const missing = whole ? [] : of.fields.filter(({ name, required }) => required && !mapping[name])
  // settled at first: what the guess found and what must be there; the rest on demand
  const shown = of.fields.filter(({ name, required }) => all || required || of.mapping[name] || mapping[name])
  const set = (field: string, column: string | null) =>
    setMapping(Object.fromEntries(Object.entries({ ...mapping, [field]: column ?? '' }).filter(([, value]) => value)))
  const needsAccount = of.kind === 'orders' && !whole && !mapping['account']
  const ready = missing.length === 0 && !(needsAccount && !account)
  return (
    <Section title={whole ? 'O primeiro pedido do arquivo' : 'Qual coluna é o quê'}>
      <div className="surface mapping">
        {of.kind === 'orders' && (
          <div className="mapping-account">
            <Select
              label="Canal dos pedidos"
              description={
                whole
                  ? 'Para os pedidos que não trazem “account”'
                  : mapping['account']
                    ? 'Para as linhas em que a coluna do canal está vazia'
                    : 'O arquivo não tem coluna de canal: diga de onde são'
              }
              placeholder="Escolha o canal"
              data={(channels?.rows ?? []).filter((row) => row.active).map((row) => ({ value: row.code, label: row.name }))}
              value={account}
              onChange={setAccount}
              clearable
              error={faultOf(check.refusal, 'account')}
              w={320}
            />
          </div>
        )}
        {whole && of.sample[0] && (
          <pre className="mapping-whole" tabIndex={0} aria-label="O primeiro pedido do arquivo">
            {JSON.stringify(JSON.parse(Object.values(of.sample[0].values)[0] ?? '{}'), null, 2)}
          </pre>
        )}
        {!whole && (
          <table aria-label="Campos e colunas">
            <thead>
              <tr>
                <th>Campo</th>
                <th>Coluna do arquivo</th>
                <th>O que há nela</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ name, label, required }) => (
                <tr key={name}>
                  <td>
                    {label}
                    {required && (
                      <span className="mapping-must" title="Obrigatório">
                        {' '}
                        *
                      </span>
                    )}
                  </td>
                  <td>
                    <Select
                      aria-label={`Coluna de ${label}`}
                      size="xs"
                      data={of.columns.filter((column) => column !== 'erro')}
                      value={mapping[name] ?? null}
                      onChange={(value) => set(name, value)}
                      placeholder={required ? 'Escolha a coluna' : 'Nenhuma'}
                      clearable
                      searchable
                      error={faultOf(check.refusal, name) ?? (required && !mapping[name])}
                    />
                  </td>
                  <td className="mapping-sample">
                    {mapping[name] ? <Sample of={of} column={mapping[name]} /> : <span className="quiet">{required ? 'falta escolher' : ''}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {!whole && (
          <div className="mapping-rest">
            {shown.length < of.fields.length && (
              <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
                {`Mostrar mais ${of.fields.length - shown.length} campos`}
              </Button>
            )}
            {unused.length > 0 && <p className="quiet">Colunas que não entram: {unused.join(', ')}.</p>}
          </div>
        )}
        <FormFaults refusal={check.refusal} fields={[...of.fields.map(({ name }) => name), 'account']} />
        <div className="mapping-foot">
          {missing.length > 0 ? (
            <State tone="warn" word={`Falta a coluna de ${missing.map(({ label }) => label).join(', ')}`} />
          ) : needsAccount && !account ? (
            <State tone="warn" word="Escolha o canal dos pedidos" />
          ) : (
            <State tone="ok" word={whole ? 'Pedidos completos: não há colunas a ligar' : 'Tudo que é preciso está ligado'} />
          )}
          <span className="row">
            {again && (
              <Button variant="default" onClick={again}>
                Voltar
              </Button>
            )}
            <Button disabled={!ready} loading={check.busy} onClick={() => check.run({ import: of.id, mapping, ...(of.kind === 'orders' ? { account } : {}) })}>
              Conferir as linhas
            </Button>
          </span>
        </div>
      </div>
    </Section>
  )
}

function Sample({ of, column }: { of: ImportPage; column: string }) {
  const values = [...new Set(of.sample.map(({ values }) => values[column]?.trim()).filter(Boolean))].slice(0, 3)
  return values.length ? <span className="code">{values.join(' · ')}</span> : <span className="quiet">vazia nas primeiras linhas</span>
}
