import { ActionIcon, Button, NumberInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import './receivables.css'

export type Text = number | string
export interface BandDraft {
  from: Text
  rate: Text
  fixed: Text
}

export const reais = (value: Text) => Math.round((Number(value) || 0) * 100)

export const percentField = { suffix: ' %', decimalScale: 4, decimalSeparator: ',', allowNegative: false, max: 100, hideControls: true } as const
export const moneyField = {
  prefix: 'R$ ',
  decimalScale: 2,
  fixedDecimalScale: true,
  decimalSeparator: ',',
  thousandSeparator: '.',
  allowNegative: false,
  hideControls: true,
} as const

/** Commission and fixed fee by price: the first band begins at zero. */
export function PolicyBands({ bands, setBands, fault }: { bands: BandDraft[]; setBands: (bands: BandDraft[]) => void; fault: string | null }) {
  const change = (index: number, part: Partial<BandDraft>) => setBands(bands.map((band, at) => (at === index ? { ...band, ...part } : band)))
  return (
    <div>
      <h3 className="fee-heading">Comissão e tarifa fixa por preço do item</h3>
      <div className="band-rows">
        {bands.map((band, index) => (
          <div key={index} className="band-row">
            <NumberInput
              {...moneyField}
              label={index === 0 ? 'Preço a partir de' : undefined}
              aria-label="Preço a partir de"
              value={band.from}
              onChange={(value) => change(index, { from: value })}
              disabled={index === 0}
            />
            <NumberInput
              {...percentField}
              label={index === 0 ? 'Comissão' : undefined}
              aria-label="Comissão"
              value={band.rate}
              onChange={(value) => change(index, { rate: value })}
            />
            <NumberInput
              {...moneyField}
              label={index === 0 ? 'Tarifa por unidade' : undefined}
              aria-label="Tarifa por unidade"
              value={band.fixed}
              onChange={(value) => change(index, { fixed: value })}
            />
            {index > 0 ? (
              <ActionIcon variant="subtle" color="gray" size={34} aria-label="Tirar esta faixa" onClick={() => setBands(bands.filter((_, at) => at !== index))}>
                <IconX size={16} />
              </ActionIcon>
            ) : (
              <span />
            )}
          </div>
        ))}
        {fault && <p className="small form-faults">{fault}</p>}
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => setBands([...bands, { from: '', rate: bands.at(-1)?.rate ?? '', fixed: bands.at(-1)?.fixed ?? 0 }])}
          >
            Outra faixa de preço
          </Button>
        </div>
      </div>
    </div>
  )
}
