/** What is wrong with the parties of a nota: documents, names, registrations, addresses. */
import { cepFault, parseDocument } from '../customers/index.ts'
import type { Add } from './checks.ts'
import { municipality } from './municipalities.ts'
import { ibgeOfState } from './nota.ts'
import type { Address, Nota } from './nota.ts'
import { fiscalText } from './text.ts'

export function partyFaults({ issuer, recipient, pickup, delivery, mayDownload }: Nota, add: Add) {
  documentFault(issuer.document, 'issuer.document', 'empresa', add)
  nameFault(issuer.name, 'issuer.name', 'da empresa', add)
  if (!/^(\d{2,14}|ISENTO)$/.test(issuer.ie))
    add('issuer.ie', 'issuer_ie', 'a inscrição estadual da empresa tem de 2 a 14 números; preencha no cadastro da empresa')
  if (issuer.stIe !== null && !/^\d{2,14}$/.test(issuer.stIe)) add('issuer.stIe', 'issuer_st_ie', 'a inscrição de substituto tributário tem de 2 a 14 números')
  if (issuer.cnae !== null && !/^\d{7}$/.test(issuer.cnae)) add('issuer.cnae', 'issuer_cnae', 'o CNAE tem 7 números')
  if (issuer.im !== null && fiscalText(issuer.im, 15) === '') add('issuer.im', 'issuer_im', 'a inscrição municipal da empresa está vazia; preencha ou apague')
  addressFaults(issuer.address, 'issuer.address', 'da empresa', add)
  documentFault(recipient.document, 'recipient.document', 'destinatário', add)
  nameFault(recipient.name, 'recipient.name', 'do destinatário', add)
  if (recipient.contributor === 1 && !/^\d{2,14}$/.test(recipient.ie ?? ''))
    add('recipient.ie', 'recipient_ie', 'o destinatário é contribuinte: informe a inscrição estadual (2 a 14 números) ou marque não contribuinte')
  if (recipient.contributor === 2 && recipient.ie !== null)
    add('recipient.ie', 'recipient_ie_undue', 'destinatário isento não tem inscrição estadual; apague-a ou marque contribuinte')
  if (recipient.contributor === 9 && recipient.ie !== null && !/^\d{2,14}$/.test(recipient.ie))
    add('recipient.ie', 'recipient_ie', 'a inscrição estadual do destinatário tem de 2 a 14 números; corrija ou apague')
  if (recipient.suframa !== null && !/^\d{8,9}$/.test(recipient.suframa)) add('recipient.suframa', 'suframa', 'a inscrição na SUFRAMA tem 8 ou 9 números')
  if (recipient.email !== null && fiscalText(recipient.email, 200).length > 60)
    add('recipient.email', 'email', 'o e-mail do destinatário passa de 60 letras; apague-o ou use outro')
  addressFaults(recipient.address, 'recipient.address', 'do destinatário', add)
  for (const [field, what, place] of [
    ['pickup', 'da retirada', pickup],
    ['delivery', 'da entrega', delivery],
  ] as const) {
    if (!place) continue
    documentFault(place.document, `${field}.document`, what, add)
    if (place.name !== null) nameFault(place.name, `${field}.name`, what, add)
    if (place.ie !== null && !/^(\d{2,14}|ISENTO)$/.test(place.ie)) add(`${field}.ie`, 'place_ie', `a inscrição estadual ${what} tem de 2 a 14 números`)
    addressFaults(place.address, `${field}.address`, what, add)
  }
  if (mayDownload.length > 10) add('mayDownload', 'may_download', 'a nota autoriza no máximo 10 pessoas a baixar o XML')
  for (const document of mayDownload) documentFault(document, 'mayDownload', 'autorizado a baixar o XML', add)
}

export function documentFault(document: string, field: string, whose: string, add: Add) {
  const parsed = parseDocument(document)
  if ('fault' in parsed) add(field, 'document', `${parsed.fault} (${whose})`)
  else if (parsed.document !== document) add(field, 'document', `o documento deve ir sem máscara e em maiúsculas (${whose})`)
}

export const isCompany = (document: string) => {
  const parsed = parseDocument(document)
  return 'kind' in parsed && parsed.kind === 'company' && parsed.document === document
}

export function nameFault(name: string, field: string, whose: string, add: Add) {
  if (fiscalText(name, 60).length < 2) add(field, 'name', `o nome ${whose} está vazio ou não tem letras que a nota aceite; preencha de novo`)
}

function addressFaults(address: Address, field: string, whose: string, add: Add) {
  const { street, number, complement, district, municipality: city, state, cep, phone } = address
  for (const [name, text, least, what, cure] of [
    ['street', street, 2, 'a rua', 'preencha'],
    ['number', number, 1, 'o número', 'use S/N se não houver'],
    ['complement', complement ?? 'x', 0, 'o complemento', 'abrevie'],
    ['district', district, 2, 'o bairro', 'preencha; use Centro se não souber'],
    ['municipality.name', city.name, 2, 'a cidade', 'preencha'],
  ] as const) {
    const { length } = fiscalText(text, 10_000)
    if (length < least) add(`${field}.${name}`, 'address_missing', `falta ${what} ${whose}; ${cure}`)
    // an address that is cut may lead to another door
    if (length > 60) add(`${field}.${name}`, 'address_too_long', `${what} ${whose} tem ${length} letras e a nota aceita 60; abrevie`)
  }
  const known = municipality(city.code)
  if (!known)
    add(
      `${field}.municipality.code`,
      'municipality',
      city.code || !city.name
        ? `o município ${whose} não tem um código IBGE que exista ("${city.code}"); escolha a cidade na lista`
        : `"${city.name}" ${whose} não é um município de ${state} na lista do IBGE; corrija a cidade`,
    )
  else if (!city.code.startsWith(ibgeOfState[state] ?? '?'))
    add(`${field}.state`, 'municipality_state', `${known.name} ${whose} é de ${known.uf}, e o endereço diz ${state}; corrija a cidade ou o estado`)
  const wrongCep = cepFault(cep, state)
  if (wrongCep) add(`${field}.cep`, 'cep', `${wrongCep} (endereço ${whose})`)
  else if (!/^\d{8}$/.test(cep)) add(`${field}.cep`, 'cep', `o CEP ${whose} deve ir com 8 números, sem traço`)
  if (phone !== null && !/^\d{6,14}$/.test(phone)) add(`${field}.phone`, 'phone', `o telefone ${whose} tem de 6 a 14 números, sem sinais; corrija ou apague`)
}
