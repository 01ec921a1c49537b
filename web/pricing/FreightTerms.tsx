import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { IconPlus, IconTruckDelivery } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { freightTerms, removeFreightTerm, saveFreightTerm } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { showUndo } from '../components/undo.tsx'
import { dateOf, dayOf } from '../components/days.ts'
import { count, money } from '../components/format.ts'
import { useMay } from '../session.ts'
import { EditModal } from '../settings/EditModal.tsx'
import { Section } from '../shell/Page.tsx'

type Answer = AnswerOf<typeof freightTerms>
type Band = Answer['channels'][number]['bands'][number] & Pick<Answer['channels'][number], 'account' | 'channel'>
type Asked = { account: number | null; from: number | null; centavos: number | null }
const bandsOf = ({ channels }: Answer): Band[] => channels.flatMap(({ account, channel, bands }) => bands.map((band) => ({ ...band, account, channel })))

/** What the freight of a unit costs in each band of price: typed, or seen on sales of 90 days. What nobody knows stays unknown, and blocks the price. */
export function FreightTerms() {
  const terms = useRead(freightTerms)
  const may = useMay()('pricing.manage')
  const [asking, setAsking] = useState<Asked | null>(null)
  const save = useAct(saveFreightTerm)
  const drop = useAct(removeFreightTerm)
  const typedAt = (band: Band) => terms.data?.typed.find((term) => term.in_force && term.account === band.account && Math.max(term.from_price, 1) === band.from)
  const remove = async (term: Answer['typed'][number]) => {
    const { account, from_price, valid_from, centavos } = term
    await drop.send({ account, from_price, valid_from })
    showUndo(`Frete a partir de R$ ${money(from_price)} apagado`, () => save.run({ account, from_price, valid_from, centavos }))
  }
  const create = { label: 'Informar frete', run: () => setAsking({ account: null, from: null, centavos: null }) }
  return (
    <Section
      title="Frete por faixa de preço"
      action={
        may && (
          <Button size="compact-md" variant="default" leftSection={<IconPlus size={16} />} onClick={create.run}>
            Informar frete
          </Button>
        )
      }
    >
      <DataTable<Band>
        label="Frete por faixa de preço"
        rows={asRows(terms, bandsOf)}
        rowKey={(band) => `${band.account} ${band.from}`}
        {...(may ? { open: (band: Band) => setAsking({ account: band.account, from: band.from <= 1 ? 0 : band.from, centavos: band.freight }) } : {})}
        columns={[
          { key: 'channel', title: 'Canal', card: 'title', cell: (band) => band.channel },
          {
            key: 'band',
            title: 'Preço (R$)',
            width: 210,
            cell: (band) => <span className="number">{rangeOf(band)}</span>,
          },
          {
            key: 'freight',
            title: 'Frete por unidade (R$)',
            align: 'right',
            card: 'corner',
            width: 170,
            cell: (band) => (band.freight === null ? <span className="quiet">não se sabe</span> : <Money centavos={band.freight} />),
          },
          { key: 'by', title: 'De onde vem', long: 'wrap', cell: (band) => <By of={band} /> },
          ...(may
            ? [
                {
                  key: 'remove',
                  title: <span className="only-for-readers">Apagar</span>,
                  width: 90,
                  align: 'right' as const,
                  cell: (band: Band) => {
                    const term = typedAt(band)
                    return (
                      term && (
                        <button
                          type="button"
                          className="linklike"
                          onClick={(event) => {
                            event.stopPropagation()
                            void remove(term)
                          }}
                        >
                          Apagar
                        </button>
                      )
                    )
                  },
                },
              ]
            : []),
        ]}
        empty={
          <Empty
            icon={IconTruckDelivery}
            title="Nenhum canal tem taxas combinadas"
            action={
              <Button component={Link} to="/financeiro/taxas">
                Informar as taxas dos canais
              </Button>
            }
          >
            As faixas de preço vêm das taxas de cada canal; o frete de cada uma é medido nas vendas ou informado aqui.
          </Empty>
        }
      />
      {asking && <FreightForm of={asking} channels={terms.data?.channels ?? []} close={() => setAsking(null)} />}
    </Section>
  )
}

const rangeOf = ({ from, until }: Band) =>
  from <= 1 ? (until === null ? 'Todos' : `Até ${money(until)}`) : until === null ? `${money(from)} em diante` : `${money(from)} a ${money(until)}`

function By({ of: { typed, measured } }: { of: Band }) {
  const seen = measured && count(measured.units, 'unidade', 'unidades')
  if (typed)
    return (
      <State
        tone="ok"
        word={`Informado desde ${dateOf(typed.since)}`}
        {...(seen ? { title: `Nas vendas: R$ ${money(measured.centavos)}, média de ${seen}` } : {})}
      />
    )
  if (seen) return <State tone="ok" word={`Média de ${seen}`} />
  return <State tone="warn" word="Nada vendido: informe" />
}

function FreightForm({ of, channels, close }: { of: Asked; channels: Answer['channels']; close: () => void }) {
  const [account, setAccount] = useState<string | null>(
    of.account === null ? (channels.length === 1 ? String(channels[0]!.account) : null) : String(of.account),
  )
  const [from, setFrom] = useState<number | string>(of.from === null ? '' : of.from / 100)
  const [freight, setFreight] = useState<number | string>(of.centavos === null ? '' : of.centavos / 100)
  const [since, setSince] = useState(dayOf(new Date()))
  const save = useAct(saveFreightTerm, { quiet: true, done: 'Frete guardado', onDone: close })
  const reais = {
    prefix: 'R$ ',
    decimalScale: 2,
    fixedDecimalScale: true,
    decimalSeparator: ',',
    thousandSeparator: '.',
    allowNegative: false,
    hideControls: true,
  } as const
  return (
    <EditModal
      opened
      close={close}
      title="Frete de uma unidade"
      send={() =>
        save.run({ account: Number(account), from_price: Math.round(Number(from) * 100), valid_from: since, centavos: Math.round(Number(freight) * 100) })
      }
      busy={save.busy}
      refusal={save.refusal}
      fields={['account', 'from_price', 'valid_from', 'centavos']}
      ready={account !== null && from !== '' && freight !== '' && since !== ''}
    >
      <Select
        label="Canal"
        data={channels.map((channel) => ({ value: String(channel.account), label: channel.channel }))}
        value={account}
        onChange={setAccount}
        disabled={of.account !== null}
        allowDeselect={false}
        error={faultOf(save.refusal, 'account')}
      />
      <NumberInput
        {...reais}
        label="A partir do preço"
        description="Vale até o próximo preço informado"
        value={from}
        onChange={setFrom}
        error={faultOf(save.refusal, 'from_price')}
      />
      <NumberInput
        {...reais}
        label="Frete que a loja paga por unidade"
        description="Zero, se o comprador paga tudo"
        value={freight}
        onChange={setFreight}
        error={faultOf(save.refusal, 'centavos')}
        data-autofocus
      />
      <TextInput
        type="date"
        label="Vale desde"
        value={since}
        onChange={(event) => setSince(event.currentTarget.value)}
        error={faultOf(save.refusal, 'valid_from')}
      />
    </EditModal>
  )
}
