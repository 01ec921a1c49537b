import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'

/** Says what was done and offers to take it back for 10 seconds: `showUndo('Pedido retido', () => release.run({ order }))`. */
export function showUndo(done: string, undo: () => void) {
  const id = crypto.randomUUID()
  notifications.show({
    id,
    autoClose: 10_000,
    color: 'petrol',
    message: (
      <span className="row" style={{ justifyContent: 'space-between' }}>
        {done}
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            notifications.hide(id)
            undo()
          }}
        >
          Desfazer
        </Button>
      </span>
    ),
  })
}
