import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core'
import { IconCalculator, IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { simulateEndpoint } from '../../server/treasury/contract.ts'
import type { Offer } from '../../server/treasury/contract.ts'
import { useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { dayOf } from '../components/days.ts'
import { money } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { Page } from '../shell/Page.tsx'
import { Keep, OfferInside, stepOf } from './OfferInside.tsx'
import { Together } from './Together.tsx'
import { centavosOf, moneyField, rate, reais } from './words.ts'
import './treasury.css'

const kinds = { anticipation: 'Antecipação', loan: 'Empréstimo', overdraft: 'Limite da conta', supplier: 'Abrir mão do desconto do fornecedor' } as const

/** `/financeiro/antecipacoes/simular`: so much money on a day, and what it costs at each source. */
export function Simulation() {
  const [filters, filter] = useFilters(simulateEndpoint)
  const asked = Number(filters.need) > 0
  const [need, setNeed] = useState<number | string>(asked ? Number(filters.need) / 100 : '')
  const [on, setOn] = useState(filters.on ?? dayOf(new Date()))
  const [until, setUntil] = useState(filters.until ?? '')
  const [cut, setCut] = useState(String(filters.cut) === 'true')
  const simulation = useRead(simulateEndpoint, { need: 1, ...filters } as never, { when: asked })
  // the address changed from elsewhere: back button, a link of the cash screen
  useEffect(() => setNeed(asked ? Number(filters.need) / 100 : ''), [asked, filters.need])
  const { data } = simulation
  return (
    <Page title="Simular dinheiro" back={{ to: '/financeiro/antecipacoes', label: 'Antecipações' }}>
      <form
        className="surface simulate-form"
        onSubmit={(event) => {
          event.preventDefault()
          filter({ need: String(centavosOf(need)), on, until: until || undefined, cut: cut ? 'true' : undefined } as never)
        }}
      >
        <NumberInput label="Preciso de" placeholder="R$ 10.000,00" {...moneyField} value={need} onChange={setNeed} data-autofocus />
        <TextInput label="A partir de" type="date" value={on} onChange={(event) => setOn(event.currentTarget.value)} />
        <TextInput label="Até" type="date" value={until} min={on} onChange={(event) => setUntil(event.currentTarget.value)} />
        <Checkbox label="Aceita parte de um recebível" checked={cut} onChange={(event) => setCut(event.currentTarget.checked)} mb={8} />
        <Button type="submit" leftSection={<IconCalculator size={16} />} disabled={centavosOf(need) < 1}>
          Simular
        </Button>
      </form>
      {!asked && (
        <div className="surface">
          <Empty icon={IconCalculator} title="Quanto, e em que dia">
            A antecipação pega os recebíveis que custam menos: os mais próximos, depois do dia em que o dinheiro faz falta. Antecipar tudo é o mais caro.
          </Empty>
        </div>
      )}
      {asked && simulation.error && <Failed error={simulation.error} retry={() => void simulation.refetch()} />}
      {asked && data && !simulation.error && data.offers.length === 0 && (
        <div className="surface">
          <Empty
            title="Nenhuma fonte de dinheiro registrada"
            action={
              <Button component={Link} to="/financeiro/credito">
                Registrar uma linha de crédito
              </Button>
            }
          >
            Registre a taxa de antecipação do canal e as linhas do banco para comparar.
          </Empty>
        </div>
      )}
      {asked && data && !simulation.error && data.combined && (
        <Together of={data.combined}>
          <KeepTogether parts={data.combined.parts} on={data.on} />
        </Together>
      )}
      {asked && data && !simulation.error && data.offers.length > 0 && (
        <div className="surface" aria-label="Fontes, da mais barata para a mais cara">
          {data.offers.map((offer, index) => (
            <details key={offer.id} className="offer" open={index === 0}>
              <summary>
                <IconChevronRight size={16} aria-hidden />
                <span className="offer-name">
                  {offer.name}
                  <small>{kinds[offer.kind]}</small>
                </span>
                <Figure label="traz (R$)" value={money(offer.brings)} first />
                <Figure label="custa (R$)" value={money(offer.cost)} />
                <Figure label="CET % a.m." value={rate(offer.cet?.monthly) || '—'} />
                <Figure label="CET % a.a." value={rate(offer.cet?.yearly, 2) || '—'} />
                {offer.missing > 0 ? <State tone="warn" word={`Faltam ${money(offer.missing)}`} /> : <State tone="ok" word="Cobre tudo" />}
              </summary>
              <OfferInside offer={offer} on={data.on} today={data.today} />
            </details>
          ))}
        </div>
      )}
    </Page>
  )
}

/** As a scenario; a limit of the account is no step of one. */
function KeepTogether({ parts, on }: { parts: Offer[]; on: string }) {
  const kept = parts.filter((offer) => stepOf(offer, on).length > 0)
  const brings = kept.reduce((sum, offer) => sum + offer.brings, 0)
  return <Keep name={`${reais(brings)}: ${kept.map(({ name }) => name).join(' e ')}`} steps={kept.flatMap((offer) => stepOf(offer, on))} />
}

const Figure = ({ label, value, first }: { label: string; value: string; first?: boolean }) => (
  <span className={first ? 'figure first' : 'figure'}>
    <small>{label}</small>
    <span className="number">{value}</span>
  </span>
)
