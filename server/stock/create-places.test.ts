import { expect, test } from 'vitest'
import { expandPattern, serpentine } from './create-places.ts'
import { Problem } from '../platform/problem.ts'

const codes = (pattern: string) => serpentine(expandPattern(pattern)).map(({ code }) => code)

test('a pattern names every place once, odd aisles up and even aisles down', () => {
  expect(codes('A{01..02}-{1..3}-{1..2}')).toEqual([
    'A01-1-1',
    'A01-1-2',
    'A01-2-1',
    'A01-2-2',
    'A01-3-1',
    'A01-3-2',
    'A02-3-1',
    'A02-3-2',
    'A02-2-1',
    'A02-2-2',
    'A02-1-1',
    'A02-1-2',
  ])
  expect(codes('{A..C}{1..2}')).toEqual(['A1', 'A2', 'B2', 'B1', 'C1', 'C2'])
  expect(codes('RES-{08..11}')).toEqual(['RES-08', 'RES-09', 'RES-10', 'RES-11'])
  expect(expandPattern('A{03..03}-{07..07}-{2..2}')).toEqual([{ code: 'A03-07-2', aisle: 3, bay: 7, level: 2 }])
  const many = expandPattern('A{01..06}-{01..20}-{1..4}')
  expect(many).toHaveLength(480)
  expect(new Set(many.map(({ code }) => code)).size).toBe(480)
})

test('the walk never jumps: neighbours in it are neighbours in the house', () => {
  const walk = serpentine(expandPattern('A{1..6}-{1..9}-{1..3}'))
  for (let at = 1; at < walk.length; at++) {
    const [from, to] = [walk[at - 1]!, walk[at]!]
    expect(Math.abs(from.aisle! - to.aisle!) + Math.abs(from.bay! - to.bay!)).toBeLessThanOrEqual(1)
  }
})

test.each(['A{9..1}', 'A{1..B}', 'A{}', 'Ç{1..2}', 'A {1..2}', '{1..9}{1..9}{1..9}{1..9}', 'A{1..200}-{1..200}', 'A{1..999999}', ''])(
  'refuses %s and says why',
  (pattern) => {
    let refusal: unknown
    try {
      expandPattern(pattern)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(Problem)
    expect((refusal as Problem).faults[0]).toMatchObject({ field: 'pattern', message: expect.stringMatching(/\w/) })
  },
)
