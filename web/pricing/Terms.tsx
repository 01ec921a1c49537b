import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { IconPlus, IconPercentage } from '@tabler/icons-react'
import { useState } from 'react'
import { listChannels } from '../../server/orders/contract.ts'
import { listTerms, removeTerm, saveTerm } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { dateOf, dayOf } from '../components/days.ts'
import { count, money, percent } from '../components/format.ts'
import { useMay } from '../session.ts'
import { EditModal } from '../settings/EditModal.tsx'
import { Section } from '../shell/Page.tsx'

type Term = AnswerOf<typeof listTerms>['rows'][number]
const names: Record<Term['name'], { title: string; says: string }> = {
  tax_rate: { title: 'Imposto sobre a venda', says: 'A alíquota efetiva do Simples, por exemplo. No regime normal vale o imposto da nota.' },
  packaging_per_shipment: { title: 'Embalagem por envio', says: 'Caixa, fita, enchimento e etiqueta de um pacote.' },
  target_margin: { title: 'Meta de margem', says: 'Quanto deve sobrar da venda: decide o preço mínimo.' },
  return_loss_rate: { title: 'Perda na devolução', says: 'Que parte do custo se perde quando um produto volta.' },
}
const written = ({ name, value }: Pick<Term, 'name' | 'value'>) =>
  name === 'packaging_per_shipment' ? `R$ ${money(Number(value))}` : percent(Number(value), 2)

/** What no journal tells, with the dates from which it holds. */
export function Terms() {
  const terms = useRead(listTerms)
  const may = useMay()('pricing.manage')
  const [editing, setEditing] = useState<Partial<Term> | null>(null)
  const [removing, setRemoving] = useState<Term | null>(null)
  const drop = useAct(removeTerm, {
    done: ({ orders }) => (orders ? `Termo apagado; ${count(orders, 'pedido será recalculado', 'pedidos serão recalculados')}` : 'Termo apagado'),
    onDone: () => setRemoving(null),
  })
  const create = { label: 'Novo termo', run: () => setEditing({}) }
  return (
    <Section
      title="Termos e metas"
      action={
        may && (
          <Button size="compact-md" leftSection={<IconPlus size={16} />} onClick={create.run}>
            Novo termo
          </Button>
        )
      }
    >
      <DataTable
        label="Termos da margem"
        rows={asRows(terms, ({ rows }) => rows)}
        rowKey={(term) => `${term.name} ${term.account} ${term.valid_from}`}
        {...(may ? { open: (term: Term) => setEditing(term) } : {})}
        columns={[
          { key: 'name', title: 'Termo', card: 'title', cell: (term) => names[term.name].title },
          { key: 'channel', title: 'Canal', cell: (term) => term.channel ?? <span className="quiet">Todos</span> },
          { key: 'from', title: 'Vale desde', width: 120, cell: (term) => dateOf(term.valid_from) },
          { key: 'value', title: 'Valor', align: 'right', card: 'corner', cell: (term) => <span className="number">{written(term)}</span> },
          {
            key: 'state',
            title: 'Situação',
            width: 130,
            cell: (term) =>
              term.in_force ? <State tone="ok" word="Em vigor" /> : <State tone="idle" word={term.valid_from > dayOf(new Date()) ? 'Futuro' : 'Substituído'} />,
          },
          ...(may
            ? [
                {
                  key: 'remove',
                  title: <span className="only-for-readers">Apagar</span>,
                  width: 90,
                  align: 'right' as const,
                  cell: (term: Term) => (
                    <button
                      type="button"
                      className="linklike"
                      onClick={(event) => {
                        event.stopPropagation()
                        setRemoving(term)
                      }}
                    >
                      Apagar
                    </button>
                  ),
                },
              ]
            : []),
        ]}
        empty={
          <Empty icon={IconPercentage} title="Nenhum termo informado" {...(may ? { action: create } : {})}>
            Informe a alíquota do imposto, o custo da embalagem e a meta de margem: a margem e o preço mínimo passam a contar com eles.
          </Empty>
        }
      />
      {editing && <TermForm of={editing} close={() => setEditing(null)} />}
      {removing && (
        <Confirm
          opened
          close={() => setRemoving(null)}
          title="Apagar o termo"
          verb="Apagar"
          busy={drop.busy}
          danger
          run={() => drop.run({ name: removing.name, valid_from: removing.valid_from, account: removing.account })}
        >
          <p>
            {names[removing.name].title} de {written(removing)} desde {dateOf(removing.valid_from)}. Os pedidos desde essa data voltam a ser calculados sem ele.
          </p>
        </Confirm>
      )}
    </Section>
  )
}

function TermForm({ of, close }: { of: Partial<Term>; close: () => void }) {
  const [name, setName] = useState<Term['name']>(of.name ?? 'tax_rate')
  const [account, setAccount] = useState<string | null>(of.account ? String(of.account) : null)
  const [since, setSince] = useState(of.valid_from ?? `${dayOf(new Date()).slice(0, 7)}-01`)
  // per cent for rates, reais for packaging: both are hundredths of what is kept
  const centavos = name === 'packaging_per_shipment'
  const [value, setValue] = useState<number | string>(
    of.value ? (of.name === 'packaging_per_shipment' ? Number(of.value) / 100 : Number((Number(of.value) * 100).toFixed(4))) : '',
  )
  const channels = useRead(listChannels)
  const save = useAct(saveTerm, {
    quiet: true,
    done: ({ orders }) => (orders ? `Termo salvo; ${count(orders, 'pedido será recalculado', 'pedidos serão recalculados')} em instantes` : 'Termo salvo'),
    onDone: close,
  })
  return (
    <EditModal
      opened
      close={close}
      title={of.name ? 'Alterar termo' : 'Novo termo'}
      send={() =>
        save.run({
          name,
          valid_from: since,
          account: account ? Number(account) : null,
          value: centavos ? String(Math.round(Number(value) * 100)) : (Number(value) / 100).toFixed(6),
        })
      }
      busy={save.busy}
      refusal={save.refusal}
      fields={['name', 'valid_from', 'account', 'value']}
      ready={value !== '' && since !== ''}
    >
      <Select
        label="Termo"
        description={names[name].says}
        allowDeselect={false}
        disabled={of.name !== undefined}
        value={name}
        onChange={(chosen) => chosen && setName(chosen as Term['name'])}
        data={Object.entries(names).map(([key, { title }]) => ({ value: key, label: title }))}
      />
      <Select
        label="Canal"
        placeholder="Todos os canais"
        clearable
        disabled={of.name !== undefined}
        value={account}
        onChange={setAccount}
        data={(channels.data?.rows ?? []).map((channel) => ({ value: String(channel.id), label: channel.name }))}
        error={faultOf(save.refusal, 'account')}
      />
      <TextInput
        type="date"
        label="Vale desde"
        value={since}
        onChange={(event) => setSince(event.currentTarget.value)}
        error={faultOf(save.refusal, 'valid_from')}
      />
      <NumberInput
        label={centavos ? 'Valor por envio' : 'Percentual'}
        decimalSeparator=","
        thousandSeparator="."
        allowNegative={false}
        hideControls
        {...(centavos ? { decimalScale: 2, fixedDecimalScale: true, prefix: 'R$ ' } : { decimalScale: 4, suffix: ' %', max: 99.9999 })}
        value={value}
        onChange={setValue}
        error={faultOf(save.refusal, 'value')}
        data-autofocus
      />
    </EditModal>
  )
}
