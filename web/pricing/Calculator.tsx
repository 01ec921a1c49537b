import { NumberInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCalculator } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { calculatePrice } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { ProductPicker } from '../catalog/ProductPicker.tsx'
import { useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { count, money, percent } from '../components/format.ts'

interface Written {
  ver?: string
  product?: string
  price?: string
  cost?: string
}
const reais = {
  decimalSeparator: ',',
  thousandSeparator: '.',
  decimalScale: 2,
  fixedDecimalScale: true,
  allowNegative: false,
  prefix: 'R$ ',
  hideControls: true,
} as const

/** A price typed here shows at once what it leaves in each channel. */
export function Calculator() {
  const written = useSearch({ strict: false } as never) as Written
  const navigate = useNavigate()
  const go = (change: Record<string, string | undefined>) =>
    void navigate({ to: '.', search: Object.fromEntries(Object.entries({ ...written, ...change }).filter(([, value]) => value)) as never, replace: true })
  const [asked] = useDebouncedValue(`${written.price ?? ''} ${written.cost ?? ''} ${written.product ?? ''}`, 150)
  const [price, cost, product] = asked.split(' ').map((text) => Number(text) || 0) as [number, number, number]
  const input = { price, ...(cost ? { cost } : {}), ...(product ? { product } : {}) }
  const { data, error, refetch } = useRead(calculatePrice, input, { when: price > 0 })
  const typed = (name: 'price' | 'cost') => (value: number | string) => go({ [name]: Number(value) > 0 ? String(Math.round(Number(value) * 100)) : undefined })
  const known = data?.unit_cost
  return (
    <>
      <div className="surface price-form">
        <ProductPicker
          label="Produto"
          placeholder="Escolha, ou informe só o custo"
          value={written.product ? Number(written.product) : null}
          change={(picked) => go({ product: picked ? String(picked.id) : undefined })}
          w={320}
        />
        <NumberInput
          label="Custo de uma unidade"
          {...reais}
          w={160}
          placeholder={known && !cost ? `R$ ${money(known)}` : ''}
          value={written.cost ? Number(written.cost) / 100 : ''}
          onChange={typed('cost')}
        />
        <NumberInput label="Preço de venda" {...reais} w={160} value={written.price ? Number(written.price) / 100 : ''} onChange={typed('price')} />
      </div>
      {price === 0 ? (
        <div className="surface">
          <Empty icon={IconCalculator} title="Digite um preço">
            Escolha um produto ou informe o custo, digite o preço e veja na hora o que sobra em cada canal.
          </Empty>
        </div>
      ) : error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data && data.channels.length === 0 ? (
        <div className="surface">
          <Empty icon={IconCalculator} title="Nenhum canal tem taxas informadas">
            <Link to={'/financeiro/taxas' as never}>Informe o que cada canal cobra</Link> para calcular.
          </Empty>
        </div>
      ) : data && data.unit_cost === null ? (
        <div className="surface">
          <Empty icon={IconCalculator} title="Falta o custo">
            Este produto não tem custo no catálogo: digite um acima, ou informe-o no produto.
          </Empty>
        </div>
      ) : (
        <div className="price-channels">
          {data?.channels.map((channel) => (
            <Channel key={channel.account} of={channel} price={price} take={(better) => go({ price: String(better) })} />
          ))}
        </div>
      )}
    </>
  )
}

function Channel({
  of: { channel, parts, target, floor, zones, tax_by, freight_by, freight_units, blind },
  price,
  take,
}: {
  of: AnswerOf<typeof calculatePrice>['channels'][number]
  price: number
  take: (price: number) => void
}) {
  const zone = zones.find(({ from, until }) => from <= price && (until === null || price <= until))
  const share = parts && parts.margin !== null ? parts.margin / price : null
  const blindZone = blind.find(({ from }) => from > price)
  return (
    <section className="surface price-channel">
      <h2>
        {channel}
        {share !== null && <State tone={share < 0 ? 'bad' : target !== null && share < target ? 'warn' : 'ok'} word={percent(share)} />}
        {parts && share === null && <State tone="warn" word="Não se sabe" />}
      </h2>
      {parts ? (
        <dl>
          <Line name="Custo" centavos={-parts.cost} />
          <Line name="Embalagem" centavos={-parts.packaging} />
          <Line name="Comissão e pagamento" centavos={-parts.commission} />
          <Line name="Tarifa fixa" centavos={-parts.fixed} />
          <Line
            name={freight_by === 'measured' ? `Frete, média de ${count(freight_units, 'unidade', 'unidades')}` : 'Frete'}
            centavos={parts.freight === null ? null : -parts.freight}
          />
          <Line name={tax_by === 'notas' ? 'Impostos, pelas notas de 90 dias' : 'Impostos'} centavos={parts.tax === null ? null : -parts.tax} />
          <Line name="Anúncios" centavos={-parts.ads} />
          <dt className="sum">Sobra (R$)</dt>
          <dd className="sum">{parts.margin === null ? 'não se sabe' : <Money centavos={parts.margin} />}</dd>
        </dl>
      ) : (
        <p className="quiet">Nenhuma faixa de taxas cobre este preço.</p>
      )}
      {parts && (parts.tax === null || parts.freight === null) && (
        <p>
          <State tone="warn" word={parts.tax === null ? 'Falta o imposto' : 'Falta o frete desta faixa'} />{' '}
          <Link to="/vendas/precos" search={{ ver: 'termos' } as never}>
            {parts.tax === null ? 'Informar a alíquota' : 'Informar o frete'}
          </Link>
        </p>
      )}
      {parts?.freight !== null && parts?.tax !== null && blindZone && (
        <p className="quiet">
          De R$ {money(blindZone.from)} em diante não se sabe o frete: nada foi vendido lá.{' '}
          <Link to="/vendas/precos" search={{ ver: 'termos' } as never}>
            Informar
          </Link>
        </p>
      )}
      {floor && floor.price !== price && (
        <p className="quiet">
          {target === null ? 'Empata' : `Mínimo para ${percent(target)}`}:{' '}
          <button type="button" className="linklike" onClick={() => take(floor.price)}>
            R$ {money(floor.price)}
          </button>
        </p>
      )}
      {zone && (
        <p>
          <State tone="warn" word="Faixa morta" />{' '}
          <button type="button" className="linklike" onClick={() => take(zone.better)}>
            Por R$ {money(zone.better)} sobra mais
          </button>
          <span className="quiet">{zone.until === null ? '' : ` (ou a partir de R$ ${money(zone.until + 1)})`}</span>
        </p>
      )}
    </section>
  )
}

const Line = ({ name, centavos }: { name: string; centavos: number | null }) =>
  centavos === 0 ? null : (
    <>
      <dt>{name}</dt>
      <dd>{centavos === null ? <span className="quiet">não se sabe</span> : <Money centavos={centavos} />}</dd>
    </>
  )
