import { NumberInput } from '@mantine/core'
import type { NumberInputProps } from '@mantine/core'

/** Reais typed, centavos given. Empty gives 0. */
export const Reais = ({ value, change, ...rest }: { value: number; change: (centavos: number) => void } & Omit<NumberInputProps, 'value' | 'onChange'>) => (
  <NumberInput
    decimalScale={2}
    fixedDecimalScale
    decimalSeparator=","
    thousandSeparator="."
    allowNegative={false}
    hideControls
    value={value ? value / 100 : ''}
    onChange={(typed) => change(Math.round(Number(typed) * 100) || 0)}
    {...rest}
  />
)
