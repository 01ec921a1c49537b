import { Button, NumberInput, Select, Switch } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { listCarriers } from '../../server/orders/contract.ts'
import { readSettings, saveSettings } from '../../server/settings/contract.ts'
import type { Settings as Wanted } from '../../server/settings/contract.ts'
import { useAct, useRead } from '../client.ts'
import { Failed } from '../components/Empty.tsx'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { useMay } from '../session.ts'
import { Part } from './Part.tsx'

const zones: [string, string][] = [
  ['America/Sao_Paulo', 'Brasília (Sudeste, Sul, GO e DF)'],
  ['America/Bahia', 'Bahia'],
  ['America/Maceio', 'Alagoas e Sergipe'],
  ['America/Recife', 'Pernambuco'],
  ['America/Fortaleza', 'Ceará, Maranhão, Paraíba, Piauí e Rio Grande do Norte'],
  ['America/Belem', 'Amapá e leste do Pará'],
  ['America/Santarem', 'Oeste do Pará'],
  ['America/Araguaina', 'Tocantins'],
  ['America/Cuiaba', 'Mato Grosso'],
  ['America/Campo_Grande', 'Mato Grosso do Sul'],
  ['America/Manaus', 'Amazonas'],
  ['America/Porto_Velho', 'Rondônia'],
  ['America/Boa_Vista', 'Roraima'],
  ['America/Rio_Branco', 'Acre'],
  ['America/Noronha', 'Fernando de Noronha'],
]

/** How this house works, in sentences with one answer each. */
export function Rules() {
  const query = useRead(readSettings)
  const carriers = useRead(listCarriers)
  const may = useMay()('settings.manage')
  const [draft, setDraft] = useState<Partial<Wanted>>({})
  const save = useAct(saveSettings, { quiet: true, done: 'Regras salvas', onDone: () => setDraft({}) })
  if (query.error && !query.data) return <Failed error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return null
  const now = { ...query.data, ...draft }
  const set = (change: Partial<Wanted>) => setDraft({ ...draft, ...change })
  const changed = (Object.keys(draft) as (keyof Wanted)[]).filter((name) => draft[name] !== query.data[name])
  const amount = (value: number | string) => (value === '' ? null : Number(value))
  return (
    <Part title="Regras" says={may ? undefined : 'Só o dono muda as regras.'}>
      <form
        className="surface rules"
        onSubmit={(event) => {
          event.preventDefault()
          save.run(Object.fromEntries(changed.map((name) => [name, now[name]])))
        }}
      >
        <Rule title="Fuso horário" says="Dias, turnos e horários de coleta são contados nele.">
          <Select
            aria-label="Fuso horário"
            data={zones.map(([value, label]) => ({ value, label }))}
            searchable
            value={now.time_zone}
            onChange={(value) => value && set({ time_zone: value })}
            disabled={!may}
            allowDeselect={false}
            error={faultOf(save.refusal, 'time_zone')}
          />
        </Rule>
        <Rule title="Transportadora padrão" says="De pedidos que não dizem por quem vão. Sem ela, esperam que alguém escolha.">
          <Select
            aria-label="Transportadora padrão"
            placeholder="Nenhuma: esperam"
            clearable
            data={(carriers.data?.rows ?? []).map((carrier) => ({ value: carrier.code, label: carrier.name, disabled: !carrier.active }))}
            value={now.default_carrier}
            onChange={(value) => set({ default_carrier: value })}
            disabled={!may}
            error={faultOf(save.refusal, 'default_carrier')}
          />
        </Rule>
        <Rule title="Liberação automática" says="Pedidos descem sozinhos para a separação este tempo antes da coleta. Em branco, só quando alguém libera.">
          <NumberInput
            aria-label="Minutos antes da coleta"
            placeholder="Só à mão"
            suffix=" minutos antes"
            decimalScale={0}
            allowNegative={false}
            value={now.auto_release_minutes ?? ''}
            onChange={(value) => set({ auto_release_minutes: amount(value) })}
            disabled={!may}
            error={faultOf(save.refusal, 'auto_release_minutes')}
          />
        </Rule>
        <Rule title="Cestos por carrinho" says="Quantos pedidos de vários itens um separador leva de uma vez. Em branco, as vagas de cada carrinho.">
          <NumberInput
            aria-label="Cestos por carrinho"
            placeholder="As vagas do carrinho"
            suffix=" cestos"
            decimalScale={0}
            allowNegative={false}
            value={now.cart_slots ?? ''}
            onChange={(value) => set({ cart_slots: amount(value) })}
            disabled={!may}
            error={faultOf(save.refusal, 'cart_slots')}
          />
        </Rule>
        <Rule title="Lote de pedidos de um item" says="Pedidos de um item só são separados juntos, no máximo estes por viagem.">
          <NumberInput
            aria-label="Pedidos por lote"
            suffix=" pedidos"
            decimalScale={0}
            allowNegative={false}
            value={now.single_batch}
            onChange={(value) => value !== '' && set({ single_batch: Number(value) })}
            disabled={!may}
            error={faultOf(save.refusal, 'single_batch')}
          />
        </Rule>
        <Rule title="Pesar as caixas" says="A conferência pede o peso antes da etiqueta e avisa quando ele não bate com o conteúdo.">
          <Switch
            aria-label="Pesar as caixas"
            label={now.weigh_boxes ? 'Sim' : 'Não'}
            checked={now.weigh_boxes}
            onChange={(event) => set({ weigh_boxes: event.currentTarget.checked })}
            disabled={!may}
          />
        </Rule>
        <Rule title="Exigir nota para expedir" says="Nenhuma caixa embarca sem NF-e autorizada.">
          <Switch
            aria-label="Exigir nota para expedir"
            label={now.invoice_required ? 'Sim' : 'Não'}
            checked={now.invoice_required}
            onChange={(event) => set({ invoice_required: event.currentTarget.checked })}
            disabled={!may}
          />
        </Rule>
        <Rule
          title="Ciência automática"
          says="A nota de um fornecedor recebe a ciência ao chegar, o que traz o XML. Sem ela, alguém dá a ciência nota por nota."
        >
          <Switch
            aria-label="Ciência automática"
            label={now.manifest_awareness === 'auto' ? 'Sim' : 'Não'}
            checked={now.manifest_awareness === 'auto'}
            onChange={(event) => set({ manifest_awareness: event.currentTarget.checked ? 'auto' : 'by_hand' })}
            disabled={!may}
          />
        </Rule>
        {(changed.length > 0 || save.refusal) && (
          <div className="rules-foot">
            <FormFaults refusal={save.refusal} fields={Object.keys(query.data)} />
            <div className="row form-end">
              <Button
                variant="default"
                onClick={() => {
                  setDraft({})
                  save.reset()
                }}
              >
                Desfazer
              </Button>
              <Button type="submit" loading={save.busy} disabled={changed.length === 0}>
                Salvar regras
              </Button>
            </div>
          </div>
        )}
      </form>
    </Part>
  )
}

function Rule({ title, says, children }: { title: string; says: string; children: ReactNode }) {
  return (
    <div className="rule">
      <div>
        <h3>{title}</h3>
        <p className="quiet small">{says}</p>
      </div>
      <div>{children}</div>
    </div>
  )
}
