import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import forge from 'node-forge'
import { accessKey, nfeProc, procEventoNFe, randomNumericCode, signElement } from '../server/fiscal/index.ts'
import type { SigningKey } from '../server/fiscal/index.ts'

/* Notas that suppliers issue to us, signed as theirs are, for what the simulator's own purchases do not say: boxes, taxes on top, altered bytes. */

const signers = new Map<string, SigningKey>()

/** A certificate that only says who he is: nobody trusts it, and reading a nota does not ask for that. */
export function signerOf(cnpj: string, name = 'Fornecedor Teste'): SigningKey {
  const known = signers.get(cnpj)
  if (known) return known
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }) as string)
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000)
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000)
  const subject = [{ name: 'commonName', value: `${name}:${cnpj}` }]
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  certificate.sign(forge.pki.privateKeyFromPem(pem), forge.md.sha256.create())
  const signer = { key: createPrivateKey(pem), certificate: forge.pki.certificateToPem(certificate) }
  signers.set(cnpj, signer)
  return signer
}

export interface PurchaseItem {
  code: string
  name?: string
  gtin?: string
  taxedGtin?: string
  unit?: string
  quantity: number
  /** How often the same goods are counted by the tax. */
  taxedQuantity?: number
  /** Centavos for one of `unit`. */
  price: number
  freight?: number
  discount?: number
  ipi?: number
  st?: number
}
export interface PurchaseSeed {
  supplier: string
  supplierName?: string
  buyer: string
  number: number
  items: PurchaseItem[]
  environment?: 'production' | 'homologation'
  instalments?: { due: string; amount: number }[]
  issuedAt?: string
  signer?: SigningKey
}

const money = (centavos: number) => (centavos / 100).toFixed(2)
const total = (item: PurchaseItem) => Math.round(item.quantity * item.price)

/** The signed NFe, its key, and the nfeProc with the protocol that a SEFAZ would give. */
export function purchase(seed: PurchaseSeed): { key: string; signed: Buffer; proc: Buffer } {
  const issuedAt = seed.issuedAt ?? new Date(Date.now() - 3 * 3_600_000).toISOString().replace(/\.\d+Z$/, '-03:00')
  const numericCode = randomNumericCode(seed.number)
  const key = accessKey({
    ufCode: '35',
    yearMonth: issuedAt.slice(2, 4) + issuedAt.slice(5, 7),
    document: seed.supplier,
    series: 1,
    number: seed.number,
    emissionType: 1,
    numericCode,
  })
  const tpAmb = seed.environment === 'production' ? 1 : 2
  const sum = (pick: (item: PurchaseItem) => number | undefined) => money(seed.items.reduce((all, item) => all + (pick(item) ?? 0), 0))
  const whole = seed.items.reduce((all, item) => all + total(item) + (item.freight ?? 0) - (item.discount ?? 0) + (item.ipi ?? 0) + (item.st ?? 0), 0)
  const zero = (...names: string[]) => names.map((name) => `<${name}>0.00</${name}>`).join('')
  const place =
    '<xLgr>Rua A</xLgr><nro>1</nro><xBairro>Centro</xBairro><cMun>3550308</cMun><xMun>Sao Paulo</xMun><UF>SP</UF><CEP>01001000</CEP><cPais>1058</cPais><xPais>BRASIL</xPais>'
  const content =
    `<ide><cUF>35</cUF><cNF>${numericCode}</cNF><natOp>Venda de mercadoria</natOp><mod>55</mod><serie>1</serie><nNF>${seed.number}</nNF><dhEmi>${issuedAt}</dhEmi><tpNF>1</tpNF>` +
    `<idDest>1</idDest><cMunFG>3550308</cMunFG><tpImp>1</tpImp><tpEmis>1</tpEmis><cDV>${key[43]}</cDV><tpAmb>${tpAmb}</tpAmb><finNFe>1</finNFe><indFinal>0</indFinal><indPres>9</indPres>` +
    `<indIntermed>0</indIntermed><procEmi>0</procEmi><verProc>teste</verProc></ide>` +
    `<emit><CNPJ>${seed.supplier}</CNPJ><xNome>${seed.supplierName ?? 'Fornecedor Teste'}</xNome><enderEmit>${place}</enderEmit><IE>110042490114</IE><CRT>3</CRT></emit>` +
    `<dest><CNPJ>${seed.buyer}</CNPJ><xNome>Comprador</xNome><enderDest>${place}</enderDest><indIEDest>9</indIEDest></dest>` +
    seed.items
      .map(
        (item, index) =>
          `<det nItem="${index + 1}"><prod><cProd>${item.code}</cProd><cEAN>${item.gtin ?? 'SEM GTIN'}</cEAN><xProd>${item.name ?? `Item ${item.code}`}</xProd><NCM>84713012</NCM><CFOP>5102</CFOP>` +
          `<uCom>${item.unit ?? 'UN'}</uCom><qCom>${item.quantity.toFixed(4)}</qCom><vUnCom>${money(item.price)}</vUnCom><vProd>${money(total(item))}</vProd>` +
          `<cEANTrib>${item.taxedGtin ?? item.gtin ?? 'SEM GTIN'}</cEANTrib><uTrib>UN</uTrib><qTrib>${(item.taxedQuantity ?? item.quantity).toFixed(4)}</qTrib>` +
          `<vUnTrib>${(total(item) / 100 / (item.taxedQuantity ?? item.quantity)).toFixed(10)}</vUnTrib>` +
          `${item.freight ? `<vFrete>${money(item.freight)}</vFrete>` : ''}${item.discount ? `<vDesc>${money(item.discount)}</vDesc>` : ''}<indTot>1</indTot></prod>` +
          `<imposto><ICMS>${
            item.st
              ? `<ICMS10><orig>0</orig><CST>10</CST><modBC>3</modBC><vBC>0.00</vBC><pICMS>0.00</pICMS><vICMS>0.00</vICMS><modBCST>4</modBCST><vBCST>0.00</vBCST><pICMSST>0.00</pICMSST><vICMSST>${money(item.st)}</vICMSST></ICMS10>`
              : '<ICMS40><orig>0</orig><CST>41</CST></ICMS40>'
          }</ICMS>${item.ipi ? `<IPI><cEnq>999</cEnq><IPITrib><CST>50</CST><vBC>0.00</vBC><pIPI>0.00</pIPI><vIPI>${money(item.ipi)}</vIPI></IPITrib></IPI>` : ''}` +
          `<PIS><PISNT><CST>07</CST></PISNT></PIS><COFINS><COFINSNT><CST>07</CST></COFINSNT></COFINS></imposto></det>`,
      )
      .join('') +
    `<total><ICMSTot>${zero('vBC', 'vICMS', 'vICMSDeson', 'vFCP', 'vBCST')}<vST>${sum((item) => item.st)}</vST>${zero('vFCPST', 'vFCPSTRet')}<vProd>${sum(total)}</vProd>` +
    `<vFrete>${sum((item) => item.freight)}</vFrete>${zero('vSeg')}<vDesc>${sum((item) => item.discount)}</vDesc>${zero('vII')}<vIPI>${sum((item) => item.ipi)}</vIPI>` +
    `${zero('vIPIDevol', 'vPIS', 'vCOFINS', 'vOutro')}<vNF>${money(whole)}</vNF></ICMSTot></total><transp><modFrete>0</modFrete></transp>` +
    (seed.instalments
      ? `<cobr>${seed.instalments.map((one, index) => `<dup><nDup>${String(index + 1).padStart(3, '0')}</nDup><dVenc>${one.due}</dVenc><vDup>${money(one.amount)}</vDup></dup>`).join('')}</cobr>`
      : '') +
    `<pag><detPag><tPag>15</tPag><vPag>${money(whole)}</vPag></detPag></pag>`
  const { bytes: signed, digest } = signElement(
    { root: 'NFe', rootVersion: null, element: 'infNFe', id: `NFe${key}`, version: '4.00', content },
    seed.signer ?? signerOf(seed.supplier),
  )
  return { key, signed, proc: nfeProc(signed, protocol(key, digest, tpAmb, issuedAt)) }
}

const protocol = (key: string, digest: string, tpAmb: number, at: string) =>
  `<protNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><infProt><tpAmb>${tpAmb}</tpAmb><verAplic>teste</verAplic><chNFe>${key}</chNFe><dhRecbto>${at}</dhRecbto>` +
  `<nProt>135260000000001</nProt><digVal>${digest}</digVal><cStat>100</cStat><xMotivo>Autorizado o uso da NF-e</xMotivo></infProt></protNFe>`

/** The issuer's cancellation, registered. */
export function cancellation(key: string, author: string, signer = signerOf(author)): Buffer {
  const at = new Date(Date.now() - 3 * 3_600_000).toISOString().replace(/\.\d+Z$/, '-03:00')
  const { bytes } = signElement(
    {
      root: 'evento',
      rootVersion: '1.00',
      element: 'infEvento',
      id: `ID110111${key}01`,
      version: null,
      content:
        `<cOrgao>35</cOrgao><tpAmb>2</tpAmb><CNPJ>${author}</CNPJ><chNFe>${key}</chNFe><dhEvento>${at}</dhEvento><tpEvento>110111</tpEvento><nSeqEvento>1</nSeqEvento><verEvento>1.00</verEvento>` +
        `<detEvento versao="1.00"><descEvento>Cancelamento</descEvento><nProt>135260000000001</nProt><xJust>Mercadoria errada no pedido</xJust></detEvento>`,
    },
    signer,
  )
  return procEventoNFe(
    bytes,
    `<retEvento xmlns="http://www.portalfiscal.inf.br/nfe" versao="1.00"><infEvento><tpAmb>2</tpAmb><verAplic>teste</verAplic><cOrgao>35</cOrgao><cStat>135</cStat>` +
      `<xMotivo>Evento registrado e vinculado a NF-e</xMotivo><chNFe>${key}</chNFe><tpEvento>110111</tpEvento><nSeqEvento>1</nSeqEvento><dhRegEvento>${at}</dhRegEvento><nProt>135260000000002</nProt></infEvento></retEvento>`,
  )
}

/** Sends a file as the screen does; gives the nota that came of it. */
export async function sendPurchase(address: string, token: string, bytes: Buffer): Promise<number> {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)]), 'nota.xml')
  const answer = await fetch(`${address}/received-notas/upload`, { method: 'POST', body: form, headers: { authorization: `Bearer ${token}` } })
  const { results } = (await answer.json()) as { results: { nota: number | null; reason: string | null }[] }
  if (!results[0]?.nota) throw new Error(JSON.stringify(results))
  return results[0].nota
}
