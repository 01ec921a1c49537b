import type { Layout, Proof } from './fixed.ts'

/** Positions of Rede's fixed-width files, from 1. Record numbers collide between the files: never read one with the other's table. */
interface RedeRecord {
  proof: Proof
  fields: Layout
}

/** A summary of sales, in one credit or in instalments. */
const summary = {
  pv: [4, 12],
  rv: [13, 21],
  date: [41, 48],
  count: [49, 53],
  gross: [54, 68],
  discount: [99, 113],
  net: [114, 128],
  credit: [129, 136],
  brand: [137, 137],
} as const satisfies Layout

export const eevc = {
  /** Summary of sales of a single credit, and its sales. */
  '006': {
    proof: 'documentation',
    fields: summary,
  },
  '008': {
    proof: 'documentation',
    fields: {
      pv: [4, 12],
      rv: [13, 21],
      date: [22, 29],
      gross: [38, 52],
      card: [68, 83],
      status: [84, 86],
      nsu: [87, 98],
      reference: [99, 111],
      discount: [112, 126],
      authorisation: [127, 132],
      time: [133, 138],
      net: [204, 218],
      brand: [230, 230],
    },
  },
  /** Summary of sales in instalments. */
  '010': {
    proof: 'files',
    fields: summary,
  },
  '012': {
    proof: 'files',
    fields: {
      pv: [4, 12],
      rv: [13, 21],
      date: [22, 29],
      gross: [38, 52],
      card: [68, 83],
      status: [84, 86],
      instalments: [87, 88],
      nsu: [89, 100],
      reference: [101, 113],
      discount: [114, 128],
      authorisation: [129, 134],
      time: [135, 140],
      net: [206, 220],
      first: [221, 235],
      other: [236, 250],
      brand: [262, 262],
    },
  },
  '014': {
    proof: 'files',
    fields: { pv: [4, 12], rv: [13, 21], instalment: [38, 39], gross: [40, 54], discount: [55, 69], net: [70, 84], credit: [85, 92] },
  },
} as const satisfies Record<string, RedeRecord>

export const eefi = {
  '034': {
    proof: 'files',
    fields: {
      pv: [4, 12],
      document: [13, 23],
      date: [24, 31],
      value: [32, 46],
      rv: [76, 84],
      rvDate: [85, 92],
      gross: [95, 109],
      fee: [110, 124],
      instalment: [125, 129],
      status: [130, 131],
      originalPv: [132, 140],
    },
  },
  '036': {
    proof: 'files',
    fields: {
      pv: [4, 12],
      document: [13, 23],
      date: [24, 31],
      value: [32, 46],
      rv: [68, 76],
      rvDate: [77, 84],
      original: [85, 99],
      due: [100, 107],
      instalment: [108, 112],
      gross: [113, 127],
      fee: [128, 142],
    },
  },
  /** Adjustments taken from the day's credit ("net") or from a scheduled instalment ("desagendamento"). */
  '035': {
    proof: 'documentation',
    fields: {
      rv: [13, 21],
      date: [22, 29],
      value: [30, 44],
      reason: [48, 75],
      originalRv: [100, 108],
      cvDate: [92, 99],
      mode: [170, 170],
      credit: [171, 178],
      newValue: [179, 193],
      originalValue: [194, 208],
      nsu: [239, 250],
      order: [258, 268],
    },
  },
  /** Debits taken from the bank account. */
  '038': {
    proof: 'documentation',
    fields: { document: [13, 23], date: [24, 31], value: [32, 46], rv: [68, 76], reason: [102, 129], cvDate: [214, 221], nsu: [222, 233], debit: [243, 250] },
  },
  /** Credits that are no sale. */
  '043': {
    proof: 'documentation',
    fields: { rv: [13, 21], document: [22, 32], date: [33, 40], credit: [41, 48], value: [49, 63], reason: [87, 114] },
  },
  /** An instalment lowered because of a cancellation. */
  '049': {
    proof: 'documentation',
    fields: {
      rv: [13, 21],
      reference: [22, 36],
      credit: [37, 44],
      newValue: [45, 59],
      originalValue: [60, 74],
      value: [75, 89],
      date: [90, 97],
      nsu: [152, 163],
      instalment: [165, 166],
    },
  },
} as const satisfies Record<string, RedeRecord>

/** Pending (044) and settled (045) debits repeat what 035 and 038 said: shown, never counted twice. */
export const eefiShown = ['044', '045', '053', '054', '055', '056', '057']

/** Columns of the EEVD, from 0; it is separated by commas. All by documentation. */
export const eevd = {
  '01': { rv: 4, credit: 2, date: 3, gross: 6, discount: 7, net: 8 },
  '05': { rv: 2, date: 3, gross: 4, discount: 5, net: 6, card: 7, nsu: 9, credit: 10, status: 11, time: 12, brand: 18 },
} as const
