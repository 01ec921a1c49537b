import { Button, Skeleton, useComputedColorScheme } from '@mantine/core'
import { IconChartBar, IconTable } from '@tabler/icons-react'
import { Suspense, lazy, useState } from 'react'
import { minutes, money, number, percent } from './format.ts'
import './components.css'

export interface Series {
  name: string
  /** One for each label; null where nothing was measured. */
  values: (number | null)[]
  /** Default: the accent, then neutrals. A state's colour only when the series is that state. */
  tone?: 'accent' | 'accent-2' | 'accent-3' | 'out' | 'out-2' | 'out-3' | 'neutral' | 'ok' | 'warn' | 'bad' | 'info'
}

export interface ChartProps {
  title: string
  kind: 'line' | 'bar' | 'stacked'
  labels: string[]
  series: Series[]
  unit?: 'number' | 'money' | 'percent' | 'minutes'
  /** The last label is still running (today): dashed or pale, so that it does not look like a fall. */
  unfinished?: boolean
  height?: number
  /** A click on a point or bar. */
  open?: (label: string, series: string) => void
}

const Drawing = lazy(() => import('./Drawing.tsx'))

export const writers: Record<NonNullable<ChartProps['unit']>, (value: number) => string> = {
  number: (value) => number(value),
  money: (value) => money(value),
  percent: (value) => percent(value),
  minutes,
}

/** The CSS variable of a series' colour: its tone, else the accent, then a neutral. */
export const tokenOf = (series: Series, index: number) => {
  const tone = series.tone ?? (index === 0 ? 'accent' : 'neutral')
  return tone === 'neutral' ? '--mantine-color-gray-5' : `--${tone}`
}

/** A chart in the product's own colours, with its table one click away. ECharts arrives only with the first chart. */
export function Chart(props: ChartProps) {
  const { title, labels, series, unit = 'number', height = 240 } = props
  const [asTable, setAsTable] = useState(false)
  const scheme = useComputedColorScheme('light')
  return (
    <figure className="surface chart" style={{ margin: 0 }}>
      <figcaption className="chart-head">
        <h3>
          {title}
          {unit === 'money' && <span className="quiet"> (R$)</span>}
        </h3>
        {/* lines are labelled at their end */}
        {props.kind !== 'line' && series.length > 1 && !asTable && (
          <span className="chart-legend">
            {series.map((one, index) => (
              <span key={one.name}>
                <i style={{ background: `var(${tokenOf(one, index)})` }} />
                {one.name}
              </span>
            ))}
          </span>
        )}
        <Button
          className="no-print"
          variant="subtle"
          color="gray"
          c="dimmed"
          size="compact-sm"
          leftSection={asTable ? <IconChartBar size={15} /> : <IconTable size={15} />}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'Gráfico' : 'Tabela'}
        </Button>
      </figcaption>
      {asTable ? (
        <div className="chart-table" style={{ minHeight: height }}>
          <table>
            <thead>
              <tr>
                <th />
                {series.map((one) => (
                  <th key={one.name}>{one.name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, index) => (
                <tr key={label}>
                  <td>{label}</td>
                  {series.map((one) => {
                    const value = one.values[index]
                    return <td key={one.name}>{value === null || value === undefined ? '' : writers[unit](value)}</td>
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Suspense fallback={<Skeleton height={height} />}>
          {/* a new theme needs the tokens read again */}
          <Drawing key={scheme} {...props} height={height} />
        </Suspense>
      )}
    </figure>
  )
}
