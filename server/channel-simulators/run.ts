import { untilStopped } from '../stopping.ts'
import { moneyKeys, startMoneySimulator } from './money.ts'

/** `retaguarda channel-simulator`: the report APIs of the channels of money.ts until Ctrl-C, and what opens each. It forgets everything then. */
export const runChannelSimulator = ({ port = 8445 }: { port?: number }) =>
  untilStopped(async (keep) => {
    const simulator = await startMoneySimulator({ port }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' ? new Error(`A porta ${port} já está ocupada: escolha outra com --port`) : error
    })
    keep(simulator.close)
    console.log(`
  Simulador dos relatórios de dinheiro: ${simulator.url}
  É o endereço de cada canal em Repasses > Fontes de relatórios, com as chaves:
${Object.entries(moneyKeys)
  .map(([kind, { settings, secrets }]) => `    ${kind.padEnd(14)}${JSON.stringify({ ...settings, ...secrets })}`)
  .join('\n')}

  Nada foi vendido ainda. Conte e atrapalhe por POST em ${simulator.url}/_control, por exemplo:
    {"tell":{"channel":"mercado_pago","sales":[{"order":"2000001","amount":10000,"approvedAt":"2026-11-01T12:00:00Z","delivered":"2026-11-03"}]}}
    {"withdraw":{"channel":"mercado_pago","amount":5000}}
    {"mood":{"channel":"mercado_pago","late":true,"twice":true,"without":["2026-11-02"]}}
    {"disturb":{"trouble":{"instead":{"status":429}},"path":"^/v1/account/","times":2}}
  Ctrl-C para, e tudo é esquecido.`)
  })
