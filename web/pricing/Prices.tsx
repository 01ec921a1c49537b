import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../shell/Page.tsx'
import { Calculator } from './Calculator.tsx'
import { Floors } from './Floors.tsx'
import { FreightTerms } from './FreightTerms.tsx'
import { OneOf } from './OneOf.tsx'
import { StockMethod } from './StockMethod.tsx'
import { Terms } from './Terms.tsx'
import './pricing.css'

const views = [
  { value: 'pisos', label: 'Preço mínimo' },
  { value: 'calculadora', label: 'Calculadora' },
  { value: 'termos', label: 'Termos e metas' },
]

/** `/vendas/precos?ver=calculadora`: the lowest price that pays, what a price leaves, and the terms that both stand on. */
export function Prices() {
  const written = useSearch({ strict: false } as never) as { ver?: string }
  const navigate = useNavigate()
  const view = views.find(({ value }) => value === written.ver)?.value ?? 'pisos'
  return (
    <Page
      title="Preços"
      filters={<OneOf label="Ver" value={view} of={views} change={(ver) => void navigate({ to: '.', search: { ver } as never, replace: true })} />}
    >
      {view === 'calculadora' ? (
        <Calculator />
      ) : view === 'termos' ? (
        <>
          <Terms />
          <FreightTerms />
          <StockMethod />
        </>
      ) : (
        <Floors />
      )}
    </Page>
  )
}
