import { SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { stateRatesSheet } from '../../../server/fiscal-setup/contract.ts'
import { Page } from '../../shell/Page.tsx'
import { Reform } from './Reform.tsx'
import { SetupTabs } from './SetupTabs.tsx'
import { Sheets } from './Sheets.tsx'
import { StateRates } from './StateRates.tsx'

/** `/fiscal/aliquotas`: ICMS of the states, and `?tab=reforma` IBS and CBS. */
export function Rates() {
  const { tab } = useSearch({ strict: false } as never) as { tab?: string }
  const navigate = useNavigate()
  const reform = tab === 'reforma'
  return (
    <Page
      title="Alíquotas"
      action={reform ? <Sheets kind="class_trib" /> : <Sheets endpoint={stateRatesSheet} kind="state_rates" />}
      filters={
        <>
          <SetupTabs />
          <div>
            <SegmentedControl
              aria-label="Imposto"
              value={reform ? 'reforma' : 'icms'}
              onChange={(value) => void navigate({ to: '.', search: (value === 'reforma' ? { tab: 'reforma' } : {}) as never, replace: true })}
              data={[
                { value: 'icms', label: 'ICMS dos estados' },
                { value: 'reforma', label: 'IBS e CBS' },
              ]}
            />
          </div>
        </>
      }
    >
      {reform ? <Reform /> : <StateRates />}
    </Page>
  )
}
