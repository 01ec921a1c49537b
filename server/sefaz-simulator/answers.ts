/** What the simulator says: our own short words for each code, and the messages around them. */

const reasons: Record<number, string> = {
  100: 'Autorizado o uso da NF-e',
  101: 'Cancelamento de NF-e homologado',
  102: 'Inutilizacao de numero homologado',
  103: 'Lote recebido com sucesso',
  104: 'Lote processado',
  105: 'Lote em processamento',
  106: 'Lote nao localizado',
  107: 'Servico em operacao',
  108: 'Servico paralisado momentaneamente (curto prazo)',
  109: 'Servico paralisado sem previsao',
  110: 'Uso denegado',
  114: 'SVC desabilitada pela SEFAZ de origem',
  128: 'Lote de evento processado',
  135: 'Evento registrado e vinculado a NF-e',
  136: 'Evento registrado, mas nao vinculado a NF-e',
  137: 'Nenhum documento localizado',
  138: 'Documento(s) localizado(s)',
  142: 'Contingencia EPEC bloqueada para o emitente: ha EPEC sem NF-e fora do prazo',
  150: 'Autorizado o uso da NF-e, autorizacao fora de prazo',
  151: 'Cancelamento de NF-e homologado fora de prazo',
  155: 'Cancelamento homologado fora de prazo',
  201: 'Quantidade de numeros a inutilizar acima do limite',
  204: 'Duplicidade de NF-e',
  205: 'NF-e esta denegada na base de dados',
  206: 'NF-e ja esta inutilizada na base de dados',
  213: 'CNPJ-base do emitente difere do CNPJ-base do certificado',
  214: 'Tamanho da mensagem excedeu o limite',
  215: 'Falha no schema XML',
  217: 'NF-e nao consta na base de dados',
  218: 'NF-e ja esta cancelada na base de dados',
  221: 'Recebimento ja confirmado pelo destinatario',
  222: 'Protocolo de autorizacao difere do cadastrado',
  224: 'Numero inicial maior que o final',
  225: 'Falha no schema XML da NF-e',
  226: 'UF do emitente difere da UF autorizadora',
  228: 'Data de emissao muito atrasada',
  236: 'Chave de acesso com digito verificador invalido',
  239: 'Versao do arquivo XML nao suportada',
  241: 'Um numero da faixa ja foi utilizado',
  243: 'XML mal formado',
  252: 'Ambiente informado difere do ambiente de recebimento',
  253: 'Digito verificador da chave composta invalido',
  256: 'Uma NF-e da faixa ja esta inutilizada',
  266: 'Serie nao permitida neste servico',
  290: 'Certificado da assinatura invalido',
  291: 'Certificado da assinatura fora da validade',
  293: 'Certificado da assinatura: cadeia de certificacao desconhecida',
  297: 'Assinatura difere do calculado',
  298: 'Assinatura difere do padrao do projeto',
  301: 'Uso denegado: irregularidade fiscal do emitente',
  302: 'Uso denegado: irregularidade fiscal do destinatario',
  303: 'Uso denegado: destinatario nao habilitado na UF',
  402: 'XML da area de dados com codificacao diferente de UTF-8',
  404: 'Uso de prefixo de namespace nao permitido',
  410: 'UF nao atendida por este autorizador',
  420: 'Cancelamento de NF-e ja cancelada',
  450: 'Modelo diferente de 55',
  452: 'Lote assincrono com uma so NF-e: envie com indSinc=1',
  455: 'Orgao do evento difere da UF da chave de acesso',
  467: 'Dados da NF-e divergem do EPEC',
  468: 'NF-e com tpEmis=4 sem EPEC correspondente',
  484: 'EPEC com chave de tipo de emissao diferente de 4',
  485: 'Duplicidade de numeracao do EPEC',
  491: 'tpEvento invalido',
  493: 'Evento nao atende ao schema XML especifico',
  494: 'Chave de acesso inexistente',
  501: 'Pedido de cancelamento fora do prazo',
  502: 'Id da NF-e nao corresponde aos campos da chave de acesso',
  516: 'Falha no schema XML: falta a tag raiz esperada',
  526: 'Ano e mes da chave com atraso superior ao permitido',
  539: 'Duplicidade de NF-e, com diferenca na chave de acesso',
  557: 'Justificativa de entrada em contingencia ausente',
  558: 'Entrada em contingencia posterior ao recebimento',
  561: 'Mes de emissao na chave difere do mes da NF-e',
  562: 'Codigo numerico na chave difere do codigo da NF-e',
  563: 'Ja existe pedido de inutilizacao com a mesma faixa',
  564: 'Total dos produtos difere da soma dos itens',
  570: 'tpEmis 6 e 7 so valem na contingencia SVC',
  571: 'tpEmis nao e o desta contingencia SVC',
  572: 'Id do evento nao corresponde aos seus campos',
  573: 'Duplicidade de evento',
  574: 'Autor do evento difere do emitente da NF-e',
  575: 'Autor do evento difere do destinatario da NF-e',
  577: 'Data do evento anterior a emissao da NF-e',
  578: 'Data do evento posterior ao processamento',
  580: 'O evento exige NF-e autorizada',
  588: 'Caracteres de edicao no inicio ou fim da mensagem ou entre as tags',
  589: 'NSU informado superior ao maior NSU',
  593: 'CNPJ-base consultado difere do CNPJ-base do certificado',
  594: 'Numero de sequencia do evento maior que o permitido',
  596: 'Evento apresentado fora do prazo',
  598: 'Homologacao: razao social do destinatario diferente do texto obrigatorio',
  610: 'Total da NF-e difere da soma dos valores que o compoem',
  613: 'Chave de acesso difere da existente na base de dados',
  629: 'Valor do produto difere de quantidade vezes valor unitario',
  632: 'Solicitacao fora de prazo: a NF-e nao esta mais disponivel',
  635: 'NF-e com mesmo numero e serie ja transmitida, aguardando processamento',
  640: 'CNPJ sem permissao para consultar esta NF-e',
  650: 'Ciencia da operacao de NF-e cancelada ou denegada',
  653: 'NF-e cancelada, arquivo indisponivel',
  655: 'Ciencia informada apos a manifestacao final do destinatario',
  656: 'Consumo indevido',
  657: 'Orgao do evento difere do orgao autorizador',
  691: 'Chave de acesso da NF-e difere da chave do EPEC',
  692: 'Existe EPEC registrado para esta serie e numero',
  694: 'Falta o grupo de ICMS para a UF de destino',
  703: 'Data e hora de emissao posteriores ao recebimento',
  778: 'Informado NCM inexistente',
  866: 'Ausencia de troco quando o valor dos pagamentos e maior que o total da nota',
  897: 'Codigo numerico em formato invalido',
  904: 'Valor dos pagamentos menor que o total da nota',
  999: 'Erro nao catalogado',
}

/** A code with its words; `more` follows them, as the SEFAZ puts `[chNFe:…]` there. At most 255 letters. */
export function verdict(code: number, more = ''): Verdict {
  const words = reasons[code] ?? 'Resposta escolhida pelo controle do simulador'
  return { code, reason: `${code >= 200 && ![301, 302, 303].includes(code) ? 'Rejeicao: ' : ''}${words}${more ? ` ${more}` : ''}`.slice(0, 255) }
}

export interface Verdict {
  code: number
  reason: string
}

export const version = 'RETAGUARDA-SIM-1.0'
const nfe = 'xmlns="http://www.portalfiscal.inf.br/nfe"'

export interface Head {
  /** 1 production, 2 homologation. */
  environment: 1 | 2
  uf: string
  at: string
}

/** protNFe of one nota, accepted or not. */
export function protNFe(head: Head, key: string, said: Verdict, { protocol, digest }: { protocol?: string; digest?: string | null }): string {
  const id = protocol ? ` Id="ID${protocol}"` : ''
  return (
    `<protNFe ${nfe} versao="4.00"><infProt${id}>${tpAmb(head)}<verAplic>${version}</verAplic><chNFe>${key}</chNFe><dhRecbto>${head.at}</dhRecbto>` +
    `${protocol ? `<nProt>${protocol}</nProt>` : ''}${digest ? `<digVal>${digest}</digVal>` : ''}${stat(said)}</infProt></protNFe>`
  )
}

export const retEnviNFe = (head: Head, said: Verdict, inside = '') =>
  `<retEnviNFe ${nfe} versao="4.00">${tpAmb(head)}<verAplic>${version}</verAplic>${stat(said)}<cUF>${head.uf}</cUF><dhRecbto>${head.at}</dhRecbto>${inside}</retEnviNFe>`

export const retConsReciNFe = (head: Head, receipt: string, said: Verdict, inside = '') =>
  `<retConsReciNFe ${nfe} versao="4.00">${tpAmb(head)}<verAplic>${version}</verAplic><nRec>${receipt}</nRec>${stat(said)}<cUF>${head.uf}</cUF><dhRecbto>${head.at}</dhRecbto>${inside}</retConsReciNFe>`

export const retConsSitNFe = (head: Head, key: string, said: Verdict, inside = '') =>
  `<retConsSitNFe ${nfe} versao="4.00">${tpAmb(head)}<verAplic>${version}</verAplic>${stat(said)}<cUF>${head.uf}</cUF><dhRecbto>${head.at}</dhRecbto><chNFe>${key}</chNFe>${inside}</retConsSitNFe>`

export const retConsStatServ = (head: Head, said: Verdict) =>
  `<retConsStatServ ${nfe} versao="4.00">${tpAmb(head)}<verAplic>${version}</verAplic>${stat(said)}<cUF>${head.uf}</cUF><dhRecbto>${head.at}</dhRecbto>${said.code === 107 ? '<tMed>1</tMed>' : ''}</retConsStatServ>`

export const retEnvEvento = (head: Head, lot: string, said: Verdict, inside = '') =>
  `<retEnvEvento ${nfe} versao="1.00"><idLote>${lot}</idLote>${tpAmb(head)}<verAplic>${version}</verAplic><cOrgao>${head.uf}</cOrgao>${stat(said)}${inside}</retEnvEvento>`

export interface EventFacts {
  key: string
  type: string
  sequence: number
  description: string
  registeredAt: string
  protocol: string | null
  /** CNPJ or CPF that the nota is for. */
  recipient?: string | null
}

export function retEvento(head: Head, said: Verdict, event: EventFacts): string {
  const id = event.protocol ? ` Id="ID${event.protocol}"` : ''
  const to = event.protocol && event.recipient ? tagOf(event.recipient) : ''
  return (
    `<retEvento ${nfe} versao="1.00"><infEvento${id}>${tpAmb(head)}<verAplic>${version}</verAplic><cOrgao>${head.uf}</cOrgao>${stat(said)}<chNFe>${event.key}</chNFe>` +
    `<tpEvento>${event.type}</tpEvento>${event.description.length >= 5 ? `<xEvento>${escapeText(event.description).slice(0, 60)}</xEvento>` : ''}<nSeqEvento>${event.sequence}</nSeqEvento>${to}` +
    `<dhRegEvento>${event.registeredAt}</dhRegEvento>${event.protocol ? `<nProt>${event.protocol}</nProt>` : ''}</infEvento></retEvento>`
  )
}

const tagOf = (document: string) => (document.length === 14 ? `<CNPJDest>${document}</CNPJDest>` : `<CPFDest>${document}</CPFDest>`)

export interface RangeFacts {
  year: string
  cnpj: string
  series: string
  first: string
  last: string
}

export function retInutNFe(head: Head, said: Verdict, range: RangeFacts | null, protocol: string | null): string {
  const asked = range
    ? `<ano>${range.year}</ano><CNPJ>${range.cnpj}</CNPJ><mod>55</mod><serie>${range.series}</serie><nNFIni>${range.first}</nNFIni><nNFFin>${range.last}</nNFFin>`
    : ''
  return (
    `<retInutNFe ${nfe} versao="4.00"><infInut${protocol ? ` Id="ID${protocol}"` : ''}>${tpAmb(head)}<verAplic>${version}</verAplic>${stat(said)}<cUF>${head.uf}</cUF>${asked}` +
    `<dhRecbto>${head.at}</dhRecbto>${protocol ? `<nProt>${protocol}</nProt>` : ''}</infInut></retInutNFe>`
  )
}

export const retDistDFeInt = (head: Head, said: Verdict, lastNsu: number, maxNsu: number, documents = '') =>
  `<retDistDFeInt ${nfe} versao="1.01">${tpAmb(head)}<verAplic>${version}</verAplic>${stat(said)}<dhResp>${head.at}</dhResp><ultNSU>${nsuText(lastNsu)}</ultNSU><maxNSU>${nsuText(maxNsu)}</maxNSU>${documents && `<loteDistDFeInt>${documents}</loteDistDFeInt>`}</retDistDFeInt>`

export const nsuText = (nsu: number) => String(nsu).padStart(15, '0')
const tpAmb = (head: Head) => `<tpAmb>${head.environment}</tpAmb>`
const stat = ({ code, reason }: Verdict) => `<cStat>${code}</cStat><xMotivo>${escapeText(reason)}</xMotivo>`
export const escapeText = (text: string) => text.replace(/[&<>]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[letter] ?? letter)

/** An instant as the SEFAZ writes it, in Brasília's time. */
export const localTime = (at: number | Date): string => new Date(new Date(at).getTime() - 3 * 3_600_000).toISOString().replace(/\.\d+Z$/, '-03:00')
