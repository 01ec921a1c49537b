import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components'
import { init, registerLocale, use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import ptBR from 'echarts/i18n/langPT-br-obj.js'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { ChartProps, Series } from './Chart.tsx'
import { tokenOf, writers } from './Chart.tsx'
import { number } from './format.ts'

use([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, LabelLayout, SVGRenderer])
registerLocale('PT-br', ptBR as never)

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const colourOf = (series: Series, index: number) => token(tokenOf(series, index))

/** The drawing itself: SVG, so that print and zoom stay sharp. Lazily loaded by Chart.tsx. */
export default function Drawing({ title, kind, labels, series, unit = 'number', unfinished, height, open }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const opened = useRef(open)
  opened.current = open
  const written = JSON.stringify([title, kind, labels, series, unit, unfinished])
  useEffect(() => {
    if (!box.current) return
    const chart = init(box.current, null, { renderer: 'svg', locale: 'PT-br' })
    chart.setOption(optionOf({ title, kind, labels, series, unit, ...(unfinished ? { unfinished } : {}) }) as never)
    chart.on('click', (event) => opened.current?.(String(event.name), String(event.seriesName)))
    const watcher = new ResizeObserver(() => chart.resize())
    watcher.observe(box.current)
    return () => {
      watcher.disconnect()
      chart.dispose()
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `written` is all of them
  }, [written])
  return <div ref={box} style={{ height }} />
}

function optionOf({ title, kind, labels, series, unit = 'number', unfinished }: ChartProps) {
  const ink = token('--ink-2')
  const write = writers[unit]
  const bars = kind !== 'line'
  const last = labels.length - 1
  const text = { color: ink, fontFamily: 'Inter Variable, system-ui, sans-serif', fontSize: 12 }
  return {
    animation: false,
    aria: { enabled: true, label: { description: `${title}: ${series.map((one) => one.name).join(', ')}` } },
    textStyle: text,
    // ECharts measures the labels: no figure is cut, whatever its length
    grid: { left: 4, right: bars ? 8 : 86, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: labels,
      boundaryGap: bars,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token('--line-strong') } },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { ...text, formatter: unit === 'money' ? (value: number) => number(value / 100) : write },
      splitLine: { lineStyle: { color: token('--line') } },
    },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: bars ? 'shadow' : 'line' },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? write(value) : 'sem dados'),
      backgroundColor: token('--surface'),
      borderColor: token('--line-strong'),
      textStyle: { ...text, color: token('--ink'), fontSize: 13 },
      transitionDuration: 0,
    },
    series: series.flatMap((one, index): object[] => {
      const colour = colourOf(one, index)
      // the height is said: ECharts takes it from a Chinese letter, and draws names over each other where no font has one
      const label = { show: true, formatter: one.name, color: ink, fontSize: 12, lineHeight: 15, distance: 6 }
      if (bars)
        return [
          {
            type: 'bar',
            name: one.name,
            ...(kind === 'stacked' ? { stack: 'all' } : {}),
            barMaxWidth: 34,
            itemStyle: { color: colour, borderRadius: kind === 'stacked' ? 0 : [2, 2, 0, 0] },
            data: one.values.map((value, at) => (unfinished && at === last ? { value, itemStyle: { opacity: 0.45 } } : value)),
          },
        ]
      const line = {
        type: 'line',
        name: one.name,
        symbol: 'circle',
        symbolSize: 5,
        showSymbol: labels.length < 40,
        lineStyle: { width: 2, color: colour },
        itemStyle: { color: colour },
        connectNulls: false,
      }
      if (!unfinished || last < 1) return [{ ...line, data: one.values, endLabel: label, labelLayout: { moveOverlap: 'shiftY' } }]
      return [
        { ...line, data: one.values.map((value, at) => (at === last ? null : value)) },
        {
          ...line,
          lineStyle: { width: 2, color: colour, type: 'dashed' },
          data: one.values.map((value, at) => (at >= last - 1 ? value : null)),
          endLabel: label,
          labelLayout: { moveOverlap: 'shiftY' },
        },
      ]
    }),
  }
}
