import { z } from 'zod'
import { day, endpoint, filled, id, words } from '../platform/endpoint.ts'
import { permissions } from '../platform/permission.ts'
import { personRoles, tokenRoles } from './roles.ts'

export { personRoles, roleLabels, tokenRoles } from './roles.ts'

export const stationKinds = { pick: 'Separação', pack: 'Conferência', dispatch: 'Expedição', receive: 'Recebimento' } as const
const stationKind = z.enum(['pick', 'pack', 'dispatch', 'receive'], 'Escolha separação, conferência, expedição ou recebimento')

const email = z
  .string('Informe o e-mail')
  .trim()
  .toLowerCase()
  .max(200, 'No máximo 200 letras')
  .pipe(z.email('Informe um e-mail válido, por exemplo ana@loja.com.br'))
const newPassword = z.string('Informe a senha').min(8, 'A senha tem no mínimo 8 caracteres').max(200, 'No máximo 200 caracteres')
/** Long texts would only buy the attacker our CPU. */
const givenSecret = z.string('Informe a senha').min(1, 'Informe a senha').max(200, 'No máximo 200 caracteres')
const badge = z
  .string('Informe o crachá')
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9-]{3,20}$/, 'O crachá tem de 3 a 20 letras, números ou hífen')
const pin = z.string('Informe o PIN').regex(/^\d{4,8}$/, 'O PIN tem de 4 a 8 números')
const time = z.string('Informe a hora').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Informe a hora como HH:MM')
const named = z.object({ id: z.number(), name: z.string() })
const done = z.object({})
export type Done = z.output<typeof done>

/** Who is signed in. `station` is set when the session was opened at a paired station. */
export const me = z.object({
  person: z.number().nullable(),
  name: z.string(),
  kind: z.enum(['browser', 'operator', 'token']),
  merchant: z.object({ slug: z.string(), name: z.string() }),
  roles: z.array(z.string()),
  permissions: z.array(z.enum(Object.keys(permissions) as (keyof typeof permissions)[])),
  station: named.extend({ kind: stationKind }).nullable(),
  /** IANA name: every date on screen is in the merchant's zone, never the browser's. */
  time_zone: z.string(),
})
export type Me = z.output<typeof me>

export const signInEndpoint = endpoint('signIn', {
  method: 'POST',
  path: '/session',
  permission: 'public',
  summary: 'Entrar com e-mail e senha',
  /** `merchant`: slug, for who belongs to more than one; else the first. */
  body: z.object({ email, password: givenSecret, merchant: words(41).optional() }),
  answer: me,
})
export const signOutEndpoint = endpoint('signOut', { method: 'DELETE', path: '/session', permission: 'signed_in', summary: 'Sair', answer: done })
export const meEndpoint = endpoint('me', {
  method: 'GET',
  path: '/session',
  permission: 'signed_in',
  summary: 'Quem está identificado e o que pode',
  answer: me,
})
export const changePasswordEndpoint = endpoint('changePassword', {
  method: 'PUT',
  path: '/session/password',
  permission: 'signed_in',
  summary: 'Trocar a própria senha; as outras sessões são encerradas',
  body: z.object({ current: givenSecret, password: newPassword }),
  answer: done,
})

export const person = z.object({
  id: z.number(),
  name: z.string(),
  badge: z.string().nullable(),
  has_pin: z.boolean(),
  roles: z.array(z.string()),
  shift: named.nullable(),
  active: z.boolean(),
  /** The login's e-mail; null when the person only uses badge and PIN. */
  email: z.string().nullable(),
})
export type Person = z.output<typeof person>

const personFields = {
  badge: badge.nullable().optional(),
  pin: pin.nullable().optional(),
  shift: id.nullable().optional(),
  active: z.boolean('Informe true ou false').optional(),
  /** `password` may be left out when the person already has a login; null takes the login away. */
  login: z.object({ email, password: newPassword.optional() }).nullable().optional(),
}
const roles = z.array(z.enum(personRoles, 'Papel desconhecido')).max(personRoles.length)

export const peopleEndpoint = endpoint('people', {
  method: 'GET',
  path: '/people',
  permission: 'people.manage',
  summary: 'Pessoas, com papéis, turno e acesso',
  answer: z.object({ rows: z.array(person) }),
})
export const addPersonEndpoint = endpoint('addPerson', {
  method: 'POST',
  path: '/people',
  permission: 'people.manage',
  summary: 'Cadastrar uma pessoa',
  body: z.object({ name: filled(120), roles: roles.default([]), ...personFields }),
  answer: z.object({ person: z.number() }),
})
export const changePersonEndpoint = endpoint('changePerson', {
  method: 'PUT',
  path: '/people/:person',
  permission: 'people.manage',
  summary: 'Alterar uma pessoa; o que não for enviado fica como está',
  params: z.object({ person: id }),
  body: z.object({ name: filled(120).optional(), roles: roles.optional(), ...personFields }),
  answer: done,
})

const shift = z
  .object({ name: filled(60), starts_at: time, ends_at: time })
  .refine((sent) => sent.starts_at !== sent.ends_at, { path: ['ends_at'], message: 'O fim é diferente do começo' })
export const shiftsEndpoint = endpoint('shifts', {
  method: 'GET',
  path: '/shifts',
  permission: 'signed_in',
  summary: 'Turnos',
  answer: z.object({ rows: z.array(named.extend({ starts_at: z.string(), ends_at: z.string() })) }),
})
export const addShiftEndpoint = endpoint('addShift', {
  method: 'POST',
  path: '/shifts',
  permission: 'people.manage',
  summary: 'Criar um turno; se o fim vem antes do começo, ele passa da meia-noite',
  body: shift,
  answer: z.object({ shift: z.number() }),
})
export const changeShiftEndpoint = endpoint('changeShift', {
  method: 'PUT',
  path: '/shifts/:shift',
  permission: 'people.manage',
  summary: 'Alterar um turno',
  params: z.object({ shift: id }),
  body: shift,
  answer: done,
})

const station = z.object({ name: filled(60), kind: stationKind, printer: id.nullable().default(null) })
export const stationsEndpoint = endpoint('stations', {
  method: 'GET',
  path: '/stations',
  permission: 'people.manage',
  summary: 'Estações, com pareamento e quem está em cada uma',
  answer: z.object({
    rows: z.array(
      named.extend({
        kind: stationKind,
        printer: named.nullable(),
        paired_at: z.string().nullable(),
        operator: named.extend({ since: z.string() }).nullable(),
      }),
    ),
  }),
})
export const addStationEndpoint = endpoint('addStation', {
  method: 'POST',
  path: '/stations',
  permission: 'people.manage',
  summary: 'Criar uma estação',
  body: station,
  answer: z.object({ station: z.number() }),
})
export const changeStationEndpoint = endpoint('changeStation', {
  method: 'PUT',
  path: '/stations/:station',
  permission: 'people.manage',
  summary: 'Alterar uma estação',
  params: z.object({ station: id }),
  body: station,
  answer: done,
})
export const pairingCodeEndpoint = endpoint('pairingCode', {
  method: 'POST',
  path: '/stations/:station/pairing',
  permission: 'people.manage',
  summary: 'Gerar o código de pareamento, válido por 10 minutos',
  params: z.object({ station: id }),
  answer: z.object({ code: z.string(), until: z.string() }),
})
export const unpairEndpoint = endpoint('unpair', {
  method: 'DELETE',
  path: '/stations/:station/pairing',
  permission: 'people.manage',
  summary: 'Desfazer o pareamento; quem estiver na estação sai',
  params: z.object({ station: id }),
  answer: done,
})

export const here = z.object({
  station: named.extend({ kind: stationKind, merchant: z.object({ slug: z.string(), name: z.string() }) }).nullable(),
  /** Who is identified at this device. */
  operator: named.extend({ since: z.string().nullable() }).nullable(),
})
export type Here = z.output<typeof here>
export const pairEndpoint = endpoint('pair', {
  method: 'POST',
  path: '/stations/pair',
  permission: 'public',
  summary: 'Parear este aparelho com o código que o gestor gerou',
  body: z.object({
    merchant: filled(41),
    code: z
      .string('Informe o código')
      .trim()
      .regex(/^\d{6}$/, 'O código tem 6 números'),
  }),
  answer: here,
})
export const hereEndpoint = endpoint('here', {
  method: 'GET',
  path: '/stations/here',
  permission: 'public',
  summary: 'Que estação é este aparelho e quem está nela',
  answer: here,
})
export const enterStationEndpoint = endpoint('enterStation', {
  method: 'POST',
  path: '/stations/here/operator',
  permission: 'public',
  summary: 'Identificar-se na estação com crachá e PIN; abre a presença',
  body: z.object({ badge, pin }),
  answer: me,
})
export const leaveStationEndpoint = endpoint('leaveStation', {
  method: 'DELETE',
  path: '/stations/here/operator',
  permission: 'signed_in',
  summary: 'Sair da estação; fecha a presença',
  answer: done,
})

const printer = z
  .object({
    name: filled(60),
    kind: z.enum(['network', 'browser'], 'Escolha rede ou navegador'),
    language: z.enum(['zpl', 'pdf'], 'Escolha zpl ou pdf').default('zpl'),
    dpi: z.union([z.literal(203), z.literal(300)], 'Escolha 203 ou 300 dpi').default(203),
    host: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9.:_-]{1,200}$/, 'Informe o endereço da impressora, por exemplo 192.168.0.50')
      .nullable()
      .default(null),
    port: z.number('Informe a porta').int().min(1).max(65535).default(9100),
  })
  .refine((sent) => sent.kind !== 'network' || sent.host, { path: ['host'], message: 'Uma impressora de rede precisa de endereço' })
export const printersEndpoint = endpoint('printers', {
  method: 'GET',
  path: '/printers',
  permission: 'signed_in',
  summary: 'Impressoras',
  answer: z.object({
    rows: z.array(named.extend({ kind: z.string(), language: z.string(), dpi: z.number(), host: z.string().nullable(), port: z.number().nullable() })),
  }),
})
export const addPrinterEndpoint = endpoint('addPrinter', {
  method: 'POST',
  path: '/printers',
  permission: 'people.manage',
  summary: 'Cadastrar uma impressora',
  body: printer,
  answer: z.object({ printer: z.number() }),
})
export const changePrinterEndpoint = endpoint('changePrinter', {
  method: 'PUT',
  path: '/printers/:printer',
  permission: 'people.manage',
  summary: 'Alterar uma impressora',
  params: z.object({ printer: id }),
  body: printer,
  answer: done,
})

export const attendanceEndpoint = endpoint('attendance', {
  method: 'GET',
  path: '/attendance',
  permission: 'people.manage',
  summary: 'Presença de um dia no fuso da loja; sem `day`, hoje',
  query: z.object({ day: day.optional() }),
  answer: z.object({
    rows: z.array(
      z.object({
        id: z.number(),
        person: named,
        station: named.nullable(),
        shift: named.nullable(),
        began_at: z.string(),
        ended_at: z.string().nullable(),
        minutes: z.number(),
      }),
    ),
  }),
})

export const tokensEndpoint = endpoint('tokens', {
  method: 'GET',
  path: '/tokens',
  permission: 'people.manage',
  summary: 'Chaves de API em vigor',
  answer: z.object({
    rows: z.array(z.object({ token: z.string(), name: z.string(), roles: z.array(z.string()), created_at: z.string(), expires_at: z.string() })),
  }),
})
export const addTokenEndpoint = endpoint('addToken', {
  method: 'POST',
  path: '/tokens',
  permission: 'people.manage',
  summary: 'Criar uma chave de API; o segredo aparece só nesta resposta',
  body: z.object({
    name: filled(80),
    roles: z.array(z.enum(tokenRoles, 'Papel desconhecido')).min(1, 'Escolha ao menos um papel').max(tokenRoles.length).default(['integration']),
  }),
  /** `token` names the key in lists and when revoking; `secret` goes in `Authorization: Bearer`. */
  answer: z.object({ token: z.string(), secret: z.string(), expires_at: z.string() }),
})
export const revokeTokenEndpoint = endpoint('revokeToken', {
  method: 'DELETE',
  path: '/tokens/:token',
  permission: 'people.manage',
  summary: 'Revogar uma chave de API',
  params: z.object({ token: z.string().regex(/^[0-9a-f]{16}$/, 'Chave desconhecida') }),
  answer: done,
})

export const refusals = {
  wrong_credentials: 'E-mail ou senha não conferem',
  wrong_badge_or_pin: 'Crachá ou PIN não conferem',
  wrong_current_password: 'A senha atual não confere',
  too_many_attempts: 'Muitas tentativas: espere 10 minutos e tente de novo',
  no_such_person: 'Esta pessoa não existe',
  no_such_shift: 'Este turno não existe',
  no_such_station: 'Esta estação não existe',
  no_such_printer: 'Esta impressora não existe',
  no_such_token: 'Esta chave não existe ou já foi revogada',
  badge_taken: 'Já existe alguém com o crachá {badge}',
  email_taken: 'O e-mail {email} já é o acesso de outra pessoa',
  login_shared: 'Este acesso também é de outra loja: só a própria pessoa troca a senha',
  name_taken: 'Já existe um cadastro com o nome {name}',
  role_beyond_yours: 'Você não pode dar nem alterar um papel que pode mais que o seu',
  last_owner: 'A loja precisa de ao menos um dono ativo com acesso',
  no_login: 'Esta sessão não tem senha: ela não é de um acesso por e-mail',
  station_not_paired: 'Este aparelho não está pareado com uma estação',
  wrong_pairing_code: 'Código errado ou vencido: peça um novo ao gestor',
  not_at_station: 'Ninguém está identificado nesta estação',
} as const
