import type { Service } from './authorisers.ts'
import type { Failure } from './wire.ts'
import { find, readXml } from './xml.ts'
import type { Element } from './xml.ts'

/** SOAP 1.2 as the SEFAZ speaks it: concatenated going out, searched for coming in. */

const wsdl = 'http://www.portalfiscal.inf.br/nfe/wsdl/'

/** The operation inside each service (MOC 7.0; NFeRetAutorizacao4 is published with two spellings and answers to both). */
const operations: Record<Service, string> = {
  NFeAutorizacao4: 'nfeAutorizacaoLote',
  NFeRetAutorizacao4: 'nfeRetAutorizacaoLote',
  NFeConsultaProtocolo4: 'nfeConsultaNF',
  NFeStatusServico4: 'nfeStatusServicoNF',
  NFeRecepcaoEvento4: 'nfeRecepcaoEvento',
  NFeInutilizacao4: 'nfeInutilizacaoNF',
  NFeDistribuicaoDFe: 'nfeDistDFeInteresse',
}

/** The request around a message; the message's own bytes go through untouched. */
export function envelope(service: Service, message: Buffer): { headers: Record<string, string>; body: Buffer } {
  const namespace = `xmlns="${wsdl}${service}"`
  // the distribution is the one document/literal-wrapped service
  const wrapped = service === 'NFeDistribuicaoDFe'
  const open = wrapped ? `<nfeDistDFeInteresse ${namespace}><nfeDadosMsg>` : `<nfeDadosMsg ${namespace}>`
  const close = wrapped ? '</nfeDadosMsg></nfeDistDFeInteresse>' : '</nfeDadosMsg>'
  return {
    headers: {
      'content-type': `application/soap+xml;charset=utf-8;action="${wsdl}${service}/${operations[service]}"`,
      accept: 'application/soap+xml, text/xml',
    },
    body: Buffer.concat([
      Buffer.from(`<?xml version="1.0" encoding="utf-8"?><soap12:Envelope xmlns:soap12="http://www.w3.org/2003/05/soap-envelope"><soap12:Body>${open}`),
      message,
      Buffer.from(`${close}</soap12:Body></soap12:Envelope>`),
    ]),
  }
}

/**
 * The fiscal message in an answer: under any prefix, in CDATA or written with entities. `xml` is the text it was found in, for cutting.
 * What is no such message is a Failure: the request may have been done all the same.
 */
export function messageIn(body: Buffer, contentType: string, root: string): { message: Element; xml: string } | Failure {
  let xml: string
  let envelope: Element
  try {
    xml = decode(body, contentType)
    envelope = readXml(xml)
  } catch (error) {
    return { code: 'malformed', message: 'A resposta da SEFAZ não é um XML legível', detail: body.subarray(0, 300).toString() || (error as Error).message }
  }
  const found = find(envelope, root)
  if (found) return { message: found, xml }
  for (const text of textsOf(envelope)) {
    const inner = text.trim().replace(declaration, '')
    if (!inner.startsWith('<')) continue
    try {
      const message = find(readXml(inner), root)
      if (message) return { message, xml: inner }
    } catch {
      return { code: 'malformed', message: 'A resposta da SEFAZ não é um XML legível', detail: inner.slice(0, 300) }
    }
  }
  const fault = find(envelope, 'Fault')
  if (fault)
    return {
      code: 'soap_fault',
      message: 'A SEFAZ respondeu com um erro interno',
      detail: [...textsOf(fault)].join(' ').replaceAll(/\s+/g, ' ').trim().slice(0, 300),
    }
  return { code: 'unexpected_answer', message: 'A SEFAZ respondeu algo que não é deste serviço', detail: namesIn(envelope) }
}

const declaration = /^(?:\ufeff)?\s*<\?xml[^>]*\?>/

/** The MOC says UTF-8; a server that says otherwise is believed. */
function decode(body: Buffer, contentType: string): string {
  const said = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]
  const declared = /^<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/.exec(body.subarray(0, 200).toString('latin1'))?.[1]
  return new TextDecoder(said ?? declared ?? 'utf-8', { fatal: true }).decode(body).replace(declaration, '')
}

function* textsOf(element: Element): Generator<string> {
  if (element.text.trim()) yield element.text
  for (const inner of element.children) yield* textsOf(inner)
}

function namesIn(element: Element): string {
  const names = [element.name]
  for (let inner = element.children[0]; inner && names.length < 6; inner = inner.children[0]) names.push(inner.name)
  return names.join(' > ')
}
