import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { untilStopped } from '../stopping.ts'
import { startSimulator } from './simulator.ts'

export interface RunOptions {
  data: string
  port?: number
  controlPort?: number
  host?: string
  schemas?: string
  latencyMs?: number
}

const tester = { cnpj: '11222333000181', name: 'EMPRESA DE TESTE LTDA', password: 'simulador' }

/** `retaguarda sefaz-simulator`: runs until Ctrl-C and says what a client needs. */
export const runSimulator = ({ data, ...options }: RunOptions) =>
  untilStopped(async (keep) => {
    const dataFolder = resolve(data)
    const simulator = await startSimulator({ dataFolder, ...options, port: options.port ?? 8443, controlPort: options.controlPort ?? 8444 }).catch(inWords)
    keep(simulator.close)
    // whoever started us beside itself learns where we are, and reads nothing of what follows
    if (process.env['RETAGUARDA_BESIDE']) return void process.send?.({ url: simulator.url, control: simulator.control, ca: simulator.ca })
    const pfx = join(dataFolder, 'certificates', 'teste.pfx')
    if (!existsSync(pfx)) writeFileSync(pfx, simulator.issueCertificate({ ...tester, validTo: new Date(Date.now() + 365 * 86_400_000) }), { mode: 0o600 })
    console.log(`
  Simulador da SEFAZ: ${simulator.url}/AUTORIZADOR/SERVIÇO, só homologação, sem validade fiscal
  Por exemplo       ${simulator.url}/SVRS/NFeStatusServico4
  Controle          ${simulator.control} (GET / mostra os comandos)
  Autoridade (CA)   ${join(dataFolder, 'certificates', 'ca.pem')}
  Certificado A1    ${pfx}, senha ${tester.password}, CNPJ ${tester.cnpj}
  Schemas           ${options.schemas ?? 'nenhum: só a conferência própria (veja --schemas)'}

  O certificado do cliente é pedido já no início da conexão; o Node não oferece a renegociação que SP, BA e AN fazem.
  Ctrl-C para; o que foi autorizado fica em ${dataFolder}.`)
  })

function inWords(error: NodeJS.ErrnoException): never {
  if (error.code === 'EADDRINUSE') throw new Error(`A porta já está ocupada (${error.message.match(/\S+$/)?.[0]}): escolha outra com --port e --control-port`)
  throw error
}
