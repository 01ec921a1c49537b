import { Link } from '@tanstack/react-router'
import { useMay, useMe } from '../session.ts'
import { groups } from './navigation.ts'
import { Page } from './Page.tsx'

/** Where one begins while there is no dashboard: the ways that this person may go. */
export function Start() {
  const me = useMe()
  const may = useMay()
  const ways = groups.flatMap((group) => group.destinations).filter((destination) => destination.to !== '/' && may(destination.permission ?? 'signed_in'))
  return (
    <Page title={`Olá, ${me.name.split(' ')[0]}`}>
      <ul className="ways">
        {ways.map(({ to, title, icon: Sign }) => (
          <li key={to}>
            <Link to={to} className="surface">
              <Sign size={22} stroke={1.6} aria-hidden />
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  )
}
