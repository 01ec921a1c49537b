import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { closeManifestEndpoint } from '../../server/dispatch/contract.ts'
import type { ManifestPage } from '../../server/dispatch/contract.ts'
import { useAct } from '../client.ts'
import { count } from '../components/format.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import type { Box } from './boxes.tsx'

const fields = ['driver_name', 'driver_document', 'plate']

/** The truck leaves: who takes the boxes, and the missing ones read before. Closing cannot be taken back. */
export function CloseManifest({
  opened,
  close,
  manifest,
  missing,
}: {
  opened: boolean
  close: () => void
  manifest: ManifestPage['manifest']
  missing: Box[]
}) {
  const [driver, setDriver] = useState('')
  const [document, setDocument] = useState('')
  const [plate, setPlate] = useState('')
  const [accepted, setAccepted] = useState(false)
  const act = useAct(closeManifestEndpoint, {
    quiet: true,
    done: ({ dispatched }) => `Romaneio ${manifest.id} fechado: ${count(dispatched, 'envio expedido', 'envios expedidos')}`,
    onDone: close,
  })
  const leave = () => {
    act.reset()
    close()
  }
  const given = (text: string) => text.trim() || undefined
  return (
    <Modal opened={opened} onClose={leave} title={`Fechar o romaneio ${manifest.id}`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          act.run({
            manifest: manifest.id,
            driver_name: given(driver),
            driver_document: given(document),
            plate: given(plate)?.toUpperCase(),
            accept_missing: accepted,
          })
        }}
      >
        <p style={{ margin: 0 }}>
          {`${count(manifest.volumes, 'caixa', 'caixas')} de ${count(manifest.orders, 'pedido', 'pedidos')} ${manifest.volumes === 1 ? 'foi entregue' : 'foram entregues'} à ${manifest.carrier_name}. Depois de fechado não se altera.`}
        </p>
        <TextInput
          label="Motorista"
          maxLength={80}
          value={driver}
          onChange={(event) => setDriver(event.currentTarget.value)}
          error={faultOf(act.refusal, 'driver_name')}
          data-autofocus
        />
        <div className="close-pair">
          <TextInput
            label="Documento"
            maxLength={30}
            value={document}
            onChange={(event) => setDocument(event.currentTarget.value)}
            error={faultOf(act.refusal, 'driver_document')}
          />
          <TextInput
            label="Placa"
            maxLength={10}
            value={plate}
            onChange={(event) => setPlate(event.currentTarget.value)}
            error={faultOf(act.refusal, 'plate')}
          />
        </div>
        {missing.length > 0 && (
          <div className="close-missing">
            <p>
              {missing.length === 1 ? 'Falta 1 caixa pronta: ' : `Faltam ${missing.length} caixas prontas: `}
              <span className="code">
                {missing
                  .slice(0, 8)
                  .map((box) => box.code)
                  .join(', ')}
              </span>
              {missing.length > 8 && ` e mais ${missing.length - 8}`}
            </p>
            <Checkbox label="O caminhão sai sem elas" checked={accepted} onChange={(event) => setAccepted(event.currentTarget.checked)} />
          </div>
        )}
        <FormFaults refusal={act.refusal} fields={fields} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={leave}>
            Voltar
          </Button>
          <Button type="submit" loading={act.busy} disabled={missing.length > 0 && !accepted}>
            Fechar e expedir
          </Button>
        </div>
      </form>
    </Modal>
  )
}
