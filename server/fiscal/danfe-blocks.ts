import { address } from './danfe-facts.ts'
import type { Block, Field } from './danfe-fields.ts'
import { amount, blockTitle, empty, field, fieldRow, stack } from './danfe-fields.ts'
import { cepText, dateText, decimalText, documentText, moneyText, phoneText, timeText } from './paper-text.ts'
import type { ReadInstalment, ReadNota, ReadParty } from './read-nota.ts'

/** The blocks of the first sheet between the heading and the goods. Optional ones take no room where the XML has nothing for them. */
export function blocksOf(nota: ReadNota): Block {
  return stack([
    recipient(nota),
    ...(nota.pickup ? [place('INFORMAÇÕES DO LOCAL DE RETIRADA', nota.pickup)] : []),
    ...(nota.delivery ? [place('INFORMAÇÕES DO LOCAL DE ENTREGA', nota.delivery)] : []),
    billing(nota),
    totals(nota),
    transport(nota),
  ])
}

function recipient(nota: ReadNota): Block {
  const party = nota.recipient
  const where = party?.address ?? null
  return stack([
    blockTitle('DESTINATÁRIO / REMETENTE'),
    fieldRow([
      field('NOME / RAZÃO SOCIAL', party?.name ?? '', 117),
      field('CNPJ / CPF', documentText(party?.document ?? null), 50),
      field('DATA DA EMISSÃO', dateText(nota.issuedAt), 33, 'center'),
    ]),
    fieldRow([
      field('ENDEREÇO', address(where), 95),
      field('BAIRRO / DISTRITO', where?.district ?? '', 46),
      field('CEP', cepText(where?.cep ?? null), 26, 'center'),
      field('DATA DA SAÍDA / ENTRADA', dateText(nota.movedAt), 33, 'center'),
    ]),
    fieldRow([
      field('MUNICÍPIO', where?.municipality.name ?? '', 68),
      field('FONE / FAX', phoneText(party?.phone ?? null), 38),
      field('UF', where?.state ?? '', 11, 'center'),
      field('INSCRIÇÃO ESTADUAL', party?.ie ?? '', 50),
      field('HORA DA SAÍDA / ENTRADA', timeText(nota.movedAt), 33, 'center'),
    ]),
  ])
}

function place(title: string, party: ReadParty): Block {
  const where = party.address
  return stack([
    blockTitle(title),
    fieldRow([
      field('NOME / RAZÃO SOCIAL', party.name ?? '', 96),
      field('CNPJ / CPF', documentText(party.document), 52),
      field('INSCRIÇÃO ESTADUAL', party.ie ?? '', 52),
    ]),
    fieldRow([
      field('ENDEREÇO', address(where), 88),
      field('BAIRRO / DISTRITO', where?.district ?? '', 38),
      field('MUNICÍPIO', where?.municipality.name ?? '', 42),
      field('UF', where?.state ?? '', 8, 'center'),
      field('CEP', cepText(where?.cep ?? null), 24, 'center'),
    ]),
  ])
}

const perRow = 5
/** More instalments than these rows hold go to the complementary information. */
const mostInstalments = 3 * perRow

function billing({ billing: { number, original, discount, net, instalments } }: ReadNota): Block {
  if (original === null && net === null && instalments.length === 0) return empty
  const shown = instalments.slice(0, mostInstalments)
  const rows = Array.from({ length: Math.ceil(shown.length / perRow) }, (_, row) =>
    Array.from({ length: perRow }, (_item, index) => shown[row * perRow + index]),
  )
  return stack([
    blockTitle('FATURA / DUPLICATAS'),
    ...(original !== null || net !== null
      ? [
          fieldRow([
            field('FATURA', number ?? '', 1),
            amount('VALOR ORIGINAL', moneyText(original)),
            amount('DESCONTO', moneyText(discount)),
            amount('VALOR LÍQUIDO', moneyText(net)),
          ]),
        ]
      : []),
    ...rows.map((row) => fieldRow(row.map((one) => ({ ...field('NÚMERO / VENCIMENTO / VALOR', one ? instalmentText(one) : '', 1, 'center'), points: 8 })))),
  ])
}

const instalmentText = ({ number, due, amount: value }: ReadInstalment) => [number, dateText(due), moneyText(value)].filter(Boolean).join('   ')

export const furtherInstalments = ({ billing: { instalments } }: ReadNota): string =>
  instalments.length > mostInstalments ? `Demais duplicatas: ${instalments.slice(mostInstalments).map(instalmentText).join('; ')}.` : ''

function totals({ totals: sums }: ReadNota): Block {
  const reform = sums.ibsCbs
  const single = reform?.monophase
  return stack([
    blockTitle('TOTAL DOS PRODUTOS E TOTAL DA NOTA'),
    fieldRow([
      amount('VALOR TOTAL DOS PRODUTOS', moneyText(sums.products), 36),
      amount('VALOR DO FRETE', moneyText(sums.freight), 25),
      amount('VALOR DO SEGURO', moneyText(sums.insurance), 25),
      amount('DESCONTO', moneyText(sums.discount), 22),
      amount('OUTRAS DESPESAS', moneyText(sums.other), 26),
      ...(sums.approximate === null ? [] : [amount('VALOR APROX. DOS TRIBUTOS', moneyText(sums.approximate), 36)]),
      { ...amount('VALOR TOTAL DA NOTA', moneyText(sums.total), 30), face: 'serifBold' } satisfies Field,
    ]),
    blockTitle('TOTAL DO ICMS / IPI'),
    fieldRow([
      amount('BASE DE CÁLCULO DO ICMS', moneyText(sums.icmsBase)),
      amount('VALOR DO ICMS', moneyText(sums.icms)),
      amount('BASE DE CÁLCULO DO ICMS ST', moneyText(sums.stBase)),
      amount('VALOR DO ICMS ST', moneyText(sums.st)),
      amount('VALOR DO IPI', moneyText(sums.ipi)),
    ]),
    ...(sums.fcp || sums.fcpSt || sums.icmsDestination || sums.fcpDestination
      ? [
          fieldRow([
            amount('VALOR DO FCP', moneyText(sums.fcp)),
            amount('VALOR DO FCP RETIDO POR ST', moneyText(sums.fcpSt)),
            amount('VALOR DO DIFAL NA UF DE DESTINO', moneyText(sums.icmsDestination)),
            amount('VALOR DO FCP NA UF DE DESTINO', moneyText(sums.fcpDestination)),
          ]),
        ]
      : []),
    // NT 2026.010, 4.1; the single-phase row is of goods that have such a tax (4.4)
    blockTitle('TOTAL DO IBS / CBS / IS'),
    fieldRow([
      amount('VALOR DA CBS', moneyText(reform?.cbs ?? null)),
      amount('VALOR DO IBS UF', moneyText(reform?.stateIbs ?? null)),
      amount('VALOR DO IBS MUNICÍPIO', moneyText(reform?.municipalIbs ?? null)),
      amount('VALOR DO IMPOSTO SELETIVO', moneyText(sums.is)),
    ]),
    ...(single
      ? [
          fieldRow([
            amount('VALOR DO IBS MONOFÁSICO', moneyText(single.ibs)),
            amount('VALOR DA CBS MONOFÁSICA', moneyText(single.cbs)),
            amount('VALOR DO IBS MONOFÁSICO POR RETENÇÃO', moneyText(single.ibsRetained)),
            amount('VALOR DA CBS MONOFÁSICA POR RETENÇÃO', moneyText(single.cbsRetained)),
          ]),
        ]
      : []),
  ])
}

const freights: Record<number, string> = {
  0: '0 - REMETENTE',
  1: '1 - DESTINATÁRIO',
  2: '2 - TERCEIROS',
  3: '3 - PRÓPRIO REM.',
  4: '4 - PRÓPRIO DEST.',
  9: '9 - SEM FRETE',
}

function transport({ transport: { freightBy, carrier, vehicle, volumes } }: ReadNota): Block {
  return stack([
    blockTitle('TRANSPORTADOR / VOLUMES TRANSPORTADOS'),
    fieldRow([
      field('NOME / RAZÃO SOCIAL', carrier?.name ?? '', 75),
      field('FRETE POR CONTA', freights[freightBy] ?? String(freightBy), 33),
      field('CÓDIGO ANTT', vehicle?.rntc ?? '', 21),
      field('PLACA DO VEÍCULO', vehicle?.plate ?? '', 25),
      field('UF', vehicle?.state ?? '', 8, 'center'),
      field('CNPJ / CPF', documentText(carrier?.document ?? null), 38),
    ]),
    ...(carrier
      ? [
          fieldRow([
            field('ENDEREÇO', carrier.address ?? '', 88),
            field('MUNICÍPIO', carrier.city ?? '', 66),
            field('UF', carrier.state ?? '', 8, 'center'),
            field('INSCRIÇÃO ESTADUAL', carrier.ie ?? '', 38),
          ]),
        ]
      : []),
    ...volumes
      .slice(0, mostVolumes)
      .map(({ quantity, kind, brand, numbering, grossKg, netKg }) =>
        fieldRow([
          amount('QUANTIDADE', quantity ?? '', 26),
          field('ESPÉCIE', kind ?? '', 32),
          field('MARCA', brand ?? '', 32),
          field('NUMERAÇÃO', numbering ?? '', 44),
          amount('PESO BRUTO', weightText(grossKg), 33),
          amount('PESO LÍQUIDO', weightText(netKg), 33),
        ]),
      ),
  ])
}

const mostVolumes = 3

export const furtherVolumes = ({ transport: { volumes } }: ReadNota): string =>
  volumes.length > mostVolumes
    ? `Demais volumes: ${volumes
        .slice(mostVolumes)
        .map(({ quantity, kind, brand, numbering, grossKg, netKg }) =>
          [quantity, kind, brand, numbering, grossKg && `bruto ${weightText(grossKg)}`, netKg && `líquido ${weightText(netKg)}`].filter(Boolean).join(' '),
        )
        .join('; ')}.`
    : ''

const weightText = (kilograms: string | null) => (kilograms ? decimalText(kilograms, 3) : '')

export function services({ issuer, totals: { issqn } }: ReadNota): Block {
  if (!issqn) return empty
  return stack([
    blockTitle('CÁLCULO DO ISSQN'),
    fieldRow([
      field('INSCRIÇÃO MUNICIPAL', issuer.im ?? '', 1),
      amount('VALOR TOTAL DOS SERVIÇOS', moneyText(issqn.services)),
      amount('BASE DE CÁLCULO DO ISSQN', moneyText(issqn.base)),
      amount('VALOR DO ISSQN', moneyText(issqn.value)),
    ]),
  ])
}
