import { Button, NumberInput, TextInput } from '@mantine/core'
import { IconBuildingFactory2, IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { listSuppliers, saveSupplierEndpoint } from '../../server/catalog/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { TaxId } from '../components/Values.tsx'
import { count, typing } from '../components/format.ts'
import { useMay } from '../session.ts'
import { EditModal } from './EditModal.tsx'
import { Part } from './Part.tsx'

type Supplier = AnswerOf<typeof listSuppliers>['rows'][number]

/** Who sells to the house, and how long they take: it decides when a product is running out. */
export function Suppliers() {
  const suppliers = useRead(listSuppliers)
  const may = useMay()('catalog.edit')
  const [editing, setEditing] = useState<Supplier | 'new' | null>(null)
  const create = () => setEditing('new')
  return (
    <Part
      title="Fornecedores"
      says="O prazo diz quando um produto está acabando: se o que há não dura até a reposição chegar."
      action={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={create}>
            Novo fornecedor
          </Button>
        )
      }
    >
      <DataTable
        label="Fornecedores"
        rows={asRows(suppliers, (answer) => answer.rows)}
        rowKey={(supplier) => supplier.id}
        {...(may ? { open: (supplier: Supplier) => setEditing(supplier) } : {})}
        columns={[
          { key: 'name', title: 'Nome', card: 'title', cell: (supplier) => supplier.name },
          { key: 'cnpj', title: 'CNPJ', cell: (supplier) => <TaxId of={supplier.cnpj} /> },
          {
            key: 'lead',
            title: 'Prazo de reposição',
            align: 'right',
            cell: (supplier) =>
              supplier.lead_time_days === null ? <span className="quiet">7 dias (padrão)</span> : count(supplier.lead_time_days, 'dia', 'dias'),
          },
          {
            key: 'products',
            title: 'Produtos',
            align: 'right',
            cell: (supplier) => (
              <Link to="/catalogo" search={{ supplier: String(supplier.id) } as never} className="grid-link">
                {supplier.products}
              </Link>
            ),
          },
        ]}
        empty={
          <Empty icon={IconBuildingFactory2} title="Nenhum fornecedor" action={may && { label: 'Novo fornecedor', run: create }}>
            Eles também nascem sozinhos quando um produto é importado com o nome do fornecedor.
          </Empty>
        }
      />
      {editing && <SupplierForm supplier={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
    </Part>
  )
}

function SupplierForm({ supplier, close }: { supplier: Supplier | null; close: () => void }) {
  const [name, setName] = useState(supplier?.name ?? '')
  const [cnpj, setCnpj] = useState(typing.cnpj(supplier?.cnpj ?? ''))
  const [lead, setLead] = useState<number | string>(supplier?.lead_time_days ?? '')
  const save = useAct(saveSupplierEndpoint, { quiet: true, done: 'Fornecedor salvo', onDone: close })
  return (
    <EditModal
      opened
      close={close}
      title={supplier ? supplier.name : 'Novo fornecedor'}
      send={() =>
        save.run({ ...(supplier ? { id: supplier.id } : {}), name, cnpj: typing.store(cnpj) || null, lead_time_days: lead === '' ? null : Number(lead) })
      }
      busy={save.busy}
      refusal={save.refusal}
      fields={['name', 'cnpj', 'lead_time_days']}
    >
      <TextInput label="Nome" value={name} onChange={(event) => setName(event.currentTarget.value)} error={faultOf(save.refusal, 'name')} data-autofocus />
      <TextInput
        label="CNPJ"
        placeholder="Opcional"
        classNames={{ input: 'code' }}
        value={cnpj}
        onChange={(event) => setCnpj(typing.cnpj(event.currentTarget.value))}
        error={faultOf(save.refusal, 'cnpj')}
      />
      <NumberInput
        label="Prazo de reposição"
        placeholder="7 dias"
        suffix=" dias"
        decimalScale={0}
        allowNegative={false}
        value={lead}
        onChange={setLead}
        error={faultOf(save.refusal, 'lead_time_days')}
      />
    </EditModal>
  )
}
