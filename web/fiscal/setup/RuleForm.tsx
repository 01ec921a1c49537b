import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { endRuleEndpoint, regimes, ruleStates, saveRuleEndpoint } from '../../../server/fiscal-setup/contract.ts'
import type { RuleRow } from '../../../server/fiscal-setup/contract.ts'
import { useAct } from '../../client.ts'
import { FormFaults, faultOf } from '../../components/FormFaults.tsx'
import { RuleTaxes } from './RuleTaxes.tsx'
import { RuleWhen } from './RuleWhen.tsx'
import { draftOf, shownFields } from './ruleDraft.ts'
import type { RuleDraft } from './ruleDraft.ts'
import { useFirstFault } from './useField.ts'

export interface RuleFormProps {
  draft: RuleDraft
  set: (part: Partial<RuleDraft>) => void
  /** For a field of the rule: its fault, and whether it may be written. */
  at: (field: string) => { error: string | null; readOnly: boolean }
}

/** A rule as it stands, and the form of its next version: a confirmed row is never changed. */
export function RuleForm({ rule, may, close }: { rule: RuleRow | null; may: boolean; close: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(rule))
  const save = useAct(saveRuleEndpoint, { quiet: true, done: 'Regra salva', onDone: close })
  const end = useAct(endRuleEndpoint, { done: rule?.state === 'suggested' ? 'Sugestão apagada' : 'Regra encerrada', onDone: close })
  useFirstFault(save.refusal)
  const over = rule?.state === 'closed' || rule?.state === 'withdrawn'
  const writable = may && !over
  const send = (confirm: boolean) => save.run({ ...draft, confirm, ...(rule?.state === 'suggested' ? { instead_of: rule.id } : {}) })
  const form: RuleFormProps = {
    draft,
    set: (part) => setDraft((before) => ({ ...before, ...part })),
    at: (field) => ({ error: faultOf(save.refusal, field), readOnly: !writable }),
  }
  return (
    <Modal opened onClose={close} size="xl" title={rule ? 'Regra de imposto' : 'Nova regra de imposto'}>
      <form
        className="stack rule-form"
        onSubmit={(event) => {
          event.preventDefault()
          send(true)
        }}
      >
        {rule && (
          <p className="quiet small">
            {ruleStates[rule.state].charAt(0).toUpperCase() + ruleStates[rule.state].slice(1)}
            {rule.confirmed_by ? `, confirmada por ${rule.confirmed_by}` : ''}
            {rule.crt ? ` · ${regimes[rule.crt as keyof typeof regimes]}` : ''}
            {rule.note ? ` · ${rule.note}` : ''}
          </p>
        )}
        {rule && writable && rule.state !== 'suggested' && (
          <p className="setup-band" data-tone="info">
            Uma regra confirmada não muda: ao salvar com outra data em “Vale desde”, esta é encerrada na véspera. Com a mesma data, ela é substituída e fica no
            histórico.
          </p>
        )}
        <RuleWhen {...form} />
        <RuleTaxes {...form} />
        <FormFaults refusal={save.refusal} fields={shownFields} />
        <div className="row form-end">
          {rule && writable && (
            <Button variant="subtle" color="gray" loading={end.busy} onClick={() => end.run({ rule: rule.id })} mr="auto">
              {rule.state === 'suggested' ? 'Apagar a sugestão' : 'Encerrar hoje'}
            </Button>
          )}
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          {writable && (
            <>
              {(!rule || rule.state === 'suggested') && (
                <Button variant="default" loading={save.busy} onClick={() => send(false)}>
                  Salvar sem confirmar
                </Button>
              )}
              <Button type="submit" loading={save.busy}>
                {rule?.state === 'suggested' || !rule ? 'Salvar e confirmar' : 'Salvar nova versão'}
              </Button>
            </>
          )}
        </div>
      </form>
    </Modal>
  )
}
