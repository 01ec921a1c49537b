export { freeAllocations } from './allocations.ts'
export { lockStock, moveStock, world } from './move-stock.ts'
export type { Move, MoveReason } from './move-stock.ts'
