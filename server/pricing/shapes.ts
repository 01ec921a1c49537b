import { z } from 'zod'

/** Sent by query: `sim` or `true` is kits only. */
export const flag = z.stringbool({ truthy: ['true', 'sim', '1'], falsy: ['false', 'nao', '0'] })
