import { PasswordInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { reportFields, reportKinds, saveReportSource } from '../../server/reconciliation/contract.ts'
import type { ReportKind, ReportSource } from '../../server/reconciliation/contract.ts'
import { useAct } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { EditModal } from '../settings/EditModal.tsx'

/** The access to one channel's reports: what to fill in and where to find it. What is saved is asked at once. */
export function SourceForm({
  source,
  accounts,
  close,
}: {
  source: ReportSource | null
  accounts: { id: number; name: string; kind: string }[]
  close: () => void
}) {
  const [account, setAccount] = useState(source?.account.id ?? (accounts.length === 1 ? accounts[0]?.id : undefined) ?? null)
  const [kind, setKind] = useState<ReportKind | null>(source?.kind ?? null)
  const [address, setAddress] = useState(source?.address ?? '')
  const [settings, setSettings] = useState<Record<string, string>>(source?.settings ?? {})
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const save = useAct(saveReportSource, { quiet: true, done: 'Acesso salvo: buscando os relatórios', onDone: close })
  const fields = kind ? reportFields(kind) : []
  const same = source !== null && source.kind === kind && source.address === (address.trim() || (kind && reportKinds[kind].address))
  const send = () => {
    if (!kind || account === null) return
    const of = (values: Record<string, string>, secret: boolean) =>
      Object.fromEntries(fields.filter((field) => field.secret === secret && values[field.name]).map(({ name }) => [name, values[name] ?? '']))
    save.run({ account, kind, ...(address.trim() ? { address: address.trim() } : {}), settings: of(settings, false), secrets: of(secrets, true) })
  }
  return (
    <EditModal
      opened
      close={close}
      title={source ? source.account.name : 'Ligar um canal'}
      ready={kind !== null && account !== null}
      send={send}
      busy={save.busy}
      refusal={save.refusal}
      fields={['address', ...fields.map(({ name, secret }) => `${secret ? 'secrets' : 'settings'}.${name}`)]}
      size="lg"
      verb="Salvar e buscar"
    >
      <div className="source-fields">
        {source === null && (
          <Select
            label="Canal de venda"
            description={accounts.length ? undefined : 'Todos os canais já têm busca'}
            placeholder="De qual conta"
            data={accounts.map((row) => ({ value: String(row.id), label: row.name }))}
            value={account === null ? null : String(account)}
            onChange={(value) => setAccount(value === null ? null : Number(value))}
            allowDeselect={false}
            data-autofocus
          />
        )}
        <Select
          label="Quem paga"
          placeholder="De quem são os relatórios"
          data={Object.entries(reportKinds).map(([value, { label }]) => ({ value, label }))}
          value={kind}
          onChange={(value) => {
            setKind(value as ReportKind | null)
            setAddress('')
          }}
          allowDeselect={false}
        />
      </div>
      {kind && (
        <>
          <p className="quiet source-about">{reportKinds[kind].about}</p>
          <div className="source-fields">
            {fields.map(({ name, label, secret, hint }) => {
              const shared = { label, description: hint, error: faultOf(save.refusal, `${secret ? 'secrets' : 'settings'}.${name}`) }
              return secret ? (
                <PasswordInput
                  {...shared}
                  key={name}
                  value={secrets[name] ?? ''}
                  onChange={(event) => setSecrets({ ...secrets, [name]: event.currentTarget.value })}
                  placeholder={same && source.secrets.includes(name) ? 'guardado; preencha só para trocar' : ''}
                  autoComplete="off"
                />
              ) : (
                <TextInput
                  {...shared}
                  key={name}
                  value={settings[name] ?? ''}
                  onChange={(event) => setSettings({ ...settings, [name]: event.currentTarget.value })}
                  autoComplete="off"
                />
              )
            })}
          </div>
          <TextInput
            label="Endereço da API"
            description="Só muda em testes"
            placeholder={reportKinds[kind].address}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
            error={faultOf(save.refusal, 'address')}
            inputMode="url"
          />
        </>
      )}
    </EditModal>
  )
}
