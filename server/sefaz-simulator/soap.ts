import { isUtf8 } from 'node:buffer'

export const services = [
  'NFeAutorizacao4',
  'NFeRetAutorizacao4',
  'NFeConsultaProtocolo4',
  'NFeStatusServico4',
  'NFeRecepcaoEvento4',
  'NFeInutilizacao4',
  'NFeDistribuicaoDFe',
] as const
export type Service = (typeof services)[number]

/** The fiscal message in a request, as it stands there; or the code of why there is none. */
export function messageIn(body: Buffer): { message: string } | { code: number } {
  if (!isUtf8(body)) return { code: 402 }
  const text = body.toString()
  if (/^\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])/i.test(text)) return { code: 402 }
  const open = /<(?:[\w.-]+:)?nfeDadosMsg(?:\s[^>]*)?>/.exec(text)
  const close = [...text.matchAll(/<\/(?:[\w.-]+:)?nfeDadosMsg\s*>/g)].at(-1)
  if (!open || !close || close.index < open.index) return { code: 516 }
  const message = text.slice(open.index + open[0].length, close.index).replace(/^<\?xml[^>]*\?>/, '')
  if (/^\s|\s$|>\s+</.test(message)) return { code: 588 }
  if (/<\/?[\w.-]+:[\w.-]+/.test(message)) return { code: 404 }
  return { message }
}

/**
 * The SOAP envelope around an answer. Authorisers do not agree on its prefix, nor on whether the message stands in it as
 * elements, as CDATA or with entities: neither does the simulator, by the authoriser's name.
 */
export function envelope(authoriser: string, service: Service, message: string): string {
  const style = styles[authoriser] ?? plain
  const wsdl = `http://www.portalfiscal.inf.br/nfe/wsdl/${service}`
  const inside = style.wrap(message)
  const result =
    service === 'NFeDistribuicaoDFe'
      ? `<nfeDistDFeInteresseResponse xmlns="${wsdl}"><nfeDistDFeInteresseResult>${inside}</nfeDistDFeInteresseResult></nfeDistDFeInteresseResponse>`
      : `<nfeResultMsg xmlns="${wsdl}">${inside}</nfeResultMsg>`
  const { prefix } = style
  return `<?xml version="1.0" encoding="utf-8"?><${prefix}:Envelope xmlns:${prefix}="http://www.w3.org/2003/05/soap-envelope"><${prefix}:Body>${result}</${prefix}:Body></${prefix}:Envelope>`
}

interface Style {
  prefix: string
  wrap: (message: string) => string
}
const asIs = (message: string) => message
const plain: Style = { prefix: 'soap', wrap: asIs }
const styles: Record<string, Style> = {
  MG: { prefix: 'env', wrap: asIs },
  GO: { prefix: 'S', wrap: (message) => `<![CDATA[${message}]]>` },
  MT: { prefix: 'soapenv', wrap: (message) => `<![CDATA[<?xml version="1.0" encoding="UTF-8"?>${message}]]>` },
  PR: { prefix: 'env', wrap: asIs },
  BA: { prefix: 'soap', wrap: (message) => message.replaceAll('&', '&amp;').replaceAll('<', '&lt;') },
}

export const fault = (text: string) =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><soap:Fault><soap:Code><soap:Value>soap:Receiver</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="pt">${text}</soap:Text></soap:Reason></soap:Fault></soap:Body></soap:Envelope>`
