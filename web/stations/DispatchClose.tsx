import { Button, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'
import { manifestPdfEndpoint } from '../../server/dispatch/contract.ts'
import type { ManifestPage } from '../../server/dispatch/contract.ts'
import { addressOf } from '../client.ts'
import { count } from '../components/format.ts'
import { BoxList, WaitingList } from './DispatchLoad.tsx'
import type { useDispatch } from './useDispatch.ts'
import './Work.css'
import './Dock.css'

/** Ready boxes that would stay behind: seen and accepted before the driver's papers. */
export function MissingFirst({ page, goOn, back }: { page: ManifestPage; goOn: () => void; back: () => void }) {
  const { missing, waiting } = page
  const staying = missing.length + waiting.length
  return (
    <>
      <section className="loading" data-unloading>
        <div>
          <p className="instruction-verb">Antes de fechar</p>
          <h1>
            <IconAlertTriangle size={56} stroke={1.4} aria-hidden />{' '}
            {missing.length === 0
              ? waiting.length === 1
                ? '1 caixa fica: está sem nota'
                : `${waiting.length} caixas ficam: estão sem nota`
              : missing.length === 1
                ? 'Falta 1 caixa pronta'
                : `Faltam ${missing.length} caixas prontas`}
          </h1>
          <p className="loading-last">
            {missing.length > 0
              ? `Procure na fila da ${page.manifest.carrier_name} e bipe. O que ficar vai no próximo caminhão.`
              : 'Sem nota nada sai. Quem cuida do fiscal resolve, e elas vão no próximo caminhão.'}
          </p>
        </div>
      </section>
      <BoxList boxes={missing} />
      {waiting.length > 0 && <WaitingList boxes={waiting} heading={missing.length > 0} />}
      <div className="halt-acts">
        <Button variant={missing.length ? 'filled' : 'default'} onClick={back}>
          {missing.length ? 'Vou procurar' : 'Voltar a carregar'}
        </Button>
        <Button variant={missing.length ? 'default' : 'filled'} onClick={goOn} rightSection={<kbd>Enter</kbd>}>
          Sair sem {staying === 1 ? 'esta caixa' : `estas ${staying} caixas`}
        </Button>
      </div>
    </>
  )
}

/** Who takes the boxes away: what the paper that is signed will say. */
export function DriverForm({ dispatch, page }: { dispatch: ReturnType<typeof useDispatch>; page: ManifestPage }) {
  const [name, setName] = useState('')
  const [document, setDocument] = useState('')
  const [plate, setPlate] = useState('')
  const { refusal, busy } = dispatch
  const what = refusal && whatNow(refusal.code)
  return (
    <form
      className="driver"
      onSubmit={(event) => {
        event.preventDefault()
        void dispatch.close({
          ...(name ? { driver_name: name } : {}),
          ...(document ? { driver_document: document } : {}),
          ...(plate ? { plate: plate.toUpperCase() } : {}),
        })
      }}
    >
      <div>
        <p className="instruction-verb">
          {page.manifest.carrier_name}: {count(page.boxes.length, 'caixa', 'caixas')} de {count(page.manifest.orders, 'pedido', 'pedidos')}
        </p>
        <h1>Quem leva?</h1>
      </div>
      {refusal && (
        <div className="must-unload" role="alert">
          <IconAlertTriangle size={40} aria-hidden />
          <span>
            <strong>{refusal.faults[0]?.message ?? refusal.title}</strong>
            {what}
          </span>
        </div>
      )}
      <TextInput
        label="Nome do motorista"
        autoFocus
        autoComplete="off"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        classNames={{ input: 'station-input' }}
      />
      <div className="driver-pair">
        <TextInput
          label="Documento"
          description="CPF, RG ou CNH"
          autoComplete="off"
          maxLength={30}
          value={document}
          onChange={(event) => setDocument(event.currentTarget.value)}
          classNames={{ input: 'station-input' }}
        />
        <TextInput
          label="Placa"
          description="Do veículo"
          autoComplete="off"
          maxLength={8}
          autoCapitalize="characters"
          value={plate}
          onChange={(event) => setPlate(event.currentTarget.value.toUpperCase())}
          classNames={{ input: 'station-input' }}
        />
      </div>
      <Button type="submit" loading={busy} rightSection={<kbd>Enter</kbd>}>
        Fechar o romaneio e imprimir
      </Button>
      <p className="quiet">Fechado, o romaneio não abre mais: as caixas passam a ser da transportadora.</p>
    </form>
  )
}

const whatNow = (code: string) =>
  ({
    must_unload: 'Volte, toque em Descarregar, bipe estas caixas e leve para a devolução à prateleira.',
    order_cancelled: 'Volte, toque em Descarregar e bipe as caixas do pedido cancelado.',
    order_on_hold: 'Volte, descarregue as caixas deste pedido e avise o gestor.',
    order_incomplete: 'Volte e bipe a caixa que falta, ou descarregue as que estão no caminhão.',
    manifest_empty: 'Volte e bipe as caixas.',
    boxes_missing: 'Uma caixa ficou pronta agora: volte e carregue, ou feche de novo sem ela.',
    channel_status_too_old: 'O canal ainda não confirmou este pedido. Espere um minuto e feche de novo.',
    nota_first: 'Volte, toque em Descarregar e tire as caixas deste pedido: elas vão no próximo caminhão.',
    invoice_required: 'Descarregue as caixas deste pedido até a nota sair.',
  })[code] ?? 'Se repetir, chame o gestor.'

/** The truck may leave. */
export function ManifestClosed({ page, printed }: { page: ManifestPage; printed: boolean | null }) {
  const { id, volumes, orders, driver_name, plate } = page.manifest
  return (
    <section className="big-sign" data-tone="ok">
      <IconCircleCheck size={110} stroke={1.1} aria-hidden />
      <h1>Romaneio {id} fechado</h1>
      <p>
        {count(volumes, 'caixa', 'caixas')} de {count(orders, 'pedido', 'pedidos')}
        {driver_name && `, com ${driver_name}`}
        {plate && `, placa ${plate}`}.
      </p>
      <p>{printed === false ? 'A impressão não abriu: abra o romaneio e imprima.' : 'Peça a assinatura do motorista na folha impressa.'}</p>
      <Button
        component="a"
        href={addressOf(manifestPdfEndpoint, { manifest: id })}
        target="_blank"
        rel="noreferrer"
        variant={printed === false ? 'filled' : 'default'}
        leftSection={<IconPrinter size={20} />}
      >
        Abrir o romaneio em PDF
      </Button>
    </section>
  )
}
