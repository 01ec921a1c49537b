/* What Casa Aurora sells. Brands are invented; sizes and weights are those of such things packed for sale. */

export const colours = {
  OFF: ['Off-White', '#f3ede1'],
  GRA: ['Grafite', '#4a4e55'],
  TER: ['Terracota', '#c1694a'],
  ARE: ['Areia', '#d9c3a0'],
  OLI: ['Verde Oliva', '#7d8450'],
  PET: ['Azul Petróleo', '#24636d'],
  ROS: ['Rosa Chá', '#dba9a3'],
  MOS: ['Mostarda', '#d8a13a'],
  CIN: ['Cinza', '#a3a8ad'],
  BOR: ['Bordô', '#7d2f3c'],
  CAR: ['Caramelo', '#b47b48'],
  LAV: ['Lavanda', '#a79cc6'],
  FUM: ['Fumê', '#8b9297'],
  AMB: ['Âmbar', '#cf8f3c'],
  CRI: ['Cristal', '#cfe5ea'],
  INX: ['Inox', '#bfc5c9'],
  NAT: ['Natural', '#c79a67'],
  NOG: ['Nogueira', '#7c5538'],
} as const
export type Colour = keyof typeof colours

export const suppliers = [
  { name: 'Fábrica Aurora Joinville', days: 5 },
  { name: 'Serrana Alumínios', days: 12 },
  { name: 'Cerâmica Barro Bom', days: 15 },
  { name: 'Vidros Lagoa Clara', days: 18 },
  { name: 'Tecelagem Rio Manso', days: 14 },
  { name: 'Importadora Porto Sul', days: 45 },
  { name: 'Aromas da Mata', days: 10 },
  { name: 'Metalúrgica Três Irmãos', days: 20 },
] as const

export interface Family {
  code: string
  name: string
  category: string
  /** Drawing of pictures.ts. */
  shape: string
  /** Packed: length, width, height in mm; grams; sale price in centavos. Of the size with factor 1. */
  mm: readonly [number, number, number]
  g: number
  price: number
  /** Units of a case with a DUN-14; 0: comes loose. */
  box: 0 | 6 | 12 | 24
  /** Position in `suppliers`. */
  from: number
  /** How fast it sells; 1 is ordinary. */
  pace: number
  colours: readonly Colour[]
  /** Code, words, factor on volume and weight. */
  sizes?: readonly (readonly [string, string, number])[]
}

const list = (text: string) => text.split(' ') as Colour[]
const family = (
  code: string,
  name: string,
  category: string,
  shape: string,
  mm: Family['mm'],
  g: number,
  price: number,
  box: Family['box'],
  from: number,
  pace: number,
  tints: string,
  sizes?: Family['sizes'],
): Family => ({ code, name, category, shape, mm, g, price, box, from, pace, colours: list(tints), ...(sizes ? { sizes } : {}) })

const small: Family['sizes'] = [
  ['P', 'Pequeno', 0.55],
  ['M', 'Médio', 1],
  ['G', 'Grande', 1.7],
]
const smallF: Family['sizes'] = [
  ['P', 'Pequena', 0.6],
  ['M', 'Média', 1],
  ['G', 'Grande', 1.6],
]

// oxfmt-ignore
export const families: readonly Family[] = [
  family('FRI', 'Frigideira Antiaderente Serrana', 'Panelas', 'pan', [410, 250, 60], 720, 7990, 6, 1, 1.6, 'GRA TER', [['20', '20 cm', 0.6], ['24', '24 cm', 1], ['28', '28 cm', 1.5]]),
  family('PNL', 'Panela com Tampa Serrana', 'Panelas', 'pot', [290, 230, 150], 1150, 11990, 6, 1, 1.2, 'GRA OLI', [['16', '16 cm', 0.6], ['20', '20 cm', 1], ['24', '24 cm', 1.5]]),
  family('CAC', 'Caçarola com Tampa Serrana', 'Panelas', 'pot', [340, 260, 160], 1480, 14990, 6, 1, 0.8, 'GRA TER OFF', [['20', '20 cm', 0.8], ['24', '24 cm', 1.2]]),
  family('PRS', 'Panela de Pressão Forte Lar', 'Panelas', 'pressure', [400, 230, 220], 2100, 18990, 0, 7, 0.9, 'INX', [['3L', '3 L', 0.8], ['45', '4,5 L', 1], ['7L', '7 L', 1.4]]),
  family('CHA', 'Chaleira Inox 1,8 L Serrana', 'Panelas', 'kettle', [220, 200, 220], 690, 9990, 6, 1, 0.8, 'INX GRA OFF'),
  family('LEI', 'Leiteira Antiaderente 1,5 L Serrana', 'Panelas', 'milkpan', [270, 160, 130], 480, 5990, 12, 1, 1, 'GRA TER OFF OLI'),
  family('ASS', 'Assadeira Retangular Serrana', 'Formas', 'roaster', [400, 270, 65], 610, 4990, 12, 1, 1, 'INX', [['1', '30 cm', 0.6], ['2', '36 cm', 1], ['3', '42 cm', 1.4]]),
  family('FOR', 'Forma de Bolo com Furo Serrana', 'Formas', 'ring', [240, 240, 90], 340, 3490, 12, 1, 1.1, 'GRA', [['20', '20 cm', 0.7], ['24', '24 cm', 1], ['28', '28 cm', 1.4]]),
  family('CAN', 'Caneca de Cerâmica 350 ml Barro Bom', 'Mesa', 'mug', [130, 100, 110], 390, 3290, 24, 2, 3, 'OFF GRA TER ARE OLI PET ROS MOS'),
  family('XIC', 'Xícara de Café 90 ml com Pires Barro Bom', 'Mesa', 'cup', [130, 130, 75], 310, 2990, 24, 2, 1.4, 'OFF GRA TER OLI PET ROS'),
  family('PRR', 'Prato Raso 27 cm Barro Bom', 'Mesa', 'plate', [280, 280, 35], 760, 4290, 12, 2, 1.8, 'OFF GRA TER ARE OLI PET'),
  family('PRX', 'Prato de Sobremesa 20 cm Barro Bom', 'Mesa', 'plate', [210, 210, 30], 430, 2990, 12, 2, 1.4, 'OFF GRA TER ARE OLI PET'),
  family('BOW', 'Bowl 600 ml Barro Bom', 'Mesa', 'bowl', [160, 160, 80], 420, 3490, 12, 2, 1.8, 'OFF GRA TER ARE OLI ROS'),
  family('TRV', 'Travessa Oval 34 cm Barro Bom', 'Mesa', 'platter', [360, 250, 60], 1120, 7990, 6, 2, 0.7, 'OFF TER OLI GRA'),
  family('COP', 'Jogo de 6 Copos Long Drink 350 ml Lagoa Clara', 'Mesa', 'glasses', [230, 160, 160], 1750, 6990, 6, 3, 1.3, 'CRI FUM AMB'),
  family('TAC', 'Jogo de 6 Taças de Vinho 490 ml Lagoa Clara', 'Mesa', 'wine', [300, 210, 230], 1320, 11990, 0, 3, 0.8, 'CRI FUM'),
  family('JAR', 'Jarra de Vidro 1,5 L Lagoa Clara', 'Mesa', 'jug', [160, 150, 260], 1080, 6490, 6, 3, 0.8, 'CRI FUM AMB'),
  family('FAQ', 'Faqueiro 24 Peças Três Irmãos', 'Mesa', 'cutlery', [330, 230, 55], 1180, 13990, 6, 7, 1, 'GRA OFF OLI'),
  family('SOU', 'Sousplat Redondo 35 cm', 'Mesa posta', 'placemat', [355, 355, 15], 330, 2490, 12, 0, 1.2, 'ARE TER OLI CAR BOR PET'),
  family('JGA', 'Jogo Americano 4 Peças Rio Manso', 'Mesa posta', 'placemats', [450, 330, 12], 420, 5990, 12, 4, 1, 'ARE TER OLI GRA MOS OFF'),
  family('GUA', 'Guardanapo de Linho 4 Peças Rio Manso', 'Mesa posta', 'napkin', [220, 220, 25], 190, 5490, 24, 4, 0.9, 'OFF ARE TER OLI PET'),
  family('POT', 'Pote Hermético Aurora', 'Organização', 'jar', [130, 130, 150], 260, 3490, 12, 0, 2.8, 'CIN OLI', [['05', '500 ml', 0.5], ['10', '1 L', 1], ['18', '1,8 L', 1.6]]),
  family('ORG', 'Organizador Empilhável Aurora', 'Organização', 'bin', [300, 200, 150], 420, 3990, 12, 0, 2.2, 'CRI OFF', small),
  family('CES', 'Cesto Trançado Aurora', 'Organização', 'basket', [320, 240, 190], 480, 5490, 6, 0, 1.2, 'NAT CIN', small),
  family('CAB', 'Cabide Aveludado 10 Unidades', 'Organização', 'hanger', [450, 240, 60], 680, 5990, 12, 5, 1.2, 'GRA ROS CIN OFF'),
  family('CXO', 'Caixa Organizadora com Tampa Aurora', 'Organização', 'crate', [460, 340, 260], 1450, 6990, 6, 0, 0.8, 'CRI CIN', [['20', '20 L', 0.6], ['30', '30 L', 1], ['50', '50 L', 1.5]]),
  family('SAP', 'Sapateira 4 Andares Três Irmãos', 'Organização', 'rack', [620, 260, 90], 2350, 12990, 0, 7, 0.4, 'GRA OFF'),
  family('GAN', 'Gancho Adesivo Inox 4 Unidades', 'Organização', 'hooks', [140, 90, 35], 130, 2490, 24, 5, 1.4, 'INX GRA'),
  family('TEM', 'Porta-Temperos Giratório 12 Frascos', 'Organização', 'spices', [250, 250, 290], 2050, 15990, 0, 5, 0.5, 'INX GRA'),
  family('TAB', 'Tábua de Corte em Teca Aurora', 'Madeira', 'board', [400, 280, 22], 1280, 8990, 6, 0, 1.3, 'NAT', smallF),
  family('TQU', 'Tábua de Queijos com Cabo Aurora', 'Madeira', 'cheese', [420, 190, 20], 780, 7490, 6, 0, 0.8, 'NAT NOG'),
  family('COL', 'Jogo de Colheres de Bambu 5 Peças Aurora', 'Madeira', 'spoons', [320, 90, 45], 240, 3990, 24, 0, 1.2, 'NAT NOG'),
  family('BAN', 'Bandeja de Madeira com Alças Aurora', 'Madeira', 'tray', [460, 320, 65], 1180, 9990, 6, 0, 0.8, 'NAT NOG OFF'),
  family('ROL', 'Rolo de Massa em Teca Aurora', 'Madeira', 'rolling', [430, 65, 65], 560, 4490, 12, 0, 0.6, 'NAT'),
  family('BQT', 'Banqueta Média Aurora', 'Madeira', 'stool', [430, 430, 560], 4600, 24990, 0, 0, 0.3, 'NAT NOG GRA'),
  family('PRT', 'Prateleira Flutuante Aurora', 'Madeira', 'shelf', [610, 210, 45], 1900, 8490, 6, 0, 0.6, 'NAT OFF', [['40', '40 cm', 0.67], ['60', '60 cm', 1], ['80', '80 cm', 1.3]]),
  family('FAC', 'Faca do Chef 20 cm Três Irmãos', 'Utensílios', 'knife', [360, 75, 25], 210, 6990, 12, 7, 0.9, 'GRA NOG OFF'),
  family('ESP', 'Espátula de Silicone', 'Utensílios', 'spatula', [300, 70, 25], 95, 1990, 24, 0, 1.8, 'TER OLI GRA PET MOS ROS'),
  family('CON', 'Concha de Silicone', 'Utensílios', 'ladle', [320, 95, 65], 130, 2290, 24, 0, 1, 'TER OLI GRA PET ROS'),
  family('ESC', 'Escorredor de Massa Aurora', 'Utensílios', 'colander', [280, 250, 120], 330, 2990, 12, 0, 0.9, 'OFF OLI TER GRA'),
  family('RAL', 'Ralador 4 Faces Três Irmãos', 'Utensílios', 'grater', [110, 85, 240], 240, 2790, 12, 7, 0.8, 'INX GRA'),
  family('ABR', 'Abridor de Vinho com Alavanca', 'Utensílios', 'opener', [190, 80, 35], 260, 3990, 24, 5, 0.7, 'INX GRA'),
  family('BAL', 'Balança Digital de Cozinha 5 kg', 'Utensílios', 'scale', [240, 180, 45], 460, 7990, 12, 5, 1.2, 'GRA OFF'),
  family('MED', 'Jogo de Medidores 8 Peças', 'Utensílios', 'measures', [180, 90, 70], 150, 2490, 24, 0, 1, 'TER OLI CIN ROS'),
  family('FIL', 'Suporte de Café com Passador Barro Bom', 'Café', 'dripper', [150, 130, 110], 360, 4990, 12, 2, 1.1, 'OFF GRA TER'),
  family('PRE', 'Prensa Francesa Lagoa Clara', 'Café', 'press', [160, 110, 220], 520, 8990, 6, 3, 0.9, 'INX GRA', [['35', '350 ml', 0.7], ['60', '600 ml', 1.1]]),
  family('GTR', 'Garrafa Térmica Inox', 'Café', 'thermos', [110, 110, 290], 560, 9990, 6, 5, 1.3, 'INX GRA PET OLI', [['05', '500 ml', 0.6], ['10', '1 L', 1]]),
  family('MAR', 'Marmita Térmica 1,2 L', 'Café', 'lunchbox', [230, 160, 110], 590, 7490, 12, 5, 1.1, 'OLI ROS GRA PET'),
  family('SQZ', 'Garrafa Squeeze Inox 750 ml', 'Café', 'bottle', [80, 80, 270], 330, 5990, 12, 5, 1.8, 'GRA OFF OLI PET ROS LAV'),
  family('TBA', 'Toalha de Banho 70 x 140 cm Rio Manso', 'Cama e banho', 'towel', [360, 260, 70], 490, 4990, 12, 4, 1.6, 'OFF CIN ARE PET ROS GRA'),
  family('TRO', 'Toalha de Rosto 50 x 80 cm Rio Manso', 'Cama e banho', 'towel', [260, 180, 50], 210, 2490, 24, 4, 1.4, 'OFF CIN ARE PET ROS GRA'),
  family('JGC', 'Jogo de Cama Casal 4 Peças 180 Fios Rio Manso', 'Cama e banho', 'sheets', [380, 300, 90], 1480, 15990, 6, 4, 1, 'OFF CIN ARE PET LAV ROS'),
  family('MAN', 'Manta para Sofá 1,20 x 1,80 m Rio Manso', 'Cama e banho', 'throw', [380, 300, 90], 920, 9990, 6, 4, 0.9, 'ARE TER OLI CIN MOS OFF'),
  family('CPA', 'Capa de Almofada 45 x 45 cm Rio Manso', 'Cama e banho', 'cushion', [280, 240, 20], 160, 3490, 24, 4, 2, 'ARE TER OLI CIN MOS OFF PET ROS'),
  family('ENC', 'Enchimento de Almofada 45 x 45 cm', 'Cama e banho', 'cushion', [450, 450, 110], 420, 2990, 12, 4, 1.4, 'OFF'),
  family('TAP', 'Tapete de Banheiro 45 x 65 cm Rio Manso', 'Cama e banho', 'rug', [340, 230, 80], 460, 3990, 12, 4, 1, 'CIN ARE PET OFF GRA'),
  family('VAS', 'Vaso de Cerâmica Barro Bom', 'Decoração', 'vase', [180, 180, 230], 1050, 6990, 6, 2, 1, 'OFF TER OLI', small),
  family('VEL', 'Vela Aromática 200 g Aromas da Mata', 'Decoração', 'candle', [90, 90, 105], 380, 4490, 24, 6, 1.8, 'OFF LAV OLI CAR BOR'),
  family('DIF', 'Difusor de Varetas 250 ml Aromas da Mata', 'Decoração', 'diffuser', [85, 85, 260], 430, 5990, 12, 6, 1.4, 'AMB LAV OLI ROS'),
  family('RET', 'Porta-Retrato Aurora', 'Decoração', 'frame', [230, 180, 25], 340, 3990, 12, 0, 0.9, 'NAT NOG OFF', [['1015', '10 x 15 cm', 0.7], ['1521', '15 x 21 cm', 1.1]]),
  family('REL', 'Relógio de Parede 30 cm', 'Decoração', 'clock', [320, 320, 55], 690, 7990, 6, 5, 0.7, 'OFF GRA NAT TER'),
  family('EPL', 'Espelho Redondo 50 cm com Moldura Aurora', 'Decoração', 'mirror', [540, 540, 50], 2900, 15990, 0, 0, 0.5, 'NAT GRA CAR'),
  family('LUM', 'Luminária de Mesa', 'Decoração', 'lamp', [250, 250, 380], 1180, 12990, 0, 5, 0.6, 'OFF GRA TER OLI MOS'),
  family('CTC', 'Castiçal de Ferro Três Irmãos', 'Decoração', 'candlestick', [110, 110, 240], 420, 4490, 12, 7, 0.6, 'GRA CAR OFF'),
  family('COR', 'Cortina Blackout 2,80 x 2,30 m Rio Manso', 'Decoração', 'curtain', [380, 300, 110], 2150, 15990, 6, 4, 0.7, 'CIN ARE OFF GRA'),
  family('LIX', 'Lixeira Inox com Pedal', 'Limpeza', 'trash', [240, 240, 300], 1280, 9990, 0, 7, 0.8, 'INX GRA OFF', [['05', '5 L', 0.8], ['12', '12 L', 1.6]]),
  family('MOP', 'Mop Giratório com Balde', 'Limpeza', 'mop', [480, 280, 270], 2250, 12990, 0, 5, 0.8, 'PET CIN'),
  family('DET', 'Porta-Detergente com Esponja Aurora', 'Limpeza', 'soap', [200, 110, 190], 260, 3490, 12, 0, 1.4, 'OFF GRA OLI TER CIN'),
  family('ESN', 'Escova Sanitária com Suporte Aurora', 'Limpeza', 'brush', [110, 110, 380], 390, 3990, 12, 0, 0.9, 'OFF GRA CIN OLI'),
  family('VRL', 'Varal de Chão com Abas Três Irmãos', 'Limpeza', 'drying', [1100, 560, 60], 3300, 14990, 0, 7, 0.4, 'OFF GRA'),
]

/** SKU, name, and what is in it. Several share a component, so selling one lowers what others promise. */
export const kits: readonly (readonly [string, string, readonly (readonly [string, number])[]])[] = [
  [
    'KIT-CAFE-2',
    'Kit Café a Dois: Suporte com Passador e 2 Canecas Off-White',
    [
      ['FIL-OFF', 1],
      ['CAN-OFF', 2],
    ],
  ],
  [
    'KIT-CAFE-4',
    'Kit Café da Manhã: Prensa Francesa e 4 Canecas Off-White',
    [
      ['PRE-60-INX', 1],
      ['CAN-OFF', 4],
    ],
  ],
  [
    'KIT-CANECA-6',
    'Kit 6 Canecas Sortidas Barro Bom',
    [
      ['CAN-OFF', 1],
      ['CAN-TER', 1],
      ['CAN-OLI', 1],
      ['CAN-PET', 1],
      ['CAN-ROS', 1],
      ['CAN-MOS', 1],
    ],
  ],
  [
    'KIT-MESA-4',
    'Kit Mesa Posta 4 Lugares Terracota',
    [
      ['PRR-TER', 4],
      ['BOW-TER', 4],
      ['SOU-TER', 4],
    ],
  ],
  [
    'KIT-MESA-OLI',
    'Kit Mesa Posta 4 Lugares Verde Oliva',
    [
      ['PRR-OLI', 4],
      ['BOW-OLI', 4],
      ['SOU-OLI', 4],
    ],
  ],
  [
    'KIT-POTE-5',
    'Kit 5 Potes Herméticos Aurora Cinza',
    [
      ['POT-05-CIN', 2],
      ['POT-10-CIN', 2],
      ['POT-18-CIN', 1],
    ],
  ],
  [
    'KIT-POTE-10',
    'Kit 10 Potes Herméticos Aurora Cinza',
    [
      ['POT-05-CIN', 4],
      ['POT-10-CIN', 4],
      ['POT-18-CIN', 2],
    ],
  ],
  [
    'KIT-GELADEIRA',
    'Kit Organização de Geladeira 6 Peças',
    [
      ['ORG-P-CRI', 3],
      ['ORG-M-CRI', 2],
      ['ORG-G-CRI', 1],
    ],
  ],
  [
    'KIT-COZINHA',
    'Kit Utensílios de Silicone Terracota',
    [
      ['ESP-TER', 2],
      ['CON-TER', 1],
      ['MED-TER', 1],
    ],
  ],
  [
    'KIT-BANHO',
    'Kit Banho 2 Toalhas e 2 de Rosto Off-White',
    [
      ['TBA-OFF', 2],
      ['TRO-OFF', 2],
    ],
  ],
  [
    'KIT-ALMOFADA',
    'Kit 2 Almofadas Terracota com Enchimento',
    [
      ['CPA-TER', 2],
      ['ENC-OFF', 2],
    ],
  ],
  [
    'KIT-SPA',
    'Kit Spa em Casa: Vela, Difusor e Toalha de Rosto',
    [
      ['VEL-LAV', 1],
      ['DIF-LAV', 1],
      ['TRO-OFF', 1],
    ],
  ],
]
