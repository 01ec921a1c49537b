import { Modal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { keysAreTaken } from '../components/listKeys.ts'
import { useMay } from '../session.ts'
import { groups } from './navigation.ts'

const destinations = groups.flatMap((group) => group.destinations)

/** `?` the sheet, `/` the filter of the page, `g` and a letter to go. Ctrl-K belongs to the palette. */
export function useShellKeys(openKeys: () => void) {
  const navigate = useNavigate()
  const may = useMay()
  const latest = useRef({ openKeys, may })
  latest.current = { openKeys, may }
  useEffect(() => {
    let going = 0
    const press = (event: KeyboardEvent) => {
      if (keysAreTaken(event)) return
      const wasGoing = Date.now() - going < 1200
      going = 0
      if (event.key === '?') latest.current.openKeys()
      else if (event.key === '/') document.querySelector<HTMLElement>('[data-filter]')?.focus()
      else if (event.key === 'g') return void (going = Date.now())
      else if (wasGoing) {
        const found = destinations.find((destination) => destination.letter === event.key && latest.current.may(destination.permission ?? 'signed_in'))
        if (!found) return
        void navigate({ to: found.to })
      } else return
      event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [navigate])
}

export function KeySheet({ opened, close }: { opened: boolean; close: () => void }) {
  const may = useMay()
  const everywhere: [string[], string][] = [
    [['Ctrl', 'K'], 'Procurar ou ir para'],
    [['/'], 'Filtrar a lista'],
    [['j'], 'Próxima linha'],
    [['k'], 'Linha anterior'],
    [['x'], 'Selecionar a linha'],
    [['Enter'], 'Abrir a linha'],
    [['Esc'], 'Fechar'],
    [['?'], 'Esta folha'],
  ]
  const ways = destinations
    .filter((destination) => destination.letter && may(destination.permission ?? 'signed_in'))
    .map((destination): [string[], string] => [['g', destination.letter!], destination.title])
  return (
    <Modal opened={opened} onClose={close} title="Atalhos do teclado" size="lg">
      <div className="key-sheet">
        {[everywhere, ways].map((list, index) => (
          <dl key={index}>
            {list.map(([keys, act]) => (
              <div key={act}>
                <dt>{act}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        ))}
      </div>
    </Modal>
  )
}
