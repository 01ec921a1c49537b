import { Link } from '@tanstack/react-router'
import type { ManifestPage } from '../../server/dispatch/contract.ts'
import type { Column } from '../components/DataTable.tsx'
import { weight } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { Cep, Code } from '../components/Values.tsx'
import { When } from '../components/When.tsx'

export type Box = ManifestPage['boxes'][number]

const shared: Column<Box>[] = [
  { key: 'code', title: 'Caixa', cell: (box) => <Code of={box.code} />, card: 'title' },
  {
    key: 'order',
    title: 'Pedido',
    cell: (box) => (
      <Link to={`/pedidos/${box.order}` as never} className="grid-link">
        #{box.order}
      </Link>
    ),
  },
  { key: 'number', title: 'Volume', align: 'right', cell: (box) => `${box.number} de ${box.count}` },
  { key: 'recipient', title: 'Destinatário', cell: (box) => box.recipient, long: 'cut' },
  { key: 'city', title: 'Cidade', cell: (box) => [box.city, box.state].filter(Boolean).join('/') },
  { key: 'cep', title: 'CEP', cell: (box) => <Cep of={box.cep} />, card: 'hidden' },
  { key: 'weight', title: 'Peso', align: 'right', cell: (box) => (box.weight_g ? weight(box.weight_g) : '') },
]

export const aboardColumns: Column<Box>[] = [
  ...shared,
  {
    key: 'scanned',
    title: 'Bipada',
    align: 'right',
    cell: (box) => (box.must_unload ? <State tone="bad" word="Tirar do caminhão" /> : <When at={box.scanned_at} />),
    card: 'corner',
  },
]

export const missingColumns: Column<Box>[] = shared

/** Why a packed box may not leave, and the way to its nota. */
export const waitingColumns: Column<ManifestPage['waiting'][number]>[] = [
  ...(shared as Column<ManifestPage['waiting'][number]>[]).filter(({ key }) => key !== 'cep' && key !== 'weight'),
  {
    key: 'nota',
    title: 'Por que espera',
    long: 'wrap',
    cell: ({ nota: { state, problem } }) =>
      problem ? (
        <State tone="bad" word={problem} />
      ) : (
        <State
          tone={state === 'cancelled' ? 'bad' : 'warn'}
          word={{ issuing: 'Esperando a SEFAZ', cancelled: 'A nota foi cancelada' }[state] ?? 'Nota ainda não emitida'}
        />
      ),
  },
]
