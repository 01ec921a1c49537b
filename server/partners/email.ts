import { refused } from './port.ts'
import type { Answer, Finding, Parcel, Port } from './port.ts'
import { sendMail, testMail } from './smtp.ts'

/** The nota to whoever bought: Ajuste SINIEF 07/05 clause 7 § 7 wants the XML within reach of the buyer. */
export const email: Port = {
  /** A mailbox cannot be read: what is in doubt goes out once more, with the same Message-ID. */
  consult: async (): Promise<Finding> => ({ state: 'absent' }),

  async send(desk, parcel): Promise<Answer> {
    const { order, nota, company } = parcel
    const address = order?.buyer.email
    if (!order || !address) return refused('no_address', 'O consumidor não tem e-mail. Escreva-o no pedido e tente de novo')
    const danfe = await parcel.danfe()
    const { subject, text } = wordsFor(parcel, danfe !== null, String(desk.settings['from_name'] || company.name))
    return sendMail(desk, {
      to: { name: order.buyer.name, address },
      fromName: String(desk.settings['from_name'] || company.name),
      replyTo: String(desk.settings['reply_to'] ?? '') || null,
      subject,
      text,
      messageId: `<nfe-${nota.key.toLowerCase()}-${parcel.id}@${domainOf(String(desk.settings['from']))}>`,
      attachments: [
        ...(danfe ? [{ filename: `DANFE-${nota.number ?? nota.key}.pdf`, contentType: 'application/pdf', content: danfe }] : []),
        { filename: `NFe${nota.key}.xml`, contentType: 'application/xml', content: parcel.xml },
      ],
    })
  },

  test: testMail,
}

export const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1) || 'localhost'

/** Subject and text of the message, in the words of a shop to its customer. */
export function wordsFor({ order, nota, zone, shipment }: Parcel, danfe: boolean, shop: string) {
  const trial = nota.environment === 'homologation'
  const first = order?.buyer.name.trim().split(/\s+/)[0] ?? ''
  const issued = nota.issuedAt && new Intl.DateTimeFormat('pt-BR', { dateStyle: 'short', timeZone: zone }).format(new Date(nota.issuedAt))
  const total = nota.total !== null && new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' }).format(nota.total / 100).replace('\u00a0', ' ')
  const part = shipment && shipment.of > 1 ? ` (envio ${shipment.number} de ${shipment.of})` : ''
  return {
    subject: `${trial ? '[TESTE, sem valor fiscal] ' : ''}Nota fiscal do seu pedido ${order?.externalId ?? ''} - ${shop}`,
    text: [
      `Olá${first ? `, ${first}` : ''}!`,
      '',
      ...(trial ? ['Esta é uma mensagem de teste: a nota abaixo não tem valor fiscal.', ''] : []),
      `A nota fiscal do seu pedido ${order?.externalId ?? ''}${part} foi emitida.`,
      '',
      `Número: ${nota.number ?? ''}${nota.series === null ? '' : `, série ${nota.series}`}`,
      ...(issued ? [`Emissão: ${issued}`] : []),
      ...(total ? [`Valor: ${total}`] : []),
      `Chave de acesso: ${nota.key.replaceAll(/(.{4})(?=.)/g, '$1 ')}`,
      '',
      danfe
        ? 'Em anexo estão o DANFE, para ler ou imprimir, e o arquivo XML, que é o documento fiscal. Guarde-os: eles valem como comprovante para troca e garantia.'
        : 'Em anexo está o arquivo XML, que é o documento fiscal. Guarde-o: ele vale como comprovante para troca e garantia.',
      'Para conferir a nota, consulte a chave de acesso em www.nfe.fazenda.gov.br.',
      '',
      shop,
      '',
    ].join('\n'),
  }
}
