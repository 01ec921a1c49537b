import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { listCartons, saveCarton } from './contract.ts'

const columns = ['code', 'name', 'length_mm', 'width_mm', 'height_mm', 'weight_g', 'max_weight_g', 'active'] as const

export const cartonList = async (tx: Tx): Promise<AnswerOf<typeof listCartons>> => ({
  rows: await tx.selectFrom('carton').select(columns).orderBy('length_mm').orderBy('width_mm').execute(),
})

export const writeCarton = (tx: Tx, { code, ...carton }: InputOf<typeof saveCarton>) =>
  tx
    .insertInto('carton')
    .values({ code, ...carton })
    .onConflict((known) => known.column('code').doUpdateSet(carton))
    .returning(columns)
    .executeTakeFirstOrThrow()
