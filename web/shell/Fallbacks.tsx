import { Button } from '@mantine/core'
import { IconMapPinOff, IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Empty } from '../components/Empty.tsx'

export function NotFound() {
  return (
    <Empty
      icon={IconMapPinOff}
      title="Não há nada neste endereço"
      action={
        <Button component={Link} to="/">
          Ir para o começo
        </Button>
      }
    >
      Ele pode ter sido digitado com erro ou a tela mudou de lugar.
    </Empty>
  )
}

/** A screen that broke, or whose file a new version of the server no longer has. */
export function ScreenFailed({ error }: { error: unknown }) {
  return (
    <Empty icon={IconRefresh} title="Esta tela não abriu" action={{ label: 'Recarregar', run: () => location.reload() }}>
      {error instanceof Error && !/dynamically imported/.test(error.message)
        ? error.message
        : 'O Retaguarda foi atualizado; recarregue para usar a versão nova.'}
    </Empty>
  )
}
