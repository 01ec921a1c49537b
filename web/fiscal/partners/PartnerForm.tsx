import { Button, Collapse, NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { IconTestPipe } from '@tabler/icons-react'
import { useState } from 'react'
import { addPartner, fieldsOf, partnerKinds, savePartner, testPartner } from '../../../server/partners/contract.ts'
import type { PartnerField, PartnerKind, PartnerRow } from '../../../server/partners/contract.ts'
import { useAct } from '../../client.ts'
import type { Refusal } from '../../client.ts'
import { faultOf } from '../../components/FormFaults.tsx'
import { EditModal } from '../../settings/EditModal.tsx'
import { Tested } from './Partners.tsx'

type Value = string | number | boolean
type Named = { id: number; name: string }

const defaultsOf = (kind: PartnerKind): Record<string, Value> =>
  Object.fromEntries(fieldsOf(kind).flatMap((field) => (field.type === 'secret' || field.default === undefined ? [] : [[field.name, field.default]])))

/** Guided fields of one partner: what to fill in, where to find it, and a test once it is saved. */
export function PartnerForm({
  partner,
  accounts,
  companies,
  close,
}: {
  partner: PartnerRow | null
  accounts: (Named & { kind: string })[]
  companies: Named[]
  close: () => void
}) {
  const [kind, setKind] = useState<PartnerKind | null>(partner?.kind ?? null)
  const [name, setName] = useState(partner?.name ?? '')
  const [account, setAccount] = useState(partner?.account?.id ?? null)
  const [company, setCompany] = useState(partner?.company?.id ?? null)
  const [settings, setSettings] = useState<Record<string, Value>>({ ...(kind ? defaultsOf(kind) : {}), ...partner?.settings })
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const [active, setActive] = useState(partner?.active ?? true)
  const [advanced, setAdvanced] = useState(false)
  const probe = useAct(testPartner)
  const options = { quiet: true, done: 'Parceiro salvo', onDone: ({ id }: { id: number }) => (probe.run({ partner: id }), close()) }
  const add = useAct(addPartner, options)
  const save = useAct(savePartner, options)
  const act = partner ? save : add
  const choose = (chosen: PartnerKind) => {
    setKind(chosen)
    setSettings(defaultsOf(chosen))
    setSecrets({})
    const its = accounts.filter((row) => row.kind === chosen)
    setAccount(its.length === 1 && its[0] ? its[0].id : null)
    if (!name || Object.values(partnerKinds).some(({ title }) => title === name)) setName(partnerKinds[chosen].title)
  }
  const send = () => {
    if (!kind) return
    const known = new Set(
      fieldsOf(kind)
        .filter(({ type }) => type !== 'secret')
        .map((field) => field.name),
    )
    const draft = {
      name,
      active,
      account: partnerKinds[kind].of === 'account' ? account : null,
      company: partnerKinds[kind].of === 'company' ? company : null,
      settings: Object.fromEntries(Object.entries(settings).filter(([field]) => known.has(field))),
      secrets: Object.fromEntries(Object.entries(secrets).filter(([, value]) => value)),
    }
    if (partner) save.run({ partner: partner.id, ...draft })
    else add.run({ kind, ...draft })
  }
  const fields = kind ? fieldsOf(kind) : []
  const draw = (field: PartnerField) => (
    <Field
      key={field.name}
      field={field}
      refusal={act.refusal}
      stored={partner?.secrets.includes(field.name) ?? false}
      value={field.type === 'secret' ? (secrets[field.name] ?? '') : (settings[field.name] ?? '')}
      change={(value) =>
        field.type === 'secret' ? setSecrets({ ...secrets, [field.name]: String(value) }) : setSettings({ ...settings, [field.name]: value })
      }
    />
  )
  const plain = fields.filter((field) => !field.advanced)
  const few = fields.filter((field) => field.advanced)
  return (
    <EditModal
      opened
      close={close}
      title={partner ? partner.name : 'Novo parceiro'}
      ready={Boolean(kind && name.trim() && (partnerKinds[kind].of === 'company' || account))}
      send={send}
      busy={act.busy}
      refusal={act.refusal}
      fields={['name', ...fields.map((field) => `${field.type === 'secret' ? 'secrets' : 'settings'}.${field.name}`)]}
      size="lg"
      verb={partner ? 'Salvar e testar' : 'Cadastrar e testar'}
    >
      <Select
        label="Tipo"
        placeholder="Escolha quem vai receber"
        data={Object.entries(partnerKinds).map(([value, { title }]) => ({ value, label: title }))}
        value={kind}
        onChange={(value) => value && choose(value as PartnerKind)}
        readOnly={partner !== null}
        allowDeselect={false}
        {...(partner ? { variant: 'filled' } : { 'data-autofocus': true })}
        {...(kind ? { description: partnerKinds[kind].does, inputWrapperOrder: ['label', 'input', 'description', 'error'] } : {})}
      />
      {kind && (
        <>
          <div className="two partner-fields">
            <TextInput label="Nome" value={name} onChange={(event) => setName(event.currentTarget.value)} error={faultOf(act.refusal, 'name')} />
            {partnerKinds[kind].of === 'account' ? (
              <Select
                label="Canal de venda"
                description={accounts.length ? undefined : 'Cadastre antes o canal em Canais de venda'}
                placeholder="As notas dos pedidos de"
                data={accounts.map((row) => ({ value: String(row.id), label: row.name }))}
                value={account === null ? null : String(account)}
                onChange={(value) => setAccount(value === null ? null : Number(value))}
                allowDeselect={false}
              />
            ) : (
              <Select
                label="Empresa"
                data={[{ value: '', label: 'Todas as empresas' }, ...companies.map((row) => ({ value: String(row.id), label: row.name }))]}
                value={company === null ? '' : String(company)}
                onChange={(value) => setCompany(value ? Number(value) : null)}
                allowDeselect={false}
              />
            )}
          </div>
          <div className="two partner-fields">{plain.map(draw)}</div>
          {few.length > 0 && (
            <>
              <Button variant="subtle" size="compact-sm" className="self-start" onClick={() => setAdvanced(!advanced)} aria-expanded={advanced}>
                {advanced ? 'Esconder o avançado' : 'Avançado'}
              </Button>
              <Collapse expanded={advanced}>
                <div className="two partner-fields">{few.map(draw)}</div>
              </Collapse>
            </>
          )}
          <Switch label="Ativo: recebe as notas" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
          {partner && (
            <div className="row partner-test">
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<IconTestPipe size={14} />}
                loading={probe.busy}
                onClick={() => probe.run({ partner: partner.id })}
              >
                Testar o que está salvo
              </Button>
              <Tested partner={partner} />
            </div>
          )}
        </>
      )}
    </EditModal>
  )
}

function Field({
  field,
  value,
  change,
  refusal,
  stored,
}: {
  field: PartnerField
  value: Value
  change: (value: Value) => void
  refusal: Refusal | null
  stored: boolean
}) {
  const shared = {
    label: field.label,
    description: field.hint,
    error: faultOf(refusal, `${field.type === 'secret' ? 'secrets' : 'settings'}.${field.name}`),
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
    ...(field.required && !stored ? { withAsterisk: true } : {}),
  }
  if (field.type === 'switch')
    return (
      <Switch
        label={field.label}
        description={field.hint}
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
        className="whole-line"
      />
    )
  if (field.type === 'number')
    return (
      <NumberInput
        {...shared}
        value={typeof value === 'boolean' ? '' : value}
        min={field.min ?? 0}
        max={field.max ?? 1e6}
        decimalSeparator=","
        onChange={(next) => change(Number(next))}
      />
    )
  if (field.type === 'choice')
    return <Select {...shared} data={field.choices ?? []} value={String(value)} onChange={(next) => next && change(next)} allowDeselect={false} />
  if (field.type === 'secret')
    return (
      <PasswordInput
        {...shared}
        value={String(value)}
        placeholder={stored ? 'Guardado; digite só para trocar' : ''}
        autoComplete="new-password"
        onChange={(event) => change(event.currentTarget.value)}
      />
    )
  return (
    <TextInput
      {...shared}
      value={String(value)}
      onChange={(event) => change(event.currentTarget.value)}
      {...(field.type === 'email' ? { type: 'email' } : {})}
    />
  )
}
