import { Autocomplete, Button, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { IconPlus, IconShoppingBag } from '@tabler/icons-react'
import { useState } from 'react'
import { companiesEndpoint } from '../../server/fiscal-setup/contract.ts'
import { listChannels, saveChannel } from '../../server/orders/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { Code } from '../components/Values.tsx'
import { typing } from '../components/format.ts'
import { useMay } from '../session.ts'
import { EditModal } from './EditModal.tsx'
import { Part } from './Part.tsx'

type Channel = AnswerOf<typeof listChannels>['rows'][number]
/** Kinds we know by name; any other may be written. */
const kinds: Record<string, string> = {
  mercado_livre: 'Mercado Livre',
  shopee: 'Shopee',
  amazon: 'Amazon',
  magalu: 'Magalu',
  nuvemshop: 'Nuvemshop',
  tray: 'Tray',
  shopify: 'Shopify',
  vtex: 'VTEX',
  manual: 'Digitado à mão',
}
/** Who makes the nota of what this channel sells. */
const issuers = { own: 'Nós: a nota sai daqui', elsewhere: 'Outro sistema ou o próprio canal: anexamos o XML', none: 'Ninguém: vende sem nota' } as const
const kindOf = (label: string) => Object.entries(kinds).find(([, name]) => name.toLowerCase() === label.trim().toLowerCase())?.[0] ?? label.trim()

/** Where orders come from: one account at one marketplace or shop. */
export function Channels() {
  const channels = useRead(listChannels)
  const may = useMay()('settings.manage')
  const [editing, setEditing] = useState<Channel | 'new' | null>(null)
  const create = () => setEditing('new')
  return (
    <Part
      title="Canais de venda"
      says="Cada conta em um marketplace ou loja é um canal. O código vai em cada pedido que chega por API ou arquivo."
      action={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={create}>
            Novo canal
          </Button>
        )
      }
    >
      <DataTable
        label="Canais"
        rows={asRows(channels, (answer) => answer.rows)}
        rowKey={(channel) => channel.id}
        {...(may ? { open: (channel: Channel) => setEditing(channel) } : {})}
        columns={[
          { key: 'name', title: 'Nome', card: 'title', cell: (channel) => channel.name },
          { key: 'code', title: 'Código', cell: (channel) => <Code of={channel.code} /> },
          { key: 'kind', title: 'Tipo', cell: (channel) => kinds[channel.kind] ?? channel.kind },
          { key: 'company', title: 'Empresa', cell: (channel) => channel.company },
          {
            key: 'age',
            title: 'Reler situação',
            cell: (channel) =>
              channel.status_max_age_minutes === null ? <span className="quiet">não tem</span> : `a cada ${channel.status_max_age_minutes} min`,
          },
          { key: 'state', title: 'Situação', card: 'corner', width: 100, cell: (channel) => (channel.active ? null : <State tone="idle" word="Inativo" />) },
        ]}
        empty={
          <Empty icon={IconShoppingBag} title="Nenhum canal" action={may && { label: 'Novo canal', run: create }}>
            Crie o primeiro para receber pedidos por arquivo ou API.
          </Empty>
        }
      />
      {editing && <ChannelForm channel={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
    </Part>
  )
}

function ChannelForm({ channel, close }: { channel: Channel | null; close: () => void }) {
  const [code, setCode] = useState(channel?.code ?? '')
  const [name, setName] = useState(channel?.name ?? '')
  const [kind, setKind] = useState(kinds[channel?.kind ?? ''] ?? channel?.kind ?? '')
  const [age, setAge] = useState<number | string>(channel?.status_max_age_minutes ?? '')
  const [active, setActive] = useState(channel?.active ?? true)
  const [company, setCompany] = useState<string | null>(channel?.company_id ? String(channel.company_id) : null)
  const [issuer, setIssuer] = useState<keyof typeof issuers>(channel?.invoice_by ?? 'own')
  const [intermediary, setIntermediary] = useState(typing.cnpj(channel?.intermediary_cnpj ?? ''))
  const [seller, setSeller] = useState(channel?.intermediary_seller ?? '')
  const companies = useRead(companiesEndpoint, {}, { when: useMay()('fiscal.read') }).data?.rows ?? []
  const save = useAct(saveChannel, { quiet: true, done: 'Canal salvo', onDone: close })
  const fiscal = {
    company: company ? Number(company) : null,
    invoice_by: issuer,
    intermediary_cnpj: typing.store(intermediary) || null,
    intermediary_seller: seller.trim() || null,
  }
  return (
    <EditModal
      opened
      close={close}
      ready={Boolean(code && name.trim())}
      size="lg"
      title={channel ? channel.name : 'Novo canal'}
      send={() => save.run({ code, name, kind: kindOf(kind), status_max_age_minutes: age === '' ? null : Number(age), active, ...fiscal })}
      busy={save.busy}
      refusal={save.refusal}
      fields={['code', 'name', 'kind', 'status_max_age_minutes', 'company', 'invoice_by', 'intermediary_cnpj', 'intermediary_seller']}
    >
      <TextInput
        label="Nome"
        placeholder="Por exemplo: Loja Casa Aurora"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(save.refusal, 'name')}
        data-autofocus
      />
      <TextInput
        label="Código"
        description={channel ? 'Não muda: os pedidos o usam' : 'Letras minúsculas, números e hífen'}
        classNames={{ input: 'code' }}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value.toLowerCase())}
        error={faultOf(save.refusal, 'code')}
        readOnly={channel !== null}
        {...(channel ? { variant: 'filled' } : {})}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <Autocomplete label="Tipo" data={Object.values(kinds)} value={kind} onChange={setKind} error={faultOf(save.refusal, 'kind')} />
      <NumberInput
        label="Reler a situação do pedido no canal"
        description="Antes de expedir, a situação lida do canal não pode ser mais velha que isto. Em branco: o canal não tem situação própria."
        suffix=" minutos"
        decimalScale={0}
        allowNegative={false}
        value={age}
        onChange={setAge}
        error={faultOf(save.refusal, 'status_max_age_minutes')}
      />
      <Select
        label="Quem emite a nota"
        data={Object.entries(issuers).map(([value, label]) => ({ value, label }))}
        value={issuer}
        onChange={(value) => value && setIssuer(value as keyof typeof issuers)}
        allowDeselect={false}
        error={faultOf(save.refusal, 'invoice_by')}
      />
      {issuer === 'own' && (
        <div className="two">
          {companies.length > 0 && (
            <Select
              label="Empresa que emite"
              placeholder="A primeira"
              data={companies.map(({ id, trade_name }) => ({ value: String(id), label: trade_name }))}
              value={company}
              onChange={setCompany}
              clearable
              error={faultOf(save.refusal, 'company')}
            />
          )}
          <TextInput
            label="CNPJ do marketplace"
            description="Vazio em loja própria"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            classNames={{ input: 'code' }}
            value={intermediary}
            onChange={(event) => setIntermediary(typing.cnpj(event.currentTarget.value))}
            error={faultOf(save.refusal, 'intermediary_cnpj')}
          />
          <TextInput
            label="Seu código de vendedor lá"
            value={seller}
            onChange={(event) => setSeller(event.currentTarget.value)}
            error={faultOf(save.refusal, 'intermediary_seller')}
          />
        </div>
      )}
      <Switch label="Ativo: recebe pedidos" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
    </EditModal>
  )
}
