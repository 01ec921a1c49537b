import { describe, expect, it } from 'vitest'
import type { Operation, Phase } from '../../server/insight/contract.ts'
import { wayOf, wayTo } from './opens.ts'
import { bottleneckOf, walkOf } from './walk.ts'

const phase = (name: Phase, median: number | null, p90: number | null = median): Operation['phases'][number] => ({
  phase: name,
  title: name,
  shipments: { value: 1, rows: { endpoint: 'insightRows', query: {} } },
  median,
  p90,
})

describe('the walk of an order', () => {
  const phases = [
    phase('waiting_release', 480, 1100),
    phase('waiting_picker', 6),
    phase('picking', 5, 20),
    phase('waiting_bench', null),
    phase('packing', 1),
    phase('waiting_truck', 500, 600),
    phase('on_road', 4000),
  ]
  it('begins each phase where the one before ended, and leaves the road and the unmeasured out', () => {
    const { steps, whole, touched, scale } = walkOf(phases)
    expect(steps.map(({ from }) => from)).toEqual([0, 480, 486, null, 491, 492, null])
    expect({ whole, touched, scale }).toEqual({ whole: 992, touched: 6, scale: 1100 })
  })
  it('reaches as far as its longest whisker', () => {
    expect(walkOf([phase('picking', 10), phase('packing', 5, 90)]).scale).toBe(100)
    expect(walkOf([phase('picking', null)])).toMatchObject({ whole: 0, touched: 0, scale: 1 })
  })
  it('calls a bottleneck only what the house decides on', () => {
    expect(bottleneckOf(phases)).toBe('waiting_release')
    expect(bottleneckOf([phase('picking', 9), phase('packing', 3), phase('waiting_truck', 500)])).toBe('picking')
    expect(bottleneckOf([phase('picking', 9), phase('waiting_truck', 500)])).toBeNull()
  })
})

describe('a number', () => {
  it('opens the orders by their own filters, or the rows behind it', () => {
    expect(wayTo({ endpoint: 'listOrders', query: { only: 'late' } })).toEqual({ to: '/pedidos', search: { only: 'late' } })
    expect(wayTo({ endpoint: 'insightRows', query: { metric: 'picked', person: 3 } })).toEqual({
      to: '/operacao/linhas',
      search: { metric: 'picked', person: '3' },
    })
  })
  it('opens nothing when it is nothing', () => {
    expect(wayOf({ value: 0, rows: { endpoint: 'listOrders', query: { only: 'late' } } })).toEqual({})
  })
})
