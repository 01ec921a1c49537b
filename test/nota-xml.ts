/* nfeProc documents written by hand, not by our own writer: what anybody's XML may hold. */

export interface SampleNota {
  key?: string
  cnpj?: string
  environment?: 1 | 2
  emission?: 1 | 4 | 6 | 7
  items?: number
  itemName?: (index: number) => string
  notes?: string
  issuerName?: string
  recipient?: 'person' | 'company' | 'none'
  recipientName?: string
  instalments?: number
  complementary?: string
  reform?: boolean
  protocol?: boolean
  protocolCode?: string
  crt?: 1 | 3
  st?: boolean
  carrier?: boolean
  volumes?: number
}

/** `&` and `<` as XML wants them. */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export function sampleNota(sample: SampleNota = {}): string {
  const {
    cnpj = '12345678000195',
    environment = 1,
    emission = 1,
    items = 3,
    itemName = (index: number) => `CANECA DE PORCELANA ESMALTADA ${index} 350 ML`,
    notes = '',
    issuerName = 'CERAMICA SERRA AZUL LTDA',
    recipient = 'person',
    recipientName = 'MARIA DA CONCEIÇÃO DOS SANTOS',
    instalments = 0,
    complementary = 'Pedido 104233 da loja. Trib aprox R$ 12,10 Federal e R$ 18,00 Estadual. Fonte: IBPT.',
    reform = true,
    protocol = true,
    protocolCode = '100',
    crt = 3,
    st = false,
    carrier = true,
    volumes = 1,
    key = `352611${cnpj}55001000104233${emission}123456780`,
  } = sample
  const party =
    recipient === 'none' ? '' : partyXml(recipient, environment === 2 ? 'NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL' : recipientName)
  const dets = Array.from({ length: items }, (_, index) => itemXml(index + 1, itemName(index + 1), notes, { reform, crt, st })).join('')
  const dups = Array.from(
    { length: instalments },
    (_, index) => `<dup><nDup>${String(index + 1).padStart(3, '0')}</nDup><dVenc>2027-0${(index % 9) + 1}-10</dVenc><vDup>110.00</vDup></dup>`,
  ).join('')
  const answer = protocol
    ? `<protNFe versao="4.00"><infProt><tpAmb>${environment}</tpAmb><verAplic>SP</verAplic><chNFe>${key}</chNFe><dhRecbto>2026-11-22T02:04:57-03:00</dhRecbto><nProt>135260000000001</nProt><cStat>${protocolCode}</cStat><xMotivo>Autorizado o uso da NF-e</xMotivo></infProt></protNFe>`
    : ''
  return (
    `<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><NFe><infNFe versao="4.00" Id="NFe${key}">` +
    `<ide><cUF>35</cUF><cNF>12345678</cNF><natOp>VENDA DE MERCADORIA A NÃO CONTRIBUINTE</natOp><mod>55</mod><serie>1</serie><nNF>104233</nNF><dhEmi>2026-11-22T02:03:00-03:00</dhEmi><dhSaiEnt>2026-11-22T10:00:00-03:00</dhSaiEnt><tpNF>1</tpNF><idDest>2</idDest><cMunFG>3537107</cMunFG><tpImp>1</tpImp><tpEmis>${emission}</tpEmis><cDV>0</cDV><tpAmb>${environment}</tpAmb><finNFe>1</finNFe><indFinal>1</indFinal><indPres>2</indPres><indIntermed>0</indIntermed><procEmi>0</procEmi><verProc>teste</verProc>${emission === 1 ? '' : '<dhCont>2026-11-22T01:00:00-03:00</dhCont><xJust>SEFAZ de origem fora do ar desde a madrugada</xJust>'}</ide>` +
    `<emit><CNPJ>${cnpj}</CNPJ><xNome>${escaped(issuerName)}</xNome><enderEmit><xLgr>Avenida Industrial</xLgr><nro>900</nro><xBairro>Distrito Industrial</xBairro><cMun>3537107</cMun><xMun>Pedreira</xMun><UF>SP</UF><CEP>13920000</CEP><cPais>1058</cPais><xPais>BRASIL</xPais><fone>1938931234</fone></enderEmit><IE>123456789012</IE><CRT>${crt}</CRT></emit>` +
    `${party}${dets}` +
    `<total><ICMSTot><vBC>330.00</vBC><vICMS>39.60</vICMS><vICMSDeson>0.00</vICMSDeson><vFCPUFDest>6.60</vFCPUFDest><vICMSUFDest>26.40</vICMSUFDest><vICMSUFRemet>0.00</vICMSUFRemet><vFCP>0.00</vFCP><vBCST>0.00</vBCST><vST>0.00</vST><vFCPST>0.00</vFCPST><vFCPSTRet>0.00</vFCPSTRet><vProd>300.00</vProd><vFrete>30.00</vFrete><vSeg>0.00</vSeg><vDesc>0.00</vDesc><vII>0.00</vII><vIPI>0.00</vIPI><vIPIDevol>0.00</vIPIDevol><vPIS>4.80</vPIS><vCOFINS>22.08</vCOFINS><vOutro>0.00</vOutro><vNF>330.00</vNF><vTotTrib>30.10</vTotTrib></ICMSTot>` +
    (reform
      ? '<IBSCBSTot><vBCIBSCBS>230.52</vBCIBSCBS><gIBS><gIBSUF><vDif>0.00</vDif><vDevTrib>0.00</vDevTrib><vIBSUF>0.24</vIBSUF></gIBSUF><gIBSMun><vDif>0.00</vDif><vDevTrib>0.00</vDevTrib><vIBSMun>0.00</vIBSMun></gIBSMun><vIBS>0.24</vIBS><vCredPres>0.00</vCredPres><vCredPresCondSus>0.00</vCredPresCondSus></gIBS><gCBS><vDif>0.00</vDif><vDevTrib>0.00</vDevTrib><vCBS>2.07</vCBS><vCredPres>0.00</vCredPres><vCredPresCondSus>0.00</vCredPresCondSus></gCBS></IBSCBSTot><vNFTot>330.00</vNFTot>'
      : '') +
    `</total><transp><modFrete>0</modFrete>${carrier ? '<transporta><CNPJ>98765432000110</CNPJ><xNome>JADLOG LOGISTICA SA</xNome><IE>987654321</IE><xEnder>RUA DAS CARGAS 100</xEnder><xMun>JUNDIAI</xMun><UF>SP</UF></transporta>' : ''}${Array.from({ length: volumes }, () => '<vol><qVol>1</qVol><esp>CAIXA</esp><pesoL>1.100</pesoL><pesoB>1.340</pesoB></vol>').join('')}</transp>` +
    (instalments ? `<cobr><fat><nFat>104233</nFat><vOrig>330.00</vOrig><vDesc>0.00</vDesc><vLiq>330.00</vLiq></fat>${dups}</cobr>` : '') +
    `<pag><detPag><tPag>17</tPag><vPag>330.00</vPag></detPag></pag><infAdic><infCpl>${escaped(complementary)}</infCpl></infAdic></infNFe></NFe>${answer}</nfeProc>`
  )
}

const partyXml = (kind: 'person' | 'company', name: string) =>
  `<dest>${kind === 'person' ? '<CPF>12345678909</CPF>' : '<CNPJ>12ABC34501DE35</CNPJ>'}<xNome>${escaped(name)}</xNome><enderDest><xLgr>Rua da Bahia</xLgr><nro>1148</nro><xCpl>sala 3</xCpl><xBairro>Centro</xBairro><cMun>3106200</cMun><xMun>Belo Horizonte</xMun><UF>MG</UF><CEP>30160906</CEP><cPais>1058</cPais><xPais>BRASIL</xPais><fone>31987654321</fone></enderDest><indIEDest>9</indIEDest></dest>`

function itemXml(number: number, name: string, notes: string, { reform, crt, st }: { reform: boolean; crt: 1 | 3; st: boolean }): string {
  const icms =
    crt === 1
      ? '<ICMSSN102><orig>0</orig><CSOSN>102</CSOSN></ICMSSN102>'
      : st
        ? '<ICMS10><orig>0</orig><CST>10</CST><modBC>3</modBC><vBC>110.00</vBC><pICMS>12.00</pICMS><vICMS>13.20</vICMS><modBCST>4</modBCST><pMVAST>40.00</pMVAST><vBCST>154.00</vBCST><pICMSST>18.00</pICMSST><vICMSST>14.52</vICMSST></ICMS10>'
        : '<ICMS00><orig>0</orig><CST>00</CST><modBC>3</modBC><vBC>110.00</vBC><pICMS>12.00</pICMS><vICMS>13.20</vICMS></ICMS00>'
  return (
    `<det nItem="${number}"><prod><cProd>CAN-${String(number).padStart(4, '0')}-AZ</cProd><cEAN>7891234567895</cEAN><xProd>${escaped(name)}</xProd><NCM>69111010</NCM><CFOP>6108</CFOP><uCom>UN</uCom><qCom>2.0000</qCom><vUnCom>50.0000000000</vUnCom><vProd>100.00</vProd><cEANTrib>7891234567895</cEANTrib><uTrib>UN</uTrib><qTrib>2.0000</qTrib><vUnTrib>50.0000000000</vUnTrib><vFrete>10.00</vFrete><indTot>1</indTot></prod>` +
    `<imposto><ICMS>${icms}</ICMS>${st ? '<IPI><cEnq>999</cEnq><IPITrib><CST>50</CST><vBC>110.00</vBC><pIPI>5.00</pIPI><vIPI>5.50</vIPI></IPITrib></IPI>' : ''}<PIS><PISAliq><CST>01</CST><vBC>96.80</vBC><pPIS>1.65</pPIS><vPIS>1.60</vPIS></PISAliq></PIS><COFINS><COFINSAliq><CST>01</CST><vBC>96.80</vBC><pCOFINS>7.60</pCOFINS><vCOFINS>7.36</vCOFINS></COFINSAliq></COFINS>` +
    (reform
      ? `<IBSCBS><CST>000</CST><cClassTrib>000001</cClassTrib><gIBSCBS><vBC>76.84</vBC><gIBSUF><pIBSUF>0.10</pIBSUF>${st ? '<gRed><pRedAliq>60.00</pRedAliq><pAliqEfet>0.04</pAliqEfet></gRed>' : ''}<vIBSUF>0.08</vIBSUF></gIBSUF><gIBSMun><pIBSMun>0.00</pIBSMun><vIBSMun>0.00</vIBSMun></gIBSMun><vIBS>0.08</vIBS><gCBS><pCBS>0.90</pCBS><vCBS>0.69</vCBS></gCBS></gIBSCBS></IBSCBS>`
      : '') +
    `</imposto>${notes ? `<infAdProd>${escaped(notes)}</infAdProd>` : ''}<vItem>110.00</vItem></det>`
  )
}
