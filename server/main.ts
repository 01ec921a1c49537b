import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Options } from './database.ts'
import { Problem } from './platform/problem.ts'

const help = `Retaguarda: do pedido à entrega.

Uso: retaguarda COMANDO [opções]

  start                              Tudo em um processo: banco, API, telas e tarefas (o mesmo que npm start)
  serve                              Só a API e as telas
  work                               Só as tarefas em segundo plano
  migrate                            Atualiza o banco
  merchant create SLUG NOME --email E-MAIL [--password SENHA]
                                     Cria uma loja e o acesso do dono
  merchant list                      Lista as lojas
  import olist PASTA [--merchant SLUG]
                                     Importa os dados públicos da Olist (loja "olist" se não for dita outra)
  import orders ARQUIVO --merchant SLUG --account CONTA
                                     Importa pedidos de CSV, XLSX ou JSON
  demo reset                         Refaz a loja de demonstração
  sefaz-simulator [--schemas PASTA] [--latency MS] [--control-port N]
                                     Uma SEFAZ de mentira nesta máquina, para testes de emissão (porta 8443)
  channel-simulator                  Os relatórios de Mercado Pago, Shopee, Amazon e Pagar.me, de mentira (porta 8445)

Opções
  --data PASTA       Onde ficam os dados do PostgreSQL embutido (não vale com DATABASE_URL)
  --port N           Porta (3000, ou PORT; se estiver ocupada, a próxima livre)
  --host ENDEREÇO    Onde escutar: 127.0.0.1 responde só a esta máquina; 0.0.0.0 abre para a rede
  --help             Esta ajuda

Ambiente: DATABASE_URL usa um PostgreSQL 15 ou mais novo já existente, em vez do embutido.
RETAGUARDA_KEY (32 bytes em base64) sela os certificados; com DATABASE_URL é obrigatória para emitir notas, a mesma em todos os processos.
`

/** The command line. Ends the process with 1 and a line in Portuguese when something is wrong. */
export async function main(args: string[]): Promise<void> {
  try {
    await run(args)
  } catch (error) {
    console.error(`Erro: ${wordsOf(error)}`)
    if (process.env['RETAGUARDA_SHOW_ERRORS']) console.error(error)
    process.exit(1)
  }
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parse(args)
  const { data, host, email, password, merchant, account } = values
  const options: Options = { ...(data ? { data } : {}), ...(host ? { host } : {}), ...(values.port === undefined ? {} : { port: portOf(values.port) }) }
  const [command, action, first, second] = positionals
  const asked = [command, action].filter(Boolean).join(' ')
  if (values.help || !command) return console.log(help)
  if (asked === 'start') return (await import('./start.ts')).start(options)
  if (asked === 'serve') return (await import('./start.ts')).serve(options)
  if (asked === 'work') return (await import('./start.ts')).work(options)
  if (asked === 'migrate') {
    const { migrate } = await import('./platform/migrate.ts')
    await (await import('./database.ts')).withDatabase(options, migrate)
    return console.log('Banco em dia.')
  }
  if (asked === 'merchant create') {
    const [slug, name, login] = [need(first, 'o SLUG da loja'), need(second, 'o NOME da loja'), need(email, '--email do dono')]
    return (await import('./merchants.ts')).addMerchant(options, slug, name, { email: login, password })
  }
  if (asked === 'merchant list') return (await import('./merchants.ts')).listMerchants(options)
  if (asked === 'import olist') return (await import('./import-files.ts')).olist(options, need(first, 'a PASTA dos arquivos'), merchant ?? 'olist')
  if (asked === 'import orders')
    return (await import('./import-files.ts')).orders(options, need(first, 'o ARQUIVO'), need(merchant, '--merchant'), need(account, '--account'))
  if (asked === 'demo reset') return (await import('./merchants.ts')).remakeDemo(options)
  if (asked === 'sefaz-simulator') {
    const { schemas, latency } = values
    return (await import('./sefaz-simulator/index.ts')).runSimulator({
      data: data ?? join((await import('./platform/embedded-postgres.ts')).defaultDirectory(), 'sefaz-simulator'),
      ...(host ? { host } : {}),
      ...(values.port === undefined ? {} : { port: portOf(values.port) }),
      ...(values['control-port'] === undefined ? {} : { controlPort: portOf(values['control-port'], '--control-port') }),
      ...(schemas ? { schemas } : {}),
      ...(latency === undefined ? {} : { latencyMs: millisecondsOf(latency) }),
    })
  }
  if (asked === 'channel-simulator')
    return (await import('./channel-simulators/index.ts')).runChannelSimulator(values.port === undefined ? {} : { port: portOf(values.port) })
  throw new Error(`Não conheço o comando "${asked}". Veja retaguarda --help`)
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        data: text,
        port: text,
        host: text,
        email: text,
        password: text,
        merchant: text,
        account: text,
        schemas: text,
        latency: text,
        'control-port': text,
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    const option = (error as Error).message.match(/'(-[^' ]*)/)?.[1]
    throw new Error(`${option ? `A opção ${option} não existe ou está sem valor` : 'Opções inválidas'}. Veja retaguarda --help`)
  }
}

function need(value: string | undefined, what: string): string {
  if (!value) throw new Error(`Falta ${what}. Veja retaguarda --help`)
  return value
}

function millisecondsOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`--latency é um número de milissegundos, não "${text}"`)
  return Number(text)
}

function portOf(text: string, option = '--port'): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${option} é um número de 0 a 65535, não "${text}"`)
  return port
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error)
  const known: Record<string, string> = {
    merchant_exists: 'já existe uma loja com este SLUG',
    email_taken: 'este e-mail já é de outra pessoa, ou a senha não é a dela',
  }
  return error.faults.map((fault) => fault.message).join('; ') || known[error.code] || error.code
}
