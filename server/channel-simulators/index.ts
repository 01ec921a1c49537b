/** Channels on this machine, which answer as their documentation says: for tests, and to look at a flow without an account there. */
export { simulateMagalu } from './magalu.ts'
export { simulateMercadoLivre } from './mercado-livre.ts'
export { shopeePartner, simulateShopee } from './shopee.ts'
export { simulateNuvemshop, simulateVtex } from './shops.ts'
export { serve } from './serve.ts'
export type { Asked, Said, Simulator, Trouble } from './serve.ts'
