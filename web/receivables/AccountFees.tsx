import { Button } from '@mantine/core'
import type { listPolicies, PolicyVersion } from '../../server/receivables/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { dayOf } from '../components/days.ts'
import { count, money } from '../components/format.ts'
import type { Starting } from './Fees.tsx'
import { MatchPolicy } from './MatchPolicy.tsx'
import { methodName, rateWords } from './words.ts'

export type Account = AnswerOf<typeof listPolicies>['accounts'][number]
export const sameKey = (one: PolicyVersion, other: PolicyVersion) => one.method === other.method && one.from_instalments === other.from_instalments

/** What one channel charges now, and charged before; what is accepted of what it charges otherwise. */
export function AccountFees({ account, write }: { account: Account; write: ((starting: Starting) => void) | null }) {
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
      <MatchPolicy account={account} may={write !== null} />
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
