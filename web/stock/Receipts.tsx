import { Button, Modal, Select, Textarea, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconTruckDelivery } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { listSuppliers } from '../../server/catalog/contract.ts'
import { listReceipts, openReceiptEndpoint } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { StockTabs } from './StockTabs.tsx'

type Receipt = AnswerOf<typeof listReceipts>['rows'][number]

export function ReceiptState({ receipt: { state, counted, put_away } }: { receipt: Receipt }) {
  if (state === 'open') return <State tone="info" word="Contando" />
  return put_away < counted ? <State tone="warn" word="Falta guardar" /> : <State tone="ok" word="Guardado" />
}

const columns: Column<Receipt>[] = [
  { key: 'id', title: 'Nº', width: 70, card: 'title', cell: (receipt) => `Nº ${receipt.id}` },
  { key: 'supplier', title: 'Fornecedor', long: 'cut', cell: (receipt) => receipt.supplier ?? <span className="quiet">sem fornecedor</span> },
  { key: 'reference', title: 'Nota ou pedido', cell: (receipt) => receipt.reference },
  { key: 'opened', title: 'Aberto', width: 130, cell: (receipt) => <When at={receipt.opened_at} /> },
  { key: 'by', title: 'Por', cell: (receipt) => <span className="quiet">{receipt.opened_by}</span> },
  { key: 'expected', title: 'Esperado', align: 'right', width: 88, cell: (receipt) => <Count value={receipt.expected} /> },
  { key: 'counted', title: 'Contado', align: 'right', width: 84, cell: (receipt) => <Count value={receipt.counted} /> },
  { key: 'put_away', title: 'Guardado', align: 'right', width: 88, cell: (receipt) => <Count value={receipt.put_away} /> },
  { key: 'state', title: 'Situação', card: 'corner', width: 130, cell: (receipt) => <ReceiptState receipt={receipt} /> },
]

/** What came in from suppliers. */
export function Receipts() {
  const may = useMay()
  const [filters, filter, clear] = useFilters(listReceipts)
  const receipts = useRows(listReceipts, filters)
  const [opening, { open, close }] = useDisclosure(false)
  return (
    <Page
      title="Estoque"
      action={
        may('stock.move') && (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            Novo recebimento
          </Button>
        )
      }
      filters={
        <>
          <StockTabs />
          <FilterChips
            filters={filters}
            change={filter}
            clear={clear}
            of={[
              {
                name: 'state',
                label: 'Situação',
                spread: true,
                options: [
                  { value: 'open', label: 'Contando' },
                  { value: 'closed', label: 'Encerrados' },
                ],
              },
            ]}
          />
        </>
      }
    >
      <DataTable
        label="Recebimentos"
        rows={receipts}
        rowKey={(receipt) => receipt.id}
        columns={columns}
        href={(receipt) => `/estoque/recebimentos/${receipt.id}`}
        empty={
          <Empty
            icon={IconTruckDelivery}
            title={filters.state === 'open' ? 'Nenhum recebimento em contagem' : 'Nada foi recebido ainda'}
            action={may('stock.move') && { label: 'Novo recebimento', run: open }}
          >
            Abra um quando o caminhão encostar: conte bipando, guarde e o estoque já vende.
          </Empty>
        }
      />
      <OpenReceipt opened={opening} close={close} />
    </Page>
  )
}

function OpenReceipt({ opened, close }: { opened: boolean; close: () => void }) {
  const suppliers = useRead(listSuppliers, {}, { when: opened })
  const [supplier, setSupplier] = useState<string | null>(null)
  const [reference, setReference] = useState('')
  const [expected, setExpected] = useState('')
  const navigate = useNavigate()
  const act = useAct(openReceiptEndpoint, { quiet: true, onDone: ({ receipt }) => void navigate({ to: `/estoque/recebimentos/${receipt}` }) })
  const lines = readLines(expected)
  const wrong = lines.find((line) => !Number.isInteger(line.quantity) || line.quantity < 1)
  return (
    <Modal opened={opened} onClose={close} title="Novo recebimento">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          act.run({ supplier: supplier ? Number(supplier) : null, reference: reference.trim() || null, lines })
        }}
      >
        <Select
          label="Fornecedor"
          placeholder="Sem fornecedor"
          searchable
          clearable
          data={(suppliers.data?.rows ?? []).map((row) => ({ value: String(row.id), label: row.name }))}
          value={supplier}
          onChange={setSupplier}
          error={faultOf(act.refusal, 'supplier')}
          data-autofocus
        />
        <TextInput
          label="Nota ou pedido de compra"
          placeholder="Por exemplo: NF 42136"
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
          error={faultOf(act.refusal, 'reference')}
          maxLength={100}
          autoComplete="off"
        />
        <Textarea
          label="O que deve chegar"
          description="Opcional. Um item por linha: código ou SKU e quantidade. Pode colar da planilha."
          placeholder={'7891234567895  24\nCAN-PET  12'}
          classNames={{ input: 'code' }}
          autosize
          minRows={3}
          maxRows={10}
          value={expected}
          onChange={(event) => setExpected(event.currentTarget.value)}
          error={wrong ? `Falta a quantidade de "${wrong.code}"` : null}
        />
        <FormFaults refusal={act.refusal} fields={['supplier', 'reference']} />
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" loading={act.busy} disabled={Boolean(wrong)}>
            Abrir e contar
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** "code quantity" a line, parted by blanks, a tab, a comma or a semicolon. */
const readLines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/[;,\s]+$/, ''))
    .filter(Boolean)
    .map((line) => {
      const [, code, quantity] = /^(.+?)[\s;,]+(\d+)$/.exec(line) ?? [null, line, '']
      return { code: code!.trim(), quantity: quantity ? Number(quantity) : Number.NaN }
    })
