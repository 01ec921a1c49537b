import { IconBolt, IconHandFinger } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { readSettings } from '../../server/settings/contract.ts'
import { useRead } from '../client.ts'
import { minutes } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { useMay } from '../session.ts'

/** Whether orders go down by themselves; who may change it gets the way there. */
export function AutomaticRelease() {
  const { data } = useRead(readSettings)
  const mayChange = useMay()('settings.manage')
  if (!data) return null
  const before = data.auto_release_minutes
  return (
    <span className="row">
      {before === null ? (
        <State tone="idle" icon={IconHandFinger} word="Liberação só à mão" />
      ) : (
        <State tone="info" icon={IconBolt} word={`Automática ${minutes(before)} antes do caminhão`} />
      )}
      {mayChange && (
        <Link to="/configuracoes/$part" params={{ part: 'regras' }}>
          Mudar
        </Link>
      )}
    </span>
  )
}
