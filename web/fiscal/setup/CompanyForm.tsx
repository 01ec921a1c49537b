import { Button, NumberInput, SegmentedControl, Select, TextInput, Textarea } from '@mantine/core'
import { useState } from 'react'
import { addCompanyEndpoint, regimes, saveCompanyEndpoint, ufs } from '../../../server/fiscal-setup/contract.ts'
import type { CompanyRow } from '../../../server/fiscal-setup/contract.ts'
import type { SentTo } from '../../../server/platform/endpoint.ts'
import { useAct } from '../../client.ts'
import { FormFaults, faultOf } from '../../components/FormFaults.tsx'
import { phone, typing } from '../../components/format.ts'
import { Section } from '../../shell/Page.tsx'
import { City } from './City.tsx'
import { SeriesList } from './SeriesList.tsx'
import { useField, useFirstFault } from './useField.ts'

type Draft = SentTo<typeof addCompanyEndpoint>
const fields = [
  'cnpj',
  'legal_name',
  'trade_name',
  'state_registration',
  'crt',
  'ibge',
  'phone',
  'email',
  'environment',
  'connections',
  'sefaz_base',
  'sefaz_ca',
  'address.street',
  'address.number',
  'address.complement',
  'address.district',
  'address.cep',
  'address.state',
]

/** Everything that a nota says of its issuer, in the order of a person's papers. */
export function CompanyForm({ company, may, saved }: { company: CompanyRow | null; may: boolean; saved: (id: number) => void }) {
  const [draft, setDraft] = useState(() => draftOf(company))
  const [far, setFar] = useState(Boolean(company?.sefaz_base))
  const options = { quiet: true, done: 'Empresa salva', onDone: ({ id }: { id: number }) => saved(id) }
  const add = useAct(addCompanyEndpoint, options)
  const change = useAct(saveCompanyEndpoint, options)
  const { busy, refusal } = company ? change : add
  useField(true)
  useFirstFault(refusal)
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const place = (part: Partial<Draft['address']>) => set({ address: { ...draft.address, ...part } })
  const at = (field: string) => ({ 'data-field': field, error: faultOf(refusal, field), readOnly: !may })
  const send = () => {
    const sent = { ...draft, cnpj: draft.cnpj.trim(), sefaz_base: far ? draft.sefaz_base : null, sefaz_ca: far ? draft.sefaz_ca : null }
    if (company) change.run({ company: company.id, ...sent })
    else add.run(sent)
  }
  return (
    <>
      <form
        className="surface setup-form"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <h2>Quem emite</h2>
        <div className="two">
          <TextInput
            label="CNPJ"
            description={company?.fixed ? 'Não muda: já tem certificado ou notas' : 'Com letras também, como 12.ABC.345/01DE-35'}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            classNames={{ input: 'code' }}
            value={draft.cnpj}
            onChange={(event) => set({ cnpj: typing.cnpj(event.currentTarget.value) })}
            {...at('cnpj')}
            readOnly={!may || company?.fixed === true}
            autoFocus={!company}
          />
          <TextInput
            label="Inscrição estadual"
            description="Só números, ou ISENTO"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            classNames={{ input: 'code' }}
            value={draft.state_registration}
            onChange={(event) => set({ state_registration: event.currentTarget.value })}
            {...at('state_registration')}
          />
          <TextInput label="Razão social" value={draft.legal_name} onChange={(event) => set({ legal_name: event.currentTarget.value })} {...at('legal_name')} />
          <TextInput
            label="Nome fantasia"
            value={draft.trade_name}
            onChange={(event) => set({ trade_name: event.currentTarget.value })}
            {...at('trade_name')}
          />
          <Select
            label="Regime tributário (CRT)"
            placeholder="Como está no cartão do CNPJ"
            data={Object.entries(regimes).map(([value, label]) => ({ value, label: `${value} · ${label}` }))}
            value={draft.crt ? String(draft.crt) : null}
            onChange={(value) => value && set({ crt: Number(value) as Draft['crt'] })}
            allowDeselect={false}
            {...at('crt')}
          />
          <div className="two">
            <TextInput label="Telefone" value={phone(draft.phone ?? '')} onChange={(event) => set({ phone: event.currentTarget.value })} {...at('phone')} />
            <TextInput
              label="E-mail"
              placeholder="Opcional"
              value={draft.email ?? ''}
              onChange={(event) => set({ email: event.currentTarget.value })}
              {...at('email')}
            />
          </div>
        </div>

        <h2>Endereço</h2>
        <div className="address-grid">
          <TextInput
            label="CEP"
            classNames={{ input: 'code' }}
            value={draft.address.cep}
            onChange={(event) => place({ cep: typing.cep(event.currentTarget.value) })}
            {...at('address.cep')}
          />
          <Select
            className="narrow"
            label="UF"
            data={ufs}
            searchable
            value={draft.address.state || null}
            onChange={(value) => value && place({ state: value as (typeof ufs)[number] })}
            allowDeselect={false}
            {...at('address.state')}
          />
          <City
            name={company?.address.city ?? ''}
            ibge={draft.ibge}
            uf={draft.address.state}
            choose={(ibge, uf) => set({ ibge, ...(uf && !draft.address.state ? { address: { ...draft.address, state: uf } } : {}) })}
            {...at('ibge')}
          />
          <TextInput
            className="half"
            label="Rua"
            value={draft.address.street}
            onChange={(event) => place({ street: event.currentTarget.value })}
            {...at('address.street')}
          />
          <TextInput
            className="narrow"
            label="Número"
            value={draft.address.number}
            onChange={(event) => place({ number: event.currentTarget.value })}
            {...at('address.number')}
          />
          <TextInput
            label="Complemento"
            placeholder="Opcional"
            value={draft.address.complement ?? ''}
            onChange={(event) => place({ complement: event.currentTarget.value })}
            {...at('address.complement')}
          />
          <TextInput
            label="Bairro"
            value={draft.address.district}
            onChange={(event) => place({ district: event.currentTarget.value })}
            {...at('address.district')}
          />
        </div>

        <h2>Emissão</h2>
        <div className="two">
          <div>
            <p className="setup-label" id="environment-label">
              Ambiente
            </p>
            <SegmentedControl
              aria-labelledby="environment-label"
              value={draft.environment}
              onChange={(value) => (set({ environment: value as Draft['environment'] }), value === 'production' && setFar(false))}
              readOnly={!may}
              data={[
                { value: 'homologation', label: 'Homologação (teste)' },
                { value: 'production', label: 'Produção (vale)' },
              ]}
            />
            <p className="quiet small">
              {draft.environment === 'production' ? 'As notas têm valor fiscal.' : 'As notas saem sem valor fiscal; a SEFAZ confere tudo do mesmo jeito.'}
            </p>
          </div>
          <NumberInput
            label="Conexões com a SEFAZ ao mesmo tempo"
            description="8 servem para mil notas por dia"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            min={1}
            max={64}
            value={draft.connections ?? 8}
            onChange={(value) => set({ connections: Number(value) })}
            {...at('connections')}
          />
        </div>
        {draft.environment === 'homologation' && (
          <details className="setup-more" open={far} onToggle={(event) => setFar(event.currentTarget.open)}>
            <summary>Usar um simulador da SEFAZ</summary>
            <div className="stack">
              <TextInput
                label="Endereço do simulador"
                placeholder="https://127.0.0.1:8443"
                value={draft.sefaz_base ?? ''}
                onChange={(event) => set({ sefaz_base: event.currentTarget.value })}
                {...at('sefaz_base')}
              />
              <Textarea
                label="Certificado da autoridade do simulador (PEM)"
                autosize
                minRows={3}
                maxRows={8}
                classNames={{ input: 'code' }}
                value={draft.sefaz_ca ?? ''}
                onChange={(event) => set({ sefaz_ca: event.currentTarget.value })}
                {...at('sefaz_ca')}
              />
            </div>
          </details>
        )}
        <FormFaults refusal={refusal} fields={fields} />
        {may && (
          <div className="row form-end">
            <Button type="submit" loading={busy}>
              {company ? 'Salvar' : 'Cadastrar'}
            </Button>
          </div>
        )}
      </form>
      {company && (
        <div className="setup-width">
          <Section title="Séries e números">
            <SeriesList company={company} may={may} />
          </Section>
        </div>
      )}
    </>
  )
}

function draftOf(company: CompanyRow | null): Draft {
  const { street, number, complement, district, cep, state } = company?.address ?? {}
  return {
    cnpj: typing.cnpj(company?.cnpj ?? ''),
    legal_name: company?.legal_name ?? '',
    trade_name: company?.trade_name ?? '',
    state_registration: company?.state_registration ?? '',
    crt: (company?.crt ?? undefined) as Draft['crt'],
    address: {
      street: street ?? '',
      number: number ?? '',
      complement: complement ?? null,
      district: district ?? '',
      cep: typing.cep(cep ?? ''),
      state: (state ?? '') as (typeof ufs)[number],
    },
    ibge: company?.ibge ?? '',
    phone: company?.phone ?? '',
    email: company?.email ?? '',
    environment: company?.environment ?? 'homologation',
    connections: company?.connections ?? 8,
    sefaz_base: company?.sefaz_base ?? null,
    sefaz_ca: company?.sefaz_ca ?? null,
  }
}
