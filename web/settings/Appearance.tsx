import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { IconDeviceLaptop, IconMoon, IconSun } from '@tabler/icons-react'
import { Part } from './Part.tsx'

const schemes = [
  { value: 'auto', label: 'Como o aparelho', icon: IconDeviceLaptop },
  { value: 'light', label: 'Claro', icon: IconSun },
  { value: 'dark', label: 'Escuro', icon: IconMoon },
] as const

/** How this browser shows the product; the stations are always dark. */
export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Part title="Aparência" says="Vale só neste aparelho. As estações são sempre escuras, para serem lidas de longe.">
      <SegmentedControl
        aria-label="Tema"
        value={colorScheme}
        onChange={(value) => setColorScheme(value as typeof colorScheme)}
        data={schemes.map(({ value, label, icon: Sign }) => ({
          value,
          label: (
            <span className="row scheme">
              <Sign size={16} aria-hidden />
              {label}
            </span>
          ),
        }))}
      />
    </Part>
  )
}
