import { Button, NumberInput } from '@mantine/core'
import { useState } from 'react'
import { saveMatchPolicy } from '../../server/reconciliation/contract.ts'
import { useAct } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { count } from '../components/format.ts'
import { EditModal } from '../settings/EditModal.tsx'
import type { Account } from './AccountFees.tsx'
import { percentageOf, rateWords } from './words.ts'

/** How much more than agreed a channel may charge for a payout to be matched all the same, and how long it may be asked back. */
export function MatchPolicy({ account, may }: { account: Account; may: boolean }) {
  const [changing, setChanging] = useState(false)
  return (
    <div className="fee-line">
      <div className="fee-head">
        <h3>Conferência dos repasses</h3>
        {may && (
          <Button size="compact-sm" variant="default" onClick={() => setChanging(true)}>
            Mudar tolerância
          </Button>
        )}
      </div>
      <p className="fee-facts quiet" style={{ margin: 0 }}>
        <span>
          {Number(account.tolerance) === 0
            ? 'Toda cobrança a mais fica em aberto para alguém ver'
            : `Até ${rateWords(account.tolerance)} cobrado a mais, o repasse é ligado e a diferença vai para R$ a recuperar`}
        </span>
        <span>prazo para reclamar: {count(account.claim_days, 'dia', 'dias')}</span>
      </p>
      {changing && <MatchForm account={account} close={() => setChanging(false)} />}
    </div>
  )
}

function MatchForm({ account, close }: { account: Account; close: () => void }) {
  const [tolerance, setTolerance] = useState<number | string>(percentageOf(account.tolerance))
  const [days, setDays] = useState<number | string>(account.claim_days)
  const save = useAct(saveMatchPolicy, { quiet: true, done: 'Tolerância salva: vale para os próximos repasses', onDone: close })
  return (
    <EditModal
      opened
      close={close}
      title={`Conferência dos repasses: ${account.name}`}
      send={() => save.run({ account: account.id, tolerance_percent: Number(tolerance), claim_days: Number(days) })}
      busy={save.busy}
      refusal={save.refusal}
      fields={['tolerance_percent', 'claim_days']}
      ready={tolerance !== '' && days !== ''}
    >
      <NumberInput
        label="Tolerância de taxa"
        description="Até esta parte do valor esperado, um repasse menor é ligado à venda e a diferença é cobrada do canal; acima dela, fica em aberto."
        suffix=" %"
        decimalScale={4}
        decimalSeparator=","
        thousandSeparator="."
        min={0}
        max={50}
        allowNegative={false}
        hideControls
        value={tolerance}
        onChange={setTolerance}
        error={faultOf(save.refusal, 'tolerance_percent')}
        data-autofocus
      />
      <NumberInput
        label="Dias para reclamar"
        description="O prazo do canal, contado do repasse: a cobrança avisa antes de vencer."
        min={1}
        max={365}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        value={days}
        onChange={setDays}
        error={faultOf(save.refusal, 'claim_days')}
      />
    </EditModal>
  )
}
