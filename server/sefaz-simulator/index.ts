/** A SEFAZ on this machine, for the demonstration and the tests: a real program over the network, not a part of the product's work. */
export { startSimulator } from './simulator.ts'
export type { Simulator, SimulatorOptions } from './simulator.ts'
export type { Rule } from './misbehaviour.ts'
export type { Purchase } from './supplier.ts'
export type { Pushed } from './purchases.ts'
export type { Statistics } from './statistics.ts'
export type { Nota as AuthorisedNota } from './ledger.ts'
export { runSimulator } from './run.ts'
