import { TextInput } from '@mantine/core'
import type { TextInputProps } from '@mantine/core'

/** An hour as Brazil writes it, whatever the computer's language: 17:30. `730` and `17` become 07:30 and 17:00 on leaving. */
export function TimeField({ value, change, ...field }: { value: string; change: (value: string) => void } & Omit<TextInputProps, 'value' | 'onChange'>) {
  return (
    <TextInput
      placeholder="hh:mm"
      inputMode="numeric"
      maxLength={5}
      autoComplete="off"
      value={value}
      onChange={(event) => change(whileTyping(event.currentTarget.value, value))}
      onBlur={() => change(settled(value))}
      {...field}
    />
  )
}

function whileTyping(text: string, before: string): string {
  const clean = text.replaceAll(/[^\d:]/g, '')
  // taking the colon away again must not bring it back
  return /^\d{2}$/.test(clean) && clean.length > before.length ? `${clean}:` : /^\d{3,4}$/.test(clean) ? `${clean.slice(0, -2)}:${clean.slice(-2)}` : clean
}

/** What was meant by what was typed; what cannot be an hour stays, and the server says so. */
export function settled(text: string): string {
  const [, hour, minute] = /^(\d{1,2})(?::(\d{0,2}))?$/.exec(text) ?? []
  return hour === undefined ? text : `${hour.padStart(2, '0')}:${(minute ?? '').padEnd(2, '0')}`
}
