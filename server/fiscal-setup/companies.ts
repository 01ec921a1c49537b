import { sql } from 'kysely'
import { cepFault, parseDocument } from '../customers/index.ts'
import { municipality, suggestions, ufCodes } from '../fiscal/index.ts'
import { violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import type { CompanyBody, CompanyRow, companiesEndpoint, municipalitiesEndpoint, saveCompanyEndpoint } from './contract.ts'
import { readIe } from './ie.ts'

export async function companyList(tx: Tx): Promise<AnswerOf<typeof companiesEndpoint>> {
  const { rows } = await sql<CompanyRow>`
    select company.id, cnpj, legal_name, trade_name, state_registration, crt, ibge, phone, email, environment, connections, sefaz_base, sefaz_ca, ready_at,
      jsonb_build_object('street', address ->> 'street', 'number', address ->> 'number', 'complement', address ->> 'complement', 'district', address ->> 'district',
        'city', address ->> 'city', 'state', address ->> 'state', 'cep', address ->> 'cep') as address,
      (select coalesce(jsonb_agg(jsonb_build_object('id', series.id, 'environment', series.environment, 'series', series, 'next_number', next_number, 'in_use', in_use,
          'used_up_to', (select max(number) from nota where nota.company_id = company.id and nota.environment = series.environment and nota.series = series.series and origin = 'own'))
          order by series.environment desc, series), '[]') from nota_series series where series.company_id = company.id) as series,
      (select coalesce(jsonb_agg(name order by name), '[]') from channel_account where company_id = company.id and active) as channels,
      exists (select 1 from certificate where company_id = company.id) or exists (select 1 from nota where company_id = company.id) as fixed
    from company order by id`.execute(tx)
  return { rows }
}

/** @throws 422 invalid_input with every fault together, 404 no_such_company, 409 company_exists | company_cnpj_fixed */
export async function saveCompany(tx: Tx, { company, ...sent }: InputOf<typeof saveCompanyEndpoint>): Promise<{ id: number }> {
  const before = await tx.selectFrom('company').select(['id', 'cnpj']).where('id', '=', company).forUpdate().executeTakeFirst()
  if (!before) throw notFound('no_such_company', { company })
  const row = checked(sent)
  if (row.cnpj !== before.cnpj && (await isFixed(tx, company))) throw conflict('company_cnpj_fixed')
  await once(() => tx.updateTable('company').set(row).where('id', '=', company).execute())
  return { id: company }
}

/** @throws 422 invalid_input, 409 company_exists */
export async function addCompany(tx: Tx, sent: CompanyBody): Promise<{ id: number }> {
  const row = checked(sent)
  return once(() => tx.insertInto('company').values(row).returning('id').executeTakeFirstOrThrow())
}

async function once<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (violated(error) === 'company_cnpj_key') throw conflict('company_exists')
    throw error
  }
}

const isFixed = async (tx: Tx, company: number) =>
  (await sql`select 1 from certificate where company_id = ${company} union all select 1 from nota where company_id = ${company} limit 1`.execute(tx)).rows
    .length > 0

/** The row to write, once everything that must agree agrees: CNPJ, registration of its UF, CEP, municipality, simulator only in homologation. */
function checked({ cnpj: written, address, ibge, state_registration, ...rest }: CompanyBody) {
  const faults: FieldFault[] = []
  const document = parseDocument(written)
  if ('fault' in document) faults.push({ field: 'cnpj', message: document.fault })
  else if (document.kind !== 'company') faults.push({ field: 'cnpj', message: 'Informe o CNPJ da empresa (14 letras e números), não um CPF' })
  const registration = readIe(state_registration, address.state)
  if ('fault' in registration) faults.push({ field: 'state_registration', message: registration.fault })
  const wrongCep = cepFault(address.cep, address.state)
  if (wrongCep) faults.push({ field: 'address.cep', message: wrongCep })
  const city = municipality(ibge)
  if (!city) faults.push({ field: 'ibge', message: 'Este código não é de um município do IBGE; escolha na lista' })
  else if (ufCodes[address.state] !== ibge.slice(0, 2))
    faults.push({ field: 'ibge', message: `${city.name} fica em ${city.uf}, e o endereço diz ${address.state}; corrija um dos dois` })
  const phone = rest.phone?.replaceAll(/\D/g, '') || null
  if (phone && (phone.length < 6 || phone.length > 14)) faults.push({ field: 'phone', message: 'O telefone tem de 6 a 14 números, com o DDD' })
  if (rest.sefaz_base) {
    if (rest.environment === 'production')
      faults.push({ field: 'sefaz_base', message: 'O simulador só vale em homologação; apague o endereço para emitir em produção' })
    else if (!isHttps(rest.sefaz_base)) faults.push({ field: 'sefaz_base', message: 'Escreva o endereço como https://servidor:porta' })
    if (rest.sefaz_ca && !/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/.test(rest.sefaz_ca))
      faults.push({ field: 'sefaz_ca', message: 'Cole o certificado da autoridade do simulador em PEM, do BEGIN ao END' })
  }
  if (faults.length || 'fault' in document || 'fault' in registration || !city) throw badInput(faults)
  return {
    ...rest,
    cnpj: document.document,
    state_registration: registration.ie,
    ibge,
    phone,
    sefaz_ca: rest.sefaz_base ? rest.sefaz_ca : null,
    address: JSON.stringify({ ...address, city: city.name }),
  }
}

function isHttps(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === 'https:' && (url.pathname === '/' || url.pathname === '')
}

/** Names that may be meant, or the municipality of a code. */
export async function municipalityList(_tx: Tx, { text, uf }: InputOf<typeof municipalitiesEndpoint>): Promise<AnswerOf<typeof municipalitiesEndpoint>> {
  const known = /^\d{7}$/.test(text) ? municipality(text) : null
  return { rows: known ? [known] : suggestions(text, uf) }
}
