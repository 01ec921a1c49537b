/** Every permission there is, with the words shown when somebody lacks it. Roles gather them (people/roles.ts). */
export const permissions = {
  public: 'Aberto a todos',
  signed_in: 'Qualquer pessoa identificada',
  'orders.read': 'Ver pedidos',
  'orders.receive': 'Receber pedidos por API ou arquivo',
  'orders.edit': 'Alterar pedidos',
  'orders.cancel': 'Cancelar pedidos',
  'catalog.read': 'Ver o catálogo',
  'catalog.edit': 'Alterar o catálogo',
  'stock.read': 'Ver o estoque',
  'stock.move': 'Movimentar o estoque',
  'stock.adjust': 'Ajustar o estoque',
  'picking.release': 'Liberar pedidos para a separação',
  'picking.work': 'Separar',
  'packing.work': 'Conferir e embalar',
  'dispatch.work': 'Expedir',
  'tracking.write': 'Registrar rastreamento',
  'fiscal.read': 'Ver notas e o preparo fiscal',
  'fiscal.issue': 'Emitir, corrigir e cancelar notas',
  'fiscal.manage': 'Alterar o preparo fiscal: empresa, certificado, regras de imposto',
  'insight.read': 'Ver indicadores',
  'people.manage': 'Gerir pessoas e estações',
  'settings.manage': 'Alterar configurações',
} as const

export type Permission = keyof typeof permissions
