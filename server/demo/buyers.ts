import { cnpjDigits, cpfDigits } from '../customers/index.ts'
import type { Chance } from './random.ts'

/* Buyers that nobody is: names put together by chance, documents with right check digits, CEPs of the city's own range. */

const women = [
  'Adriana',
  'Aline',
  'Amanda',
  'Beatriz',
  'Bruna',
  'Camila',
  'Carolina',
  'Cláudia',
  'Débora',
  'Eduarda',
  'Fabiana',
  'Fernanda',
  'Gabriela',
  'Helena',
  'Isabela',
  'Jaqueline',
  'Juliana',
  'Larissa',
  'Letícia',
  'Luana',
  'Márcia',
  'Mariana',
  'Natália',
  'Patrícia',
  'Priscila',
  'Rafaela',
  'Renata',
  'Sabrina',
  'Simone',
  'Tatiane',
  'Vanessa',
  'Yasmin',
] as const
const men = [
  'Alexandre',
  'André',
  'Antônio',
  'Bruno',
  'Caio',
  'Carlos',
  'Daniel',
  'Diego',
  'Eduardo',
  'Fábio',
  'Felipe',
  'Guilherme',
  'Gustavo',
  'Henrique',
  'Igor',
  'João Pedro',
  'José',
  'Leandro',
  'Leonardo',
  'Lucas',
  'Marcelo',
  'Mateus',
  'Otávio',
  'Paulo',
  'Rafael',
  'Ricardo',
  'Rodrigo',
  'Sérgio',
  'Thiago',
  'Vinícius',
] as const
const families = [
  'Almeida',
  'Alves',
  'Andrade',
  'Araújo',
  'Barbosa',
  'Batista',
  'Borges',
  'Campos',
  'Cardoso',
  'Carvalho',
  'Castro',
  'Correia',
  'Costa',
  'Dias',
  'Duarte',
  'Farias',
  'Fernandes',
  'Ferreira',
  'Freitas',
  'Gomes',
  'Gonçalves',
  'Lima',
  'Lopes',
  'Macedo',
  'Machado',
  'Marques',
  'Martins',
  'Melo',
  'Mendes',
  'Monteiro',
  'Moreira',
  'Nascimento',
  'Nogueira',
  'Nunes',
  'Oliveira',
  'Pereira',
  'Pinto',
  'Queiroz',
  'Ramos',
  'Rezende',
  'Ribeiro',
  'Rocha',
  'Rodrigues',
  'Santana',
  'Santos',
  'Silva',
  'Soares',
  'Souza',
  'Teixeira',
  'Vieira',
] as const
const trades = ['Empório', 'Presentes', 'Utilidades', 'Casa & Mesa', 'Bazar', 'Restaurante', 'Pousada', 'Bistrô', 'Buffet', 'Cafeteria'] as const
const tradeNames = [
  'Serra Azul',
  'Recanto',
  'Bela Vista',
  'Três Marias',
  'Boa Mesa',
  'Santa Luzia',
  'do Largo',
  'Flor de Lis',
  'Monte Verde',
  'Ipê Amarelo',
  'das Gerais',
  'Sol Nascente',
] as const
const streets = [
  'Rua das Acácias',
  'Rua dos Ipês',
  'Rua Sete de Setembro',
  'Rua XV de Novembro',
  'Avenida Brasil',
  'Rua Santos Dumont',
  'Rua Tiradentes',
  'Avenida Getúlio Vargas',
  'Rua Dom Pedro II',
  'Rua São José',
  'Rua Bela Vista',
  'Rua das Flores',
  'Rua Marechal Deodoro',
  'Avenida Independência',
  'Rua Rui Barbosa',
  'Rua Castro Alves',
  'Rua Machado de Assis',
  'Rua Barão do Rio Branco',
  'Rua Santa Rita',
  'Rua do Comércio',
] as const
const districts = [
  'Centro',
  'Jardim América',
  'Santo Antônio',
  'São Pedro',
  'Vila Nova',
  'Bela Vista',
  'Santa Mônica',
  'Boa Vista',
  'Industrial',
  'Jardim das Flores',
] as const

/** First five digits of the CEP, from and to; share of the orders; days that an ordinary delivery from Contagem takes. */
const cities = [
  { city: 'Belo Horizonte', state: 'MG', cep: [30110, 31990], area: '31', share: 16, days: 1 },
  { city: 'Contagem', state: 'MG', cep: [32010, 32390], area: '31', share: 6, days: 1 },
  { city: 'Betim', state: 'MG', cep: [32600, 32690], area: '31', share: 3, days: 1 },
  { city: 'Juiz de Fora', state: 'MG', cep: [36010, 36090], area: '32', share: 3, days: 2 },
  { city: 'Uberlândia', state: 'MG', cep: [38400, 38415], area: '34', share: 4, days: 2 },
  { city: 'Montes Claros', state: 'MG', cep: [39400, 39409], area: '38', share: 2, days: 2 },
  { city: 'São Paulo', state: 'SP', cep: [1010, 5890], area: '11', share: 18, days: 2 },
  { city: 'Campinas', state: 'SP', cep: [13010, 13130], area: '19', share: 4, days: 2 },
  { city: 'Ribeirão Preto', state: 'SP', cep: [14010, 14100], area: '16', share: 3, days: 3 },
  { city: 'São José dos Campos', state: 'SP', cep: [12210, 12248], area: '12', share: 2, days: 3 },
  { city: 'Rio de Janeiro', state: 'RJ', cep: [20010, 23790], area: '21', share: 11, days: 2 },
  { city: 'Niterói', state: 'RJ', cep: [24020, 24390], area: '21', share: 2, days: 3 },
  { city: 'Vitória', state: 'ES', cep: [29010, 29099], area: '27', share: 2, days: 2 },
  { city: 'Curitiba', state: 'PR', cep: [80010, 82990], area: '41', share: 4, days: 3 },
  { city: 'Londrina', state: 'PR', cep: [86010, 86090], area: '43', share: 1, days: 4 },
  { city: 'Florianópolis', state: 'SC', cep: [88010, 88060], area: '48', share: 2, days: 4 },
  { city: 'Joinville', state: 'SC', cep: [89201, 89239], area: '47', share: 2, days: 4 },
  { city: 'Porto Alegre', state: 'RS', cep: [90010, 91790], area: '51', share: 3, days: 4 },
  { city: 'Brasília', state: 'DF', cep: [70040, 70899], area: '61', share: 3, days: 3 },
  { city: 'Goiânia', state: 'GO', cep: [74010, 74890], area: '62', share: 2, days: 3 },
  { city: 'Cuiabá', state: 'MT', cep: [78005, 78098], area: '65', share: 1, days: 5 },
  { city: 'Campo Grande', state: 'MS', cep: [79002, 79117], area: '67', share: 1, days: 5 },
  { city: 'Salvador', state: 'BA', cep: [40010, 41830], area: '71', share: 3, days: 5 },
  { city: 'Recife', state: 'PE', cep: [50010, 52190], area: '81', share: 2, days: 6 },
  { city: 'Fortaleza', state: 'CE', cep: [60010, 60870], area: '85', share: 2, days: 6 },
  { city: 'Natal', state: 'RN', cep: [59010, 59140], area: '84', share: 1, days: 7 },
  { city: 'Belém', state: 'PA', cep: [66010, 66840], area: '91', share: 1, days: 8 },
  { city: 'Manaus', state: 'AM', cep: [69005, 69099], area: '92', share: 1, days: 10 },
] as const

export interface Buyer {
  name: string
  document: string
  kind: 'person' | 'company'
  email: string
  phone: string
  address: { cep: string; street: string; number: string; complement?: string; district: string; city: string; state: string }
  /** Days in transit of an ordinary delivery. */
  days: number
}

export function inventBuyer(luck: Chance, kind: 'person' | 'company'): Buyer {
  const place = luck.weighted(cities, ({ share }) => share)
  const cep = `${String(luck.between(place.cep[0], place.cep[1])).padStart(5, '0')}${luck.digits(1)}${luck.digits(1)}0`
  const flat = kind === 'person' && luck.once(0.4)
  return {
    ...(kind === 'person' ? person(luck) : company(luck)),
    kind,
    phone: `(${place.area}) 9${luck.digits(4)}-${luck.digits(4)}`,
    address: {
      cep,
      street: luck.pick(streets),
      number: String(luck.between(10, 2400)),
      ...(flat ? { complement: `Apto ${luck.between(1, 19)}0${luck.between(1, 4)}` } : {}),
      district: luck.pick(districts),
      city: place.city,
      state: place.state,
    },
    days: place.days,
  }
}

function person(luck: Chance) {
  const name = `${luck.pick(luck.once(0.62) ? women : men)} ${luck.pick(families)} ${luck.pick(families)}`
  const root = luck.digits(9)
  return { name, document: root + cpfDigits(root), email: emailOf(name, luck) }
}

/** Roots from 97 million on: the registry has not come that far, so no real company is named. */
function company(luck: Chance) {
  const name = `${luck.pick(trades)} ${luck.pick(tradeNames)} Ltda`
  const root = `97${luck.digits(6)}0001`
  return { name, document: root + cnpjDigits(root), email: emailOf(name, luck) }
}

// example.com belongs to nobody (RFC 2606), so that no test letter ever reaches a person
const emailOf = (name: string, luck: Chance) =>
  `${name
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f&]/g, '')
    .toLowerCase()
    .replaceAll(/\s+/g, '.')}${luck.between(1, 99)}@example.com`
