import { useQuery } from '@tanstack/react-query'
import { enterStationEndpoint, leaveStationEndpoint, meEndpoint, signInEndpoint, signOutEndpoint } from '../server/people/contract.ts'
import type { Me } from '../server/people/contract.ts'
import type { Permission } from '../server/platform/permission.ts'
import { call, isRefusal, onSignedOut, queries, readAgain } from './client.ts'
import { setZone } from './components/days.ts'

const key = ['session'] as const
onSignedOut.run = () => queries.setQueryData(key, null)

/** Who is signed in; null when nobody is, undefined until known. */
export function useSession(): { me: Me | null | undefined; failed: boolean; retry: () => void } {
  const { data, isError, refetch } = useQuery({ queryKey: key, queryFn: readSession, staleTime: Infinity, gcTime: Infinity })
  return { me: data, failed: isError, retry: () => void refetch() }
}

async function readSession(): Promise<Me | null> {
  try {
    const me = await call(meEndpoint)
    setZone(me.time_zone)
    return me
  } catch (error) {
    if (isRefusal(error) && error.status === 401) return null
    throw error
  }
}

/** The signed-in person, inside the shell or a station. */
export function useMe(): Me {
  const { me } = useSession()
  if (!me) throw new Error('nobody is signed in here')
  return me
}

/** Whether the signed-in person may; a screen leaves out what they may not do. */
export function useMay(): (permission: Permission) => boolean {
  const { me } = useSession()
  return (permission) => permission === 'public' || permission === 'signed_in' || (me?.permissions.includes(permission as never) ?? false)
}

/** What the person before saw is forgotten. `clear()` would cut the open screens off from their readings. */
function begin(me: Me) {
  setZone(me.time_zone)
  queries.setQueryData(key, me)
  queries.removeQueries({ type: 'inactive', predicate: (query) => query.queryKey[0] !== key[0] })
  void readAgain()
}

/** @throws Refusal wrong_credentials, too_many_attempts */
export async function signIn(email: string, password: string) {
  begin(await call(signInEndpoint, { email, password }))
}

/** Nothing of what was on screen stays in memory. */
export async function signOut() {
  await call(signOutEndpoint)
  location.assign('/')
}

/** @throws Refusal wrong_badge_or_pin, too_many_attempts, station_not_paired */
export async function enterStation(badge: string, pin: string) {
  begin(await call(enterStationEndpoint, { badge, pin }))
}

/** The device stays paired; the next person shows a badge. */
export async function leaveStation() {
  await call(leaveStationEndpoint)
  await queries.resetQueries()
  queries.removeQueries({ type: 'inactive' })
}
