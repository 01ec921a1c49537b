/** The taxes of an item and the totals as XML, in the order of PL_010e. */
import type { Contribution, Difal, IbsCbs, IbsCbsPart, Icms, IcmsCode, Ipi, NotaItem, NotaTotals, Portion } from './nota.ts'
import { contributionFree, ipiTaxed } from './item-taxes.ts'
import { money, rate2, rate4 } from './write.ts'

type Part = 'own' | 'st' | 'retained' | 'effective' | 'relief' | 'credit'

/** The parts of `Icms` that each CST or CSOSN carries: 'must' or 'may'; what is not named must be null. */
export const icmsParts: Record<IcmsCode, Partial<Record<Part, 'must' | 'may'>>> = {
  '00': { own: 'must' },
  '10': { own: 'must', st: 'must' },
  '20': { own: 'must', relief: 'may' },
  '30': { st: 'must', relief: 'may' },
  '40': { relief: 'may' },
  '41': { relief: 'may' },
  '50': { relief: 'may' },
  '51': { own: 'may' },
  '60': { retained: 'may', effective: 'may' },
  '70': { own: 'must', st: 'must', relief: 'may' },
  '90': { own: 'may', st: 'may', relief: 'may' },
  '101': { credit: 'must' },
  '102': {},
  '103': {},
  '201': { st: 'must', credit: 'must' },
  '202': { st: 'must' },
  '203': { st: 'must' },
  '300': {},
  '400': {},
  '500': { retained: 'may', effective: 'may' },
  '900': { own: 'may', st: 'may', credit: 'may' },
}

/** `imposto` and, in a return, `impostoDevol`. */
export function taxesXml(item: NotaItem): string {
  const { approximate, icms, ipi, pis, cofins, difal, ibsCbs, returnedIpi } = item.taxes
  return (
    '<imposto>' +
    (approximate === null ? '' : `<vTotTrib>${money(approximate)}</vTotTrib>`) +
    icmsXml(icms, item.origin) +
    (ipi ? ipiXml(ipi) : '') +
    contributionXml('PIS', pis) +
    contributionXml('COFINS', cofins) +
    (difal ? difalXml(difal) : '') +
    (ibsCbs ? ibsCbsXml(ibsCbs) : '') +
    '</imposto>' +
    (returnedIpi ? `<impostoDevol><pDevol>${rate2(returnedIpi.rate)}</pDevol><IPI><vIPIDevol>${money(returnedIpi.value)}</vIPIDevol></IPI></impostoDevol>` : '')
  )
}

function icmsXml(icms: Icms, origin: number): string {
  const { code, own, st } = icms
  const orig = `<orig>${origin}</orig>`
  if (code.length === 3) {
    const group = code === '103' || code === '300' || code === '400' ? '102' : code === '203' ? '202' : code
    return `<ICMS><ICMSSN${group}>${orig}<CSOSN>${code}</CSOSN>${own ? simplesOwn(own) : ''}${st ? stXml(st) : ''}${retainedXml(icms)}${creditXml(icms)}</ICMSSN${group}></ICMS>`
  }
  const group = code === '41' || code === '50' ? '40' : code
  return `<ICMS><ICMS${group}>${orig}<CST>${code}</CST>${own ? ownXml(code, own) : ''}${st ? stXml(st) : ''}${retainedXml(icms)}${reliefXml(icms)}</ICMS${group}></ICMS>`
}

function ownXml(code: IcmsCode, own: NonNullable<Icms['own']>): string {
  const mode = `<modBC>${own.mode}</modBC>`
  const base = `<vBC>${money(own.base)}</vBC>`
  const reduction = own.reduction === null ? '' : `<pRedBC>${rate4(own.reduction)}</pRedBC>`
  const deferral = own.deferral
    ? `<vICMSOp>${money(own.operation ?? 0)}</vICMSOp><pDif>${rate4(own.deferral.rate)}</pDif><vICMSDif>${money(own.deferral.value)}</vICMSDif>`
    : ''
  // the reduction stands before the base in 20, 51 and 70, after it in 90
  const bases = code === '90' ? base + reduction : reduction + base
  const fcp = own.fcp ? (code === '00' ? `<pFCP>${rate4(own.fcp.rate)}</pFCP><vFCP>${money(own.fcp.value)}</vFCP>` : portionXml('FCP', own.fcp)) : ''
  return `${mode}${bases}<pICMS>${rate4(own.rate)}</pICMS>${deferral}<vICMS>${money(own.value)}</vICMS>${fcp}`
}

const simplesOwn = (own: NonNullable<Icms['own']>) =>
  `<modBC>${own.mode}</modBC><vBC>${money(own.base)}</vBC>${own.reduction === null ? '' : `<pRedBC>${rate4(own.reduction)}</pRedBC>`}<pICMS>${rate4(own.rate)}</pICMS><vICMS>${money(own.value)}</vICMS>`

const portionXml = (name: 'FCP' | 'FCPST' | 'FCPSTRet', { base, rate, value }: Portion) =>
  `<vBC${name}>${money(base)}</vBC${name}><p${name}>${rate4(rate)}</p${name}><v${name}>${money(value)}</v${name}>`

const stXml = (st: NonNullable<Icms['st']>) =>
  `<modBCST>${st.mode}</modBCST>${st.mva === null ? '' : `<pMVAST>${rate4(st.mva)}</pMVAST>`}${st.reduction === null ? '' : `<pRedBCST>${rate4(st.reduction)}</pRedBCST>`}<vBCST>${money(st.base)}</vBCST><pICMSST>${rate4(st.rate)}</pICMSST><vICMSST>${money(st.value)}</vICMSST>${st.fcp ? portionXml('FCPST', st.fcp) : ''}`

function retainedXml({ retained, effective }: Icms): string {
  const before = retained
    ? `<vBCSTRet>${money(retained.base)}</vBCSTRet><pST>${rate4(retained.rate)}</pST>${retained.substitute === null ? '' : `<vICMSSubstituto>${money(retained.substitute)}</vICMSSubstituto>`}<vICMSSTRet>${money(retained.value)}</vICMSSTRet>${retained.fcp ? portionXml('FCPSTRet', retained.fcp) : ''}`
    : ''
  return effective
    ? `${before}<pRedBCEfet>${rate4(effective.reduction ?? '0')}</pRedBCEfet><vBCEfet>${money(effective.base)}</vBCEfet><pICMSEfet>${rate4(effective.rate)}</pICMSEfet><vICMSEfet>${money(effective.value)}</vICMSEfet>`
    : before
}

const reliefXml = ({ relief }: Icms) =>
  relief
    ? `<vICMSDeson>${money(relief.value)}</vICMSDeson><motDesICMS>${relief.reason}</motDesICMS>${relief.deducted ? '<indDeduzDeson>1</indDeduzDeson>' : ''}`
    : ''

const creditXml = ({ credit }: Icms) => (credit ? `<pCredSN>${rate4(credit.rate)}</pCredSN><vCredICMSSN>${money(credit.value)}</vCredICMSSN>` : '')

const ipiXml = ({ cst, framework, base, rate, value }: Ipi) =>
  `<IPI><cEnq>${framework}</cEnq>${
    ipiTaxed.has(cst)
      ? `<IPITrib><CST>${cst}</CST><vBC>${money(base)}</vBC><pIPI>${rate4(rate)}</pIPI><vIPI>${money(value)}</vIPI></IPITrib>`
      : `<IPINT><CST>${cst}</CST></IPINT>`
  }</IPI>`

function contributionXml(name: 'PIS' | 'COFINS', { cst, base, rate, value }: Contribution): string {
  if (contributionFree.has(cst)) return `<${name}><${name}NT><CST>${cst}</CST></${name}NT></${name}>`
  const group = cst === '01' || cst === '02' ? `${name}Aliq` : `${name}Outr`
  return `<${name}><${group}><CST>${cst}</CST><vBC>${money(base)}</vBC><p${name}>${rate4(rate)}</p${name}><v${name}>${money(value)}</v${name}></${group}></${name}>`
}

const difalXml = ({ base, internal, interstate, value, originShare, fcp }: Difal) =>
  `<ICMSUFDest><vBCUFDest>${money(base)}</vBCUFDest>${fcp ? `<vBCFCPUFDest>${money(fcp.base)}</vBCFCPUFDest><pFCPUFDest>${rate4(fcp.rate)}</pFCPUFDest>` : ''}<pICMSUFDest>${rate4(internal)}</pICMSUFDest><pICMSInter>${interstate}.00</pICMSInter><pICMSInterPart>100.0000</pICMSInterPart>${fcp ? `<vFCPUFDest>${money(fcp.value)}</vFCPUFDest>` : ''}<vICMSUFDest>${money(value)}</vICMSUFDest><vICMSUFRemet>${money(originShare)}</vICMSUFRemet></ICMSUFDest>`

function ibsCbsXml({ cst, cClassTrib, donation, amounts, reversal }: IbsCbs): string {
  return (
    `<IBSCBS><CST>${cst}</CST><cClassTrib>${cClassTrib}</cClassTrib>${donation ? '<indDoacao>1</indDoacao>' : ''}` +
    (amounts
      ? `<gIBSCBS><vBC>${money(amounts.base)}</vBC><gIBSUF>${partXml('IBSUF', amounts.state)}</gIBSUF><gIBSMun>${partXml('IBSMun', amounts.municipal)}</gIBSMun><vIBS>${money(amounts.ibs)}</vIBS><gCBS>${partXml('CBS', amounts.cbs)}</gCBS>${regularXml(amounts.regular)}</gIBSCBS>`
      : '') +
    (reversal ? `<gEstornoCred><vIBSEstCred>${money(reversal.ibs)}</vIBSEstCred><vCBSEstCred>${money(reversal.cbs)}</vCBSEstCred></gEstornoCred>` : '') +
    '</IBSCBS>'
  )
}

const partXml = (name: string, { rate, deferral, reduction, value }: IbsCbsPart) =>
  `<p${name}>${rate4(rate)}</p${name}>${deferral ? `<gDif><pDif>${rate4(deferral.rate)}</pDif><vDif>${money(deferral.value)}</vDif></gDif>` : ''}${reduction ? `<gRed><pRedAliq>${rate4(reduction.rate)}</pRedAliq><pAliqEfet>${rate4(reduction.effective)}</pAliqEfet></gRed>` : ''}<v${name}>${money(value)}</v${name}>`

function regularXml(regular: NonNullable<IbsCbs['amounts']>['regular']): string {
  if (!regular) return ''
  const part = (name: string, { rate, value }: { rate: string; value: number }) =>
    `<pAliqEfetReg${name}>${rate4(rate)}</pAliqEfetReg${name}><vTribReg${name}>${money(value)}</vTribReg${name}>`
  return `<gTribRegular><CSTReg>${regular.cst}</CSTReg><cClassTribReg>${regular.cClassTrib}</cClassTribReg>${part('IBSUF', regular.state)}${part('IBSMun', regular.municipal)}${part('CBS', regular.cbs)}</gTribRegular>`
}

/** `total`; the destination's ICMS only when some item has it. */
export function totalsXml(totals: NotaTotals, withDifal: boolean): string {
  const at = (name: string, value: number) => `<${name}>${money(value)}</${name}>`
  return (
    '<total><ICMSTot>' +
    at('vBC', totals.icmsBase) +
    at('vICMS', totals.icms) +
    at('vICMSDeson', totals.icmsRelief) +
    (withDifal ? at('vFCPUFDest', totals.fcpDestination) + at('vICMSUFDest', totals.icmsDestination) + at('vICMSUFRemet', totals.icmsOrigin) : '') +
    at('vFCP', totals.fcp) +
    at('vBCST', totals.stBase) +
    at('vST', totals.st) +
    at('vFCPST', totals.fcpSt) +
    at('vFCPSTRet', totals.fcpStRetained) +
    at('vProd', totals.products) +
    at('vFrete', totals.freight) +
    at('vSeg', totals.insurance) +
    at('vDesc', totals.discount) +
    '<vII>0.00</vII>' +
    at('vIPI', totals.ipi) +
    at('vIPIDevol', totals.ipiReturned) +
    at('vPIS', totals.pis) +
    at('vCOFINS', totals.cofins) +
    at('vOutro', totals.other) +
    at('vNF', totals.total) +
    (totals.approximate === null ? '' : at('vTotTrib', totals.approximate)) +
    '</ICMSTot>' +
    (totals.ibsCbs ? ibsCbsTotalsXml(totals.ibsCbs) + (totals.totalWithIbsCbs > 0 ? at('vNFTot', totals.totalWithIbsCbs) : '') : '') +
    '</total>'
  )
}

function ibsCbsTotalsXml({ base, state, municipal, ibs, cbs, reversal }: NonNullable<NotaTotals['ibsCbs']>): string {
  const part = (name: string, { deferred, value }: { deferred: number; value: number }) =>
    `<vDif>${money(deferred)}</vDif><vDevTrib>0.00</vDevTrib><v${name}>${money(value)}</v${name}>`
  const credits = '<vCredPres>0.00</vCredPres><vCredPresCondSus>0.00</vCredPresCondSus>'
  return `<IBSCBSTot><vBCIBSCBS>${money(base)}</vBCIBSCBS><gIBS><gIBSUF>${part('IBSUF', state)}</gIBSUF><gIBSMun>${part('IBSMun', municipal)}</gIBSMun><vIBS>${money(ibs)}</vIBS>${credits}</gIBS><gCBS>${part('CBS', cbs)}${credits}</gCBS>${reversal ? `<gEstornoCred><vIBSEstCred>${money(reversal.ibs)}</vIBSEstCred><vCBSEstCred>${money(reversal.cbs)}</vCBSEstCred></gEstornoCred>` : ''}</IBSCBSTot>`
}
