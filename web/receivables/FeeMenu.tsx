import { Button, Menu } from '@mantine/core'
import { IconDots, IconDownload, IconRefresh, IconUpload } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { uploadImport } from '../../server/channels/contract.ts'
import { estimateFeesEndpoint, policiesSheet } from '../../server/receivables/contract.ts'
import { addressOf, useAct } from '../client.ts'
import { count } from '../components/format.ts'

/** What is done with the fees of all channels at once. */
export function FeeMenu() {
  const navigate = useNavigate()
  const chooser = useRef<HTMLInputElement>(null)
  const upload = useAct(uploadImport, { onDone: (page) => void navigate({ to: `/importar/${page.id}` as never }) })
  const estimate = useAct(estimateFeesEndpoint, {
    done: ({ orders, proposed }) =>
      proposed > 0
        ? `${count(proposed, 'mudança de taxa encontrada', 'mudanças de taxa encontradas')} em ${count(orders, 'pedido', 'pedidos')}`
        : orders > 0
          ? `${count(orders, 'pedido conferido', 'pedidos conferidos')}: as taxas batem com o que foi cobrado`
          : 'Ainda não há pedidos pagos para conferir',
  })
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={16} />} loading={estimate.busy || upload.busy}>
            Mais
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => estimate.run()}>
            Reestimar agora
          </Menu.Item>
          <Menu.Item component="a" href={addressOf(policiesSheet, { format: 'xlsx' })} download leftSection={<IconDownload size={16} />}>
            Baixar planilha
          </Menu.Item>
          <Menu.Item leftSection={<IconUpload size={16} />} onClick={() => chooser.current?.click()}>
            Enviar planilha
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <input
        ref={chooser}
        type="file"
        accept=".csv,.xlsx,.txt"
        aria-label="Planilha de taxas dos canais"
        hidden
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          if (file) upload.run({ kind: 'fee_policies' }, file)
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}
