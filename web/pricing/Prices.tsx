import { useNavigate, useSearch } from '@tanstack/react-router'
import { FilterChips } from '../components/FilterChips.tsx'
import { Page } from '../shell/Page.tsx'
import { Calculator } from './Calculator.tsx'
import { Floors } from './Floors.tsx'
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
      filters={
        <FilterChips
          filters={{ ver: view } as { ver?: string }}
          change={(change) => void navigate({ to: '.', search: { ver: change.ver ?? view } as never, replace: true })}
          of={[{ name: 'ver', label: 'Ver', spread: true, options: views }]}
        />
      }
    >
      {view === 'calculadora' ? <Calculator /> : view === 'termos' ? <Terms /> : <Floors />}
    </Page>
  )
}
