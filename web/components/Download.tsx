import { Button } from '@mantine/core'
import type { ButtonProps } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { Endpoint, SentTo } from '../../server/platform/endpoint.ts'
import { addressOf } from '../client.ts'

/** Fetches the file of a GET endpoint (`file` in its contract). `open`: show it in a new tab, as a label or romaneio PDF. */
export function Download<E extends Endpoint>({
  endpoint,
  input,
  children,
  open,
  ...button
}: { endpoint: E; input?: SentTo<E>; children: string; open?: boolean } & ButtonProps) {
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      {...button}
      component="a"
      href={addressOf(endpoint, input as object | undefined)}
      {...(open ? { target: '_blank', rel: 'noreferrer' } : { download: true })}
    >
      {children}
    </Button>
  )
}
