import { lookup } from 'node:dns/promises'
import { Readable } from 'node:stream'
import nodemailer from 'nodemailer'
import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import { isPrivate, onlyPublic, wordsOf } from '../platform/call.ts'
import { accepted, refused, uncertain } from './port.ts'
import type { Answer, Desk } from './port.ts'

export interface Mail {
  to: { name: string; address: string } | string
  fromName: string
  replyTo: string | null
  subject: string
  text: string
  /** The same in every attempt: a mailbox that got it twice shows it once. */
  messageId: string
  attachments: { filename: string; contentType: string; content: Buffer }[]
}

/** Hands one message to the merchant's mail server and tells what became of it. */
export async function sendMail(desk: Desk, mail: Mail): Promise<Answer> {
  const { settings } = desk
  const from = String(settings['from'])
  const composed = await new MailComposer({
    from: { name: mail.fromName, address: from },
    to: mail.to,
    ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
    subject: mail.subject,
    text: mail.text,
    messageId: mail.messageId,
    attachments: mail.attachments,
    // no vacation replies to a machine (RFC 3834)
    headers: { 'Auto-Submitted': 'auto-generated' },
  })
    .compile()
    .build()
  const to = typeof mail.to === 'string' ? mail.to : mail.to.address
  let sent = false
  // read for the first time when the server has said it takes the message
  const raw = Readable.from(
    (function* () {
      sent = true
      yield composed
    })(),
  )
  try {
    const transport = await open(desk)
    const done = await transport.sendMail({ envelope: { from, to }, raw })
    return accepted(`Aceito pelo servidor de e-mail para ${to}`, done.messageId)
  } catch (error) {
    return answerOf(error as MailError, to, sent)
  }
}

/** Signs in without sending anything. */
export async function testMail(desk: Desk): Promise<{ passed: boolean; words: string }> {
  try {
    await (await open(desk)).verify()
    return { passed: true, words: `O servidor ${String(desk.settings['host'])} aceitou o acesso` }
  } catch (error) {
    return { passed: false, words: answerOf(error as MailError, '', false).words }
  }
}

async function open({ settings, secrets }: Desk) {
  const host = String(settings['host'])
  if (onlyPublic() && (await lookup(host, { all: true })).some(({ address }) => isPrivate(address))) throw new Error('endereço de rede interna')
  const security = settings['security']
  return nodemailer.createTransport({
    host,
    port: Number(settings['port']),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(settings['user'] ? { auth: { user: String(settings['user']), pass: secrets['password'] ?? '' } } : {}),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

interface MailError extends NodeJS.ErrnoException {
  responseCode?: number
  response?: string
  command?: string
}

function answerOf(error: MailError, to: string, sent: boolean): Answer {
  const said = error.response ?? error.message
  const all = (code: string, words: string): Answer => ({ state: 'wait', code, words, everybody: true })
  if (error.code === 'EAUTH' || error.responseCode === 530 || error.responseCode === 535)
    return all('unauthorised', `O servidor de e-mail não aceitou usuário e senha: ${said}`)
  if (error.code === 'ETLS') return all('no_tls', `O servidor de e-mail não oferece conexão segura: ${said}. Confira a porta e a segurança`)
  const status = error.responseCode ?? 0
  if (status >= 500 && error.command === 'MAIL FROM') return all('sender_refused', `O servidor não aceita mandar como este remetente: ${said}`)
  if (status >= 500) return refused('mailbox', `O e-mail para ${to} não foi aceito: ${said}. Confira o endereço no pedido`)
  // grey lists and full queues: the same message is welcome later (RFC 5321 § 4.2.1)
  if (status >= 400) return { state: 'wait', code: 'later', words: `O servidor de e-mail pediu para tentar mais tarde: ${said}`, seconds: 300 }
  if (sent) return uncertain('no_answer', 'O servidor de e-mail não confirmou; a mesma mensagem será mandada de novo', 300)
  return all('unreachable', `O servidor de e-mail está fora de alcance: ${wordsOf(error)}`)
}
