import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { Spotlight } from '@mantine/spotlight'
import type { SpotlightActionGroupData } from '@mantine/spotlight'
import { IconKeyboard, IconLogout, IconMoon, IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { signOut, useMay } from '../session.ts'
import { groups } from './navigation.ts'
import { paletteStore } from './palette.ts'
import { recordMark, useRecords } from './useRecords.tsx'

const bare = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** Ctrl-K: orders, products and other records, and every screen and command by name, with or without accents. */
export function Palette({ openKeys }: { openKeys: () => void }) {
  const navigate = useNavigate()
  const may = useMay()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const [typed, setTyped] = useState('')
  const { groups: records, searching, enter } = useRecords(typed)
  const ways: SpotlightActionGroupData = {
    group: 'Ir para',
    actions: groups
      .flatMap((group) => group.destinations)
      .filter((destination) => may(destination.permission ?? 'signed_in'))
      .map(({ to, title, icon: Sign, letter }) => ({
        id: to,
        label: title,
        leftSection: <Sign size={18} stroke={1.7} />,
        rightSection: letter ? (
          <span className="row">
            <kbd>g</kbd>
            <kbd>{letter}</kbd>
          </span>
        ) : undefined,
        onClick: () => void navigate({ to }),
      })),
  }
  const commands: SpotlightActionGroupData = {
    group: 'Comandos',
    actions: [
      {
        id: 'scheme',
        label: scheme === 'dark' ? 'Tema claro' : 'Tema escuro',
        leftSection: <IconMoon size={18} stroke={1.7} />,
        onClick: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark'),
      },
      { id: 'keys', label: 'Atalhos do teclado', leftSection: <IconKeyboard size={18} stroke={1.7} />, onClick: openKeys },
      { id: 'out', label: 'Sair', leftSection: <IconLogout size={18} stroke={1.7} />, onClick: () => void signOut() },
    ],
  }
  return (
    <Spotlight
      store={paletteStore}
      shortcut={['mod + K']}
      actions={[ways, ...records, commands]}
      attributes={{ content: { 'aria-label': 'Procurar' } }}
      query={typed}
      onQueryChange={setTyped}
      filter={(query, all) =>
        (all as SpotlightActionGroupData[])
          .map((group) => ({
            ...group,
            actions: group.actions.filter((action) => action.id.startsWith(recordMark) || bare(action.label ?? '').includes(bare(query.trim()))),
          }))
          .filter((group) => group.actions.length > 0)
      }
      nothingFound={searching ? 'Procurando…' : 'Nada encontrado'}
      highlightQuery
      scrollable
      maxHeight={420}
      transitionProps={{ duration: 100 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.7} />,
        placeholder: 'Pedido, comprador, produto, rastreio ou tela',
        'aria-label': 'Procurar ou ir para',
        onKeyDown: (event) => event.key === 'Enter' && enter(),
      }}
    />
  )
}
