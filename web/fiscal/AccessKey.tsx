import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** The 44 signs in blocks of four, as on the DANFE; copied without the spaces. */
export function AccessKey({ of }: { of: string }) {
  const clipboard = useClipboard({ timeout: 1500 })
  return (
    <span className="access-key">
      <span className="code">{of.match(/.{1,4}/g)?.join(' ')}</span>
      <Tooltip label={clipboard.copied ? 'Copiada' : 'Copiar a chave'}>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Copiar a chave de acesso" onClick={() => clipboard.copy(of)}>
          {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        </ActionIcon>
      </Tooltip>
    </span>
  )
}
