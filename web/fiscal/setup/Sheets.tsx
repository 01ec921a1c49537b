import { Button } from '@mantine/core'
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { uploadImport } from '../../../server/channels/contract.ts'
import type { ImportRow } from '../../../server/channels/contract.ts'
import type { Endpoint, SentTo } from '../../../server/platform/endpoint.ts'
import { addressOf, useAct } from '../../client.ts'
import { useMay } from '../../session.ts'

/** A table out as a sheet and back in: what comes back goes through the import, where bad rows are mended. */
export function Sheets<E extends Endpoint>({
  endpoint,
  input,
  kind,
  disabled,
}: {
  endpoint?: E
  input?: SentTo<E>
  kind: ImportRow['kind']
  disabled?: boolean
}) {
  const may = useMay()('fiscal.manage')
  const navigate = useNavigate()
  const chooser = useRef<HTMLInputElement>(null)
  const send = useAct(uploadImport, { onDone: (page) => void navigate({ to: `/importar/${page.id}` as never }) })
  return (
    <>
      {endpoint && !disabled && (
        <Button variant="default" component="a" href={addressOf(endpoint, input as object | undefined)} download leftSection={<IconDownload size={16} />}>
          Baixar planilha
        </Button>
      )}
      {may && (
        <>
          <Button variant="default" loading={send.busy} leftSection={<IconUpload size={16} />} onClick={() => chooser.current?.click()}>
            Enviar planilha
          </Button>
          <input
            ref={chooser}
            type="file"
            accept=".csv,.xlsx,.txt"
            aria-label="Planilha a enviar"
            hidden
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? []
              if (file) send.run({ kind }, file)
              event.currentTarget.value = ''
            }}
          />
        </>
      )}
    </>
  )
}
