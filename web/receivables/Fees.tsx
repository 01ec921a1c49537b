import { Button, Skeleton } from '@mantine/core'
import { IconPlus, IconReceipt2, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { estimateFeesEndpoint, listPolicies } from '../../server/receivables/contract.ts'
import type { PolicyVersion } from '../../server/receivables/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { dayOf } from '../components/days.ts'
import { count, money } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { PolicyForm } from './PolicyForm.tsx'
import { Proposal } from './Proposal.tsx'
import { methodName, rateWords } from './words.ts'
import './receivables.css'

type Account = AnswerOf<typeof listPolicies>['accounts'][number]
/** What the form starts from: an account, and the version that the new one replaces. */
export interface Starting {
  account: number
  from: PolicyVersion | null
}

/** What each channel charges and when it pays, by date; and where what it charges is no longer what was agreed. */
export function Fees() {
  const { data, error, refetch } = useRead(listPolicies)
  const may = useMay()('money.manage')
  const [writing, setWriting] = useState<Starting | null>(null)
  const estimate = useAct(estimateFeesEndpoint, {
    done: ({ orders, proposed }) =>
      proposed > 0
        ? `${count(proposed, 'mudança de taxa encontrada', 'mudanças de taxa encontradas')} em ${count(orders, 'pedido', 'pedidos')}`
        : orders > 0
          ? `${count(orders, 'pedido conferido', 'pedidos conferidos')}: as taxas batem com o que foi cobrado`
          : 'Ainda não há pedidos pagos para conferir',
  })
  const known = data?.accounts.filter(({ versions }) => versions.length > 0) ?? []
  const proposals = known.flatMap(({ versions, ...account }) =>
    versions.filter(({ state }) => state === 'proposed').map((version) => ({ version, account, versions })),
  )
  const start = () => data?.accounts[0] && setWriting({ account: (data.without[0] ?? { account: data.accounts[0].id }).account, from: null })
  return (
    <Page
      title="Taxas dos canais"
      back={{ to: '/financeiro/recebiveis', label: 'Recebíveis' }}
      action={
        may &&
        known.length > 0 && (
          <>
            <Button variant="default" leftSection={<IconRefresh size={16} />} loading={estimate.busy} onClick={() => estimate.run()}>
              Reestimar agora
            </Button>
            <Button leftSection={<IconPlus size={16} />} onClick={start}>
              Novas taxas
            </Button>
          </>
        )
      }
    >
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} aria-busy />}
      {data?.without.map((row) => (
        <div key={row.account} className="surface proposal row" role="status">
          <span className="grow">
            <State tone="warn" word="sem taxas" /> <strong>{row.channel}</strong>: {count(row.orders, 'pedido aprovado', 'pedidos aprovados')} desde{' '}
            <When at={row.since} style="date" /> sem valor a receber, porque ninguém disse o que o canal cobra.
          </span>
          {may && <Button onClick={() => setWriting({ account: row.account, from: null })}>Informar as taxas</Button>}
        </div>
      ))}
      {proposals.map(({ version, account, versions }) => (
        <Proposal
          key={version.id}
          version={version}
          channel={account.name}
          current={versions.find((one) => one.state === 'active' && sameKey(one, version)) ?? null}
          may={may}
        />
      ))}
      {data && known.length === 0 && data.without.length === 0 && (
        <div className="surface">
          <Empty
            icon={IconReceipt2}
            title="Nenhuma taxa combinada ainda"
            {...(may && data.accounts.length ? { action: { label: 'Informar as taxas', run: start } } : {})}
          >
            Comissão, tarifas e o dia em que o canal paga: com isso cada venda vira um recebível com valor líquido e data.
          </Empty>
        </div>
      )}
      <div className="fees">
        {known.map((account) => (
          <AccountFees key={account.id} account={account} write={may ? setWriting : null} />
        ))}
      </div>
      {data?.estimated_on && known.length > 0 && (
        <p className="quiet small">
          Toda noite as taxas são comparadas com o que os repasses dos últimos 60 dias cobraram. Última vez: <When at={data.estimated_on} style="date" />.
        </p>
      )}
      {writing && data && <PolicyForm starting={writing} accounts={data.accounts} methods={data.methods} close={() => setWriting(null)} />}
    </Page>
  )
}

const sameKey = (one: PolicyVersion, other: PolicyVersion) => one.method === other.method && one.from_instalments === other.from_instalments

function AccountFees({ account, write }: { account: Account; write: ((starting: Starting) => void) | null }) {
  const today = dayOf(new Date())
  const keys = [...new Map(account.versions.map((version) => [`${version.method} ${version.from_instalments}`, version])).values()]
  return (
    <section className="surface fee-account" aria-label={account.name}>
      <div className="fee-head">
        <h2>{account.name}</h2>
      </div>
      {keys.map((key) => {
        const versions = account.versions.filter((one) => one.state === 'active' && sameKey(one, key))
        const now = versions.find(({ valid_from }) => valid_from <= today)
        const next = versions.filter(({ valid_from }) => valid_from > today)
        const shown = now ?? versions[0]
        if (!shown) return null
        return (
          <div key={key.id} className="fee-line">
            <div className="fee-head">
              <h3>{keyWords(key)}</h3>
              <span className="row">
                {now ? (
                  <span className="quiet small">
                    em vigor desde <When at={now.valid_from} style="date" />
                  </span>
                ) : (
                  <State tone="info" word="começa depois" />
                )}
                {write && (
                  <Button size="compact-sm" variant="default" onClick={() => write({ account: account.id, from: shown })}>
                    Mudar a partir de um dia
                  </Button>
                )}
              </span>
            </div>
            <Terms of={shown} />
            {(versions.length > 1 || next.length > 0) && (
              <details className="fee-history">
                <summary>Histórico: {count(versions.length, 'versão', 'versões')}</summary>
                <ol>
                  {versions.map((version) => (
                    <li key={version.id} data-now={version === now || undefined}>
                      <strong>
                        <When at={version.valid_from} style="date" />
                      </strong>{' '}
                      {version.valid_until ? (
                        <>
                          a <When at={version.valid_until} style="date" />
                        </>
                      ) : (
                        'em diante'
                      )}
                      <span className="quiet">
                        {version.source === 'observed' ? ' · vista nos repasses' : ' · digitada'}
                        {version.by && ` · ${version.by}`}
                        {version.note && ` · ${version.note}`}
                      </span>
                      <Terms of={version} />
                    </li>
                  ))}
                </ol>
              </details>
            )}
          </div>
        )
      })}
    </section>
  )
}

export const keyWords = ({ method, from_instalments }: Pick<PolicyVersion, 'method' | 'from_instalments'>) => {
  const name = method === null ? 'Toda venda' : methodName(method)
  return `${name[0]!.toUpperCase()}${name.slice(1)}${from_instalments > 1 ? ` em ${from_instalments} vezes ou mais` : ''}`
}

/** One version in words. */
function Terms({ of }: { of: PolicyVersion }) {
  const facts = [
    releaseSentence(of),
    ...(Number(of.payment_rate) > 0 ? [`pagamento ${rateWords(of.payment_rate)}`] : []),
    ...(of.freight_share !== '1' ? [`${rateWords(of.freight_share)} do frete por nossa conta`] : []),
    ...(of.coupon_share !== '1' ? [`${rateWords(of.coupon_share)} do cupom por nossa conta`] : []),
    ...(Number(of.tax_withheld_rate) > 0 ? [`tributos retidos ${rateWords(of.tax_withheld_rate)}`] : []),
    ...(Number(of.tax_split_rate) > 0 ? [`IBS e CBS retidos ${rateWords(of.tax_split_rate)}`] : []),
    ...(of.acquirer ? [`${of.acquirer}, arranjo ${of.arrangement}`] : []),
  ]
  return (
    <>
      <p className="fee-facts quiet" style={{ margin: 0 }}>
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <ul className="fee-bands" aria-label="Comissão por preço">
        {of.bands.map((band, index) => (
          <li key={band.from_price}>
            {of.bands.length > 1 && <span className="quiet">{bandWords(band.from_price, of.bands[index + 1]?.from_price)}: </span>}
            {Number(band.commission_rate) === 0 && band.fixed_fee === 0 ? 'sem comissão' : rateWords(band.commission_rate)}
            {band.fixed_fee > 0 && ` + R$ ${money(band.fixed_fee)}`}
          </li>
        ))}
      </ul>
    </>
  )
}

export const bandWords = (from: number, next: number | undefined) =>
  next === undefined ? `de R$ ${money(from)} em diante` : from === 0 ? `até R$ ${money(next - 1)}` : `R$ ${money(from)} a ${money(next - 1)}`

export function releaseSentence({ release_after, release_days, instalment_days }: Pick<PolicyVersion, 'release_after' | 'release_days' | 'instalment_days'>) {
  const after = release_after === 'approval' ? 'da aprovação' : 'da entrega'
  const first = release_days === 0 ? `paga no dia ${after}` : `paga ${count(release_days, 'dia', 'dias')} depois ${after}`
  return instalment_days === null ? first : `${first}, uma parcela a cada ${instalment_days} dias`
}
