import { ActionIcon, Drawer, Menu, Tooltip, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDisclosure, useLocalStorage, useMediaQuery } from '@mantine/hooks'
import {
  IconChevronLeft,
  IconChevronRight,
  IconKeyboard,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconSearch,
  IconSun,
  IconWifi,
  IconWifiOff,
} from '@tabler/icons-react'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { roleLabels } from '../../server/people/contract.ts'
import { Empty } from '../components/Empty.tsx'
import { useLive, useLiveState } from '../live.ts'
import { signOut, useMay, useMe, useSession } from '../session.ts'
import { KeySheet, useShellKeys } from './Keys.tsx'
import { Login } from './Login.tsx'
import { Mark } from './Mark.tsx'
import { groups } from './navigation.ts'
import { Palette } from './Palette.tsx'
import { palette } from './palette.ts'
import './Shell.css'

/** Who is nobody yet gets the login, at whatever address; afterwards that address opens. */
export function Shell() {
  const { me, failed, retry } = useSession()
  useLive(Boolean(me))
  if (failed) return <Empty icon={IconWifiOff} title="O servidor não está respondendo" action={{ label: 'Tentar de novo', run: retry }} />
  if (me === undefined) return null
  if (me === null) return <Login />
  return <Frame />
}

function Frame() {
  const narrow = useMediaQuery('(max-width: 820px)', undefined, { getInitialValueInEffect: false })
  const [collapsed, setCollapsed] = useLocalStorage({ key: 'retaguarda.rail', defaultValue: false, getInitialValueInEffect: false })
  const [drawer, { open, close }] = useDisclosure(false)
  const [keys, { open: openKeys, close: closeKeys }] = useDisclosure(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- only going elsewhere closes the drawer; `close` is new at each drawing
  useEffect(close, [path])
  useShellKeys(openKeys)
  return (
    <div className="shell" data-collapsed={(!narrow && collapsed) || undefined}>
      <a className="skip" href="#work">
        Ir para o conteúdo
      </a>
      {narrow ? (
        <header className="topbar">
          <ActionIcon variant="subtle" color="gray" size="xl" aria-label="Abrir o menu" onClick={open}>
            <IconMenu2 size={22} />
          </ActionIcon>
          <Link to="/" className="brand">
            <Mark size={22} />
            <span>Retaguarda</span>
          </Link>
          <ActionIcon variant="subtle" color="gray" size="xl" aria-label="Procurar" onClick={palette.open}>
            <IconSearch size={20} />
          </ActionIcon>
          <Drawer opened={drawer} onClose={close} size={272} padding={0} withCloseButton={false} title="Menu" classNames={{ header: 'only-for-readers' }}>
            <Rail collapsed={false} openKeys={openKeys} />
          </Drawer>
        </header>
      ) : (
        <Rail collapsed={collapsed} collapse={() => setCollapsed(!collapsed)} openKeys={openKeys} />
      )}
      <main id="work" className="work" tabIndex={-1}>
        <Outlet />
      </main>
      <Palette openKeys={openKeys} />
      <KeySheet opened={keys} close={closeKeys} />
    </div>
  )
}

function Rail({ collapsed, collapse, openKeys }: { collapsed: boolean; collapse?: () => void; openKeys: () => void }) {
  const may = useMay()
  const { merchant } = useMe()
  return (
    <nav className="rail" aria-label="Principal">
      <div className="rail-head">
        <Link to="/" className="brand" aria-label={collapsed ? 'Retaguarda, começo' : undefined}>
          <Mark />
          {!collapsed && (
            <span>
              Retaguarda
              <small>{merchant.name}</small>
            </span>
          )}
        </Link>
      </div>
      <Tooltip label="Procurar (Ctrl K)" disabled={!collapsed} position="right">
        <UnstyledButton className="rail-search" onClick={palette.open} aria-label={collapsed ? 'Procurar ou ir para' : undefined}>
          <IconSearch size={16} aria-hidden />
          {!collapsed && (
            <>
              <span>Procurar</span>
              <kbd>Ctrl K</kbd>
            </>
          )}
        </UnstyledButton>
      </Tooltip>
      <div className="rail-groups">
        {groups.map((group, index) => {
          const shown = group.destinations.filter(({ permission, quiet }) => !quiet && may(permission ?? 'signed_in'))
          if (!shown.length) return null
          return (
            <div key={group.title ?? index} className="rail-group">
              {group.title && !collapsed && <h2>{group.title}</h2>}
              {group.title && collapsed && <hr />}
              {shown.map(({ to, title, icon: Sign }) => (
                <Tooltip key={to} label={title} disabled={!collapsed} position="right">
                  <Link to={to} className="rail-link" activeOptions={{ exact: isAbove(to) }} aria-label={title}>
                    <Sign size={18} stroke={1.7} aria-hidden />
                    {!collapsed && <span>{title}</span>}
                  </Link>
                </Tooltip>
              ))}
            </div>
          )
        })}
      </div>
      <div className="rail-foot">
        <LiveSign collapsed={collapsed} />
        <Who collapsed={collapsed} openKeys={openKeys} />
        {collapse && (
          <Tooltip label="Abrir o menu" disabled={!collapsed} position="right">
            <UnstyledButton className="rail-link rail-quiet" onClick={collapse} aria-label={collapsed ? 'Abrir o menu' : 'Recolher o menu'}>
              {collapsed ? <IconChevronRight size={18} stroke={1.7} /> : <IconChevronLeft size={18} stroke={1.7} />}
              {!collapsed && <span>Recolher</span>}
            </UnstyledButton>
          </Tooltip>
        )}
      </div>
    </nav>
  )
}

const ways = groups.flatMap(({ destinations }) => destinations.map(({ to }) => to as string))
/** Another entry of the rail lies below this address: only the exact one is marked. */
const isAbove = (to: string) => to === '/' || ways.some((way) => way.startsWith(`${to}/`))

/** Whether what is on screen is still true. */
function LiveSign({ collapsed }: { collapsed: boolean }) {
  const state = useLiveState()
  const word = state === 'open' ? 'Ao vivo' : state === 'lost' ? 'Reconectando' : 'Conectando'
  return (
    <div
      className="rail-live"
      data-state={state}
      role="status"
      title={state === 'open' ? 'As telas se atualizam sozinhas' : 'Os números podem estar atrasados'}
    >
      {state === 'lost' ? <IconWifiOff size={16} aria-hidden /> : <IconWifi size={16} aria-hidden />}
      <span className={collapsed ? 'only-for-readers' : ''}>{word}</span>
    </div>
  )
}

function Who({ collapsed, openKeys }: { collapsed: boolean; openKeys: () => void }) {
  const me = useMe()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const roles = me.roles.map((role) => (roleLabels as Record<string, string>)[role] ?? role).join(', ')
  return (
    <Menu position="right-end" width={220}>
      <Menu.Target>
        <UnstyledButton className="rail-link rail-who" aria-label={collapsed ? `${me.name}: abrir menu` : undefined} title="Abrir menu">
          <span className="initials" aria-hidden>
            {initials(me.name)}
          </span>
          {!collapsed && (
            <span>
              {me.name}
              <small>{roles}</small>
            </span>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{roles || me.name}</Menu.Label>
        <Menu.Item
          leftSection={scheme === 'dark' ? <IconSun size={16} /> : <IconMoon size={16} />}
          onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
        >
          {scheme === 'dark' ? 'Tema claro' : 'Tema escuro'}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} rightSection={<kbd>?</kbd>} onClick={openKeys}>
          Atalhos do teclado
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sair
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** "Ana Paula Souza" is AS. */
function initials(name: string) {
  const parts = name.split(/\s+/).filter(Boolean)
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : '')).toUpperCase()
}
