/** A nota as XML: layout 4.00, order of PL_010e (NT 2025.002), model 55. Call `faultsOf` first: this writes what it is given. */
import { createHash } from 'node:crypto'
import { keyOf } from './access-key.ts'
import { ibgeOfState } from './nota.ts'
import type { Address, Billing, Issuer, Nota, NotaItem, Payment, Place, Recipient, TechnicalResponsible, Transport } from './nota.ts'
import { taxesXml, totalsXml } from './tax-xml.ts'
import { documentXml, money, openElement, openRoot, optional, written, writtenAttribute } from './write.ts'
import type { Unsigned } from './write.ts'

/** What SEFAZ wants for the recipient's name in homologation (598). */
export const homologationName = 'NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL'

/** The unsigned `<NFe>` and the Id of its `infNFe`. */
export function notaXml(nota: Nota): { xml: string; id: string } {
  const unsigned = unsignedNota(nota)
  return { xml: `${openRoot(unsigned)}${openElement(unsigned)}${unsigned.content}</infNFe></NFe>`, id: unsigned.id }
}

/** The parts that `signElement` joins. */
export function unsignedNota(nota: Nota): Unsigned {
  const key = keyOf(nota)
  return { root: 'NFe', rootVersion: null, element: 'infNFe', id: `NFe${key}`, version: '4.00', content: contentOf(nota, key) }
}

function contentOf(nota: Nota, key: string): string {
  const withIbsCbs = nota.totals.ibsCbs !== null
  let content = ideXml(nota, key) + issuerXml(nota.issuer) + recipientXml(nota.recipient, nota.environment)
  if (nota.pickup) content += `<retirada>${placeXml(nota.pickup)}</retirada>`
  if (nota.delivery) content += `<entrega>${placeXml(nota.delivery)}</entrega>`
  for (const document of nota.mayDownload) content += `<autXML>${documentXml(document)}</autXML>`
  for (let index = 0; index < nota.items.length; index++) content += itemXml(nota.items[index]!, index + 1, withIbsCbs)
  content +=
    totalsXml(
      nota.totals,
      nota.items.some((item) => item.taxes.difal),
    ) + transportXml(nota.transport)
  if (nota.billing) content += billingXml(nota.billing)
  content += '<pag>'
  for (const payment of nota.payments) content += paymentXml(payment)
  content += nota.change > 0 ? `<vTroco>${money(nota.change)}</vTroco></pag>` : '</pag>'
  if (nota.intermediary)
    content += `<infIntermed><CNPJ>${nota.intermediary.cnpj}</CNPJ><idCadIntTran>${written(nota.intermediary.sellerId, 60)}</idCadIntTran></infIntermed>`
  content += additionalXml(nota.additional)
  if (nota.purchase?.order || nota.purchase?.contract)
    content += `<compra>${optional('xPed', nota.purchase.order, 60)}${optional('xCont', nota.purchase.contract, 60)}</compra>`
  if (nota.technicalResponsible) content += technicalXml(nota.technicalResponsible, key)
  return content
}

/** indPres that ask for indIntermed. */
export const remotePresences = new Set<number>([2, 3, 4, 9])

function ideXml(nota: Nota, key: string): string {
  const { emission } = nota
  return (
    `<ide><cUF>${ibgeOfState[nota.issuer.address.state]}</cUF><cNF>${nota.numericCode}</cNF><natOp>${written(nota.nature, 60)}</natOp><mod>55</mod>` +
    `<serie>${nota.series}</serie><nNF>${nota.number}</nNF><dhEmi>${nota.issuedAt}</dhEmi>${nota.movedAt ? `<dhSaiEnt>${nota.movedAt}</dhSaiEnt>` : ''}` +
    `<tpNF>${nota.direction}</tpNF><idDest>${nota.reach}</idDest><cMunFG>${nota.issuer.address.municipality.code}</cMunFG><tpImp>${nota.print}</tpImp>` +
    `<tpEmis>${emission.type}</tpEmis><cDV>${key[43]}</cDV><tpAmb>${nota.environment === 'production' ? 1 : 2}</tpAmb><finNFe>${nota.purpose}</finNFe>` +
    (nota.debitKind === null ? '' : `<tpNFDebito>${nota.debitKind}</tpNFDebito>`) +
    (nota.creditKind === null ? '' : `<tpNFCredito>${nota.creditKind}</tpNFCredito>`) +
    `<indFinal>${nota.finalConsumer ? 1 : 0}</indFinal><indPres>${nota.presence}</indPres>` +
    (remotePresences.has(nota.presence) ? `<indIntermed>${nota.intermediary ? 1 : 0}</indIntermed>` : '') +
    `<procEmi>0</procEmi><verProc>${written(nota.program, 20)}</verProc>` +
    (emission.type === 1 ? '' : `<dhCont>${emission.since}</dhCont><xJust>${written(emission.reason, 256)}</xJust>`) +
    nota.references.map((reference) => `<NFref><refNFe>${reference}</refNFe></NFref>`).join('') +
    '</ide>'
  )
}

const issuerXml = (issuer: Issuer) =>
  `<emit>${documentXml(issuer.document)}<xNome>${written(issuer.name, 60)}</xNome>${optional('xFant', issuer.tradeName, 60)}<enderEmit>${addressXml(issuer.address)}</enderEmit>` +
  `<IE>${issuer.ie}</IE>${optional('IEST', issuer.stIe, 14)}${issuer.im ? `<IM>${written(issuer.im, 15)}</IM>${optional('CNAE', issuer.cnae, 7)}` : ''}<CRT>${issuer.crt}</CRT></emit>`

const recipientXml = (recipient: Recipient, environment: Nota['environment']) =>
  `<dest>${documentXml(recipient.document)}<xNome>${environment === 'production' ? written(recipient.name, 60) : homologationName}</xNome><enderDest>${addressXml(recipient.address)}</enderDest>` +
  `<indIEDest>${recipient.contributor}</indIEDest>${optional('IE', recipient.ie, 14)}${optional('ISUF', recipient.suframa, 9)}${optional('email', recipient.email, 60)}</dest>`

const addressXml = ({ street, number, complement, district, municipality, state, cep, phone }: Address) =>
  `<xLgr>${written(street, 60)}</xLgr><nro>${written(number, 60)}</nro>${optional('xCpl', complement, 60)}<xBairro>${written(district, 60)}</xBairro><cMun>${municipality.code}</cMun>` +
  `<xMun>${written(municipality.name, 60)}</xMun><UF>${state}</UF><CEP>${cep}</CEP><cPais>1058</cPais><xPais>Brasil</xPais>${phone === null ? '' : `<fone>${phone}</fone>`}`

const placeXml = ({ document, name, ie, address }: Place) =>
  `${documentXml(document)}${optional('xNome', name, 60)}${addressXml(address)}${optional('IE', ie, 14)}`

function itemXml(item: NotaItem, number: number, withIbsCbs: boolean): string {
  const gtin = item.gtin ?? 'SEM GTIN'
  const taxed = item.taxed
  return (
    `<det nItem="${number}"><prod><cProd>${written(item.code, 60)}</cProd><cEAN>${gtin}</cEAN><xProd>${written(item.name, 120)}</xProd><NCM>${item.ncm}</NCM>` +
    (item.cest === null ? '' : `<CEST>${item.cest}</CEST>`) +
    (item.cBenef === null ? '' : `<cBenef>${item.cBenef}</cBenef>`) +
    (item.exTipi === null ? '' : `<EXTIPI>${item.exTipi}</EXTIPI>`) +
    `<CFOP>${item.cfop}</CFOP><uCom>${written(item.unit, 6)}</uCom><qCom>${item.quantity}</qCom><vUnCom>${item.unitPrice}</vUnCom><vProd>${money(item.gross)}</vProd>` +
    `<cEANTrib>${taxed ? (taxed.gtin ?? 'SEM GTIN') : gtin}</cEANTrib><uTrib>${written(taxed?.unit ?? item.unit, 6)}</uTrib><qTrib>${taxed?.quantity ?? item.quantity}</qTrib><vUnTrib>${taxed?.unitPrice ?? item.unitPrice}</vUnTrib>` +
    nonZero('vFrete', item.freight) +
    nonZero('vSeg', item.insurance) +
    nonZero('vDesc', item.discount) +
    nonZero('vOutro', item.other) +
    `<indTot>${item.inTotal ? 1 : 0}</indTot>${optional('xPed', item.order, 15)}${item.orderItem === null ? '' : `<nItemPed>${item.orderItem}</nItemPed>`}` +
    item.lots
      .map(
        (lot) => `<rastro><nLote>${written(lot.number, 20)}</nLote><qLote>${lot.quantity}</qLote><dFab>${lot.made}</dFab><dVal>${lot.expires}</dVal></rastro>`,
      )
      .join('') +
    `</prod>${taxesXml(item)}${optional('infAdProd', item.notes, 500)}` +
    // without vItem in every item a nota with IBS and CBS is authorised and flagged afterwards (VB01)
    (withIbsCbs ? `<vItem>${money(item.total)}</vItem>` : '') +
    (item.original ? `<DFeReferenciado><chaveAcesso>${item.original.key}</chaveAcesso><nItem>${item.original.item}</nItem></DFeReferenciado>` : '') +
    '</det>'
  )
}

const nonZero = (name: string, value: number) => (value === 0 ? '' : `<${name}>${money(value)}</${name}>`)

function transportXml({ freightBy, carrier, vehicle, volumes }: Transport): string {
  return (
    `<transp><modFrete>${freightBy}</modFrete>` +
    (carrier
      ? `<transporta>${carrier.document === null ? '' : documentXml(carrier.document)}${optional('xNome', carrier.name, 60)}${optional('IE', carrier.ie, 14)}${optional('xEnder', carrier.address, 60)}${optional('xMun', carrier.city, 60)}${optional('UF', carrier.state, 2)}</transporta>`
      : '') +
    (vehicle ? `<veicTransp><placa>${vehicle.plate}</placa>${optional('UF', vehicle.state, 2)}${optional('RNTC', vehicle.rntc, 20)}</veicTransp>` : '') +
    volumes
      .map(
        (volume) =>
          `<vol><qVol>${volume.quantity}</qVol>${optional('esp', volume.kind, 60)}${optional('marca', volume.brand, 60)}${optional('nVol', volume.numbering, 60)}${kilos('pesoL', volume.netGrams)}${kilos('pesoB', volume.grossGrams)}</vol>`,
      )
      .join('') +
    '</transp>'
  )
}

const kilos = (name: string, grams: number | null) => (grams === null ? '' : `<${name}>${(grams / 1000).toFixed(3)}</${name}>`)

const billingXml = ({ number, original, discount, net, instalments }: Billing) =>
  `<cobr><fat><nFat>${written(number, 60)}</nFat><vOrig>${money(original)}</vOrig><vDesc>${money(discount)}</vDesc><vLiq>${money(net)}</vLiq></fat>${instalments
    .map((instalment) => `<dup><nDup>${written(instalment.number, 60)}</nDup><dVenc>${instalment.due}</dVenc><vDup>${money(instalment.amount)}</vDup></dup>`)
    .join('')}</cobr>`

function paymentXml({ kind, description, timing, amount, paidOn, card }: Payment): string {
  return (
    `<detPag>${timing === null ? '' : `<indPag>${timing}</indPag>`}<tPag>${kind}</tPag>${optional('xPag', description, 60)}<vPag>${money(amount)}</vPag>${paidOn === null ? '' : `<dPag>${paidOn}</dPag>`}` +
    (card
      ? `<card><tpIntegra>${card.integrated ? 1 : 2}</tpIntegra>${optional('CNPJ', card.institution, 14)}${optional('tBand', card.brand, 2)}${optional('cAut', card.authorisation, 128)}${optional('CNPJReceb', card.receiver, 14)}${optional('idTermPag', card.terminal, 40)}</card>`
      : '') +
    '</detPag>'
  )
}

function additionalXml({ fisco, complementary, fields }: Nota['additional']): string {
  const content =
    optional('infAdFisco', fisco, 2000) +
    optional('infCpl', complementary, 5000) +
    fields.map((field) => `<obsCont xCampo="${writtenAttribute(field.name, 20)}"><xTexto>${written(field.text, 60)}</xTexto></obsCont>`).join('')
  return content === '' ? '' : `<infAdic>${content}</infAdic>`
}

const technicalXml = ({ cnpj, contact, email, phone, csrt }: TechnicalResponsible, key: string) =>
  `<infRespTec><CNPJ>${cnpj}</CNPJ><xContato>${written(contact, 60)}</xContato><email>${written(email, 60)}</email><fone>${phone}</fone>${
    // NT 2018.005: SHA-1 of the token followed by the key
    csrt
      ? `<idCSRT>${csrt.id}</idCSRT><hashCSRT>${createHash('sha1')
          .update(csrt.token + key)
          .digest('base64')}</hashCSRT>`
      : ''
  }</infRespTec>`
