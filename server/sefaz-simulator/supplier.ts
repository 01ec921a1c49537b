import { createPrivateKey } from 'node:crypto'
import { accessKey, fiscalText, randomNumericCode, signElement, ufCodes } from '../fiscal/index.ts'
import { localTime } from './answers.ts'
import type { Issued } from './pki.ts'

/** A sale to one of our companies, told in few words: the simulator issues it in the supplier's name. */
export interface Purchase {
  supplier: { cnpj: string; name: string; ie?: string; uf?: string }
  buyer: { cnpj: string; name?: string; ie?: string; uf?: string }
  items: { code: string; name: string; quantity: number; /** Centavos. */ unitPrice: number; gtin?: string; ncm?: string; cfop?: string; unit?: string }[]
  series?: number
  number: number
  /** YYYY-MM-DD and centavos. */
  instalments?: { due: string; amount: number }[]
  order?: string
}

/** The signed NFe of a purchase, valid by the layout: a supplier of Simples Nacional, without tax highlighted. */
export function purchaseNota(purchase: Purchase, at: Date, environment: 1 | 2, certificate: Issued): { key: string; xml: string; uf: string } {
  const { supplier, buyer, items } = purchase
  const [from, to] = [placeOf(supplier.uf ?? 'SP'), placeOf(buyer.uf ?? 'SP')]
  const issuedAt = localTime(at)
  const series = purchase.series ?? 1
  const numericCode = randomNumericCode(purchase.number)
  const key = accessKey({
    ufCode: from.code,
    yearMonth: issuedAt.slice(2, 4) + issuedAt.slice(5, 7),
    document: supplier.cnpj,
    series,
    number: purchase.number,
    emissionType: 1,
    numericCode,
  })
  const total = items.reduce((sum, item) => sum + gross(item), 0)
  const money = (centavos: number) => (centavos / 100).toFixed(2)
  const name = environment === 2 ? 'NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL' : text(buyer.name ?? 'Comprador', 60)
  const content =
    `<ide><cUF>${from.code}</cUF><cNF>${numericCode}</cNF><natOp>Venda de mercadoria</natOp><mod>55</mod><serie>${series}</serie><nNF>${purchase.number}</nNF>` +
    `<dhEmi>${issuedAt}</dhEmi><tpNF>1</tpNF><idDest>${from.code === to.code ? 1 : 2}</idDest><cMunFG>${from.city}</cMunFG><tpImp>1</tpImp><tpEmis>1</tpEmis>` +
    `<cDV>${key[43]}</cDV><tpAmb>${environment}</tpAmb><finNFe>1</finNFe><indFinal>0</indFinal><indPres>9</indPres><indIntermed>0</indIntermed><procEmi>0</procEmi>` +
    `<verProc>simulador</verProc></ide>` +
    `<emit><CNPJ>${supplier.cnpj}</CNPJ><xNome>${text(supplier.name, 60)}</xNome><enderEmit>${address(from)}</enderEmit><IE>${supplier.ie ?? '110042490114'}</IE><CRT>1</CRT></emit>` +
    `<dest><CNPJ>${buyer.cnpj}</CNPJ><xNome>${name}</xNome><enderDest>${address(to)}</enderDest>${buyer.ie ? `<indIEDest>1</indIEDest><IE>${buyer.ie}</IE>` : '<indIEDest>9</indIEDest>'}</dest>` +
    items
      .map(
        (item, index) =>
          `<det nItem="${index + 1}"><prod><cProd>${text(item.code, 60)}</cProd><cEAN>${item.gtin ?? 'SEM GTIN'}</cEAN><xProd>${text(item.name, 120)}</xProd><NCM>${item.ncm ?? '84713012'}</NCM>` +
          `<CFOP>${item.cfop ?? (from.code === to.code ? '5102' : '6102')}</CFOP><uCom>${item.unit ?? 'UN'}</uCom><qCom>${item.quantity.toFixed(4)}</qCom><vUnCom>${money(item.unitPrice)}</vUnCom>` +
          `<vProd>${money(gross(item))}</vProd><cEANTrib>${item.gtin ?? 'SEM GTIN'}</cEANTrib><uTrib>${item.unit ?? 'UN'}</uTrib><qTrib>${item.quantity.toFixed(4)}</qTrib>` +
          `<vUnTrib>${money(item.unitPrice)}</vUnTrib><indTot>1</indTot>${purchase.order ? `<xPed>${text(purchase.order, 15)}</xPed>` : ''}</prod>` +
          `<imposto><ICMS><ICMSSN102><orig>0</orig><CSOSN>102</CSOSN></ICMSSN102></ICMS><PIS><PISOutr><CST>49</CST><vBC>0.00</vBC><pPIS>0.00</pPIS><vPIS>0.00</vPIS></PISOutr></PIS>` +
          `<COFINS><COFINSOutr><CST>49</CST><vBC>0.00</vBC><pCOFINS>0.00</pCOFINS><vCOFINS>0.00</vCOFINS></COFINSOutr></COFINS></imposto></det>`,
      )
      .join('') +
    `<total><ICMSTot>${['vBC', 'vICMS', 'vICMSDeson', 'vFCP', 'vBCST', 'vST', 'vFCPST', 'vFCPSTRet'].map(zero).join('')}<vProd>${money(total)}</vProd>` +
    `${['vFrete', 'vSeg', 'vDesc', 'vII', 'vIPI', 'vIPIDevol', 'vPIS', 'vCOFINS', 'vOutro'].map(zero).join('')}<vNF>${money(total)}</vNF></ICMSTot></total>` +
    `<transp><modFrete>0</modFrete></transp>${billing(purchase, total, money)}` +
    `<pag><detPag>${purchase.instalments?.length ? '<indPag>1</indPag><tPag>15</tPag>' : '<indPag>0</indPag><tPag>01</tPag>'}<vPag>${money(total)}</vPag></detPag></pag>`
  const signed = signElement(
    { root: 'NFe', rootVersion: null, element: 'infNFe', id: `NFe${key}`, version: '4.00', content },
    { key: createPrivateKey(certificate.keyPem), certificate: certificate.certificatePem },
  )
  return { key, xml: signed.bytes.toString(), uf: from.code }
}

const gross = (item: Purchase['items'][number]) => Math.round(item.quantity * item.unitPrice)
const zero = (name: string) => `<${name}>0.00</${name}>`
const text = (value: string, most: number) => fiscalText(value, most).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

function billing(purchase: Purchase, total: number, money: (centavos: number) => string): string {
  if (!purchase.instalments?.length) return ''
  const parts = purchase.instalments.map(
    (one, index) => `<dup><nDup>${String(index + 1).padStart(3, '0')}</nDup><dVenc>${one.due}</dVenc><vDup>${money(one.amount)}</vDup></dup>`,
  )
  return `<cobr><fat><nFat>${purchase.number}</nFat><vOrig>${money(total)}</vOrig><vDesc>0.00</vDesc><vLiq>${money(total)}</vLiq></fat>${parts.join('')}</cobr>`
}

interface Place {
  uf: string
  code: string
  city: string
  name: string
  cep: string
}

/** Suppliers stand in the capitals of the states where most of them are. */
const capitals: Record<string, [string, string, string]> = {
  SP: ['3550308', 'Sao Paulo', '01001000'],
  RJ: ['3304557', 'Rio de Janeiro', '20010000'],
  MG: ['3106200', 'Belo Horizonte', '30110000'],
  RS: ['4314902', 'Porto Alegre', '90010000'],
  PR: ['4106902', 'Curitiba', '80010000'],
  SC: ['4205407', 'Florianopolis', '88010000'],
  BA: ['2927408', 'Salvador', '40010000'],
  PE: ['2611606', 'Recife', '50010000'],
  GO: ['5208707', 'Goiania', '74010000'],
  ES: ['3205309', 'Vitoria', '29010000'],
  CE: ['2304400', 'Fortaleza', '60010000'],
  DF: ['5300108', 'Brasilia', '70040000'],
}

function placeOf(uf: string): Place {
  const capital = capitals[uf]
  if (!capital) throw new Error(`O simulador não tem fornecedor em ${uf}; use ${Object.keys(capitals).join(', ')}`)
  return { uf, code: String(ufCodes[uf]), city: capital[0], name: capital[1], cep: capital[2] }
}

const address = (place: Place) =>
  `<xLgr>Rua do Comercio</xLgr><nro>100</nro><xBairro>Centro</xBairro><cMun>${place.city}</cMun><xMun>${place.name}</xMun><UF>${place.uf}</UF><CEP>${place.cep}</CEP><cPais>1058</cPais><xPais>BRASIL</xPais>`
