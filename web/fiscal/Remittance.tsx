import { ActionIcon, Button, NumberInput, Select, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconFileCheck, IconPlus, IconTrash } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { notaBoard, notaOperations, remittanceEndpoint } from '../../server/invoicing/contract.ts'
import type { SentTo } from '../../server/platform/endpoint.ts'
import { ProductPicker } from '../catalog/ProductPicker.tsx'
import { useAct, useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { Money } from '../components/Values.tsx'
import { Page, Section } from '../shell/Page.tsx'
import { CustomerPicker } from './CustomerPicker.tsx'
import type { Customer } from './CustomerPicker.tsx'
import '../components/Lines.css'
import './fiscal.css'

type Operation = SentTo<typeof remittanceEndpoint>['operation']
/** Of fields side by side: the inputs stay on one line. */
const below = ['label', 'input', 'description', 'error'] as const satisfies unknown[]

interface Line {
  key: number
  product: number | null
  quantity: number | string
  /** Reais. */
  price: number | string
}

const meanings: Record<Operation, string> = {
  exchange: 'Sai outro produto no lugar do que o cliente devolveu.',
  warranty: 'Sai uma peça ou um produto para cumprir a garantia, sem cobrança.',
  repair_in: 'O cliente mandou para conserto: esta nota dá entrada do que chegou.',
  repair_back: 'O conserto acabou: o produto volta ao cliente.',
  repair_out: 'O produto vai a uma oficina de fora e voltará.',
  transfer: 'Mercadoria entre empresas ou filiais suas.',
}

/** A nota that no order asks for: exchange, warranty, repair, transfer. */
export function Remittance() {
  const { data: board, error, refetch } = useRead(notaBoard)
  const back = { to: '/fiscal/notas', label: 'Notas' }
  return (
    <Page title="Nova remessa" back={back}>
      {board ? (
        board.set_up ? (
          <Form companies={companiesOf(board.authorisers)} />
        ) : (
          <div className="surface">
            <Empty
              icon={IconFileCheck}
              title="Falta preparar a emissão"
              action={
                <Button component={Link} to={'/fiscal/preparo' as never}>
                  Preparar a emissão
                </Button>
              }
            >
              A remessa precisa da empresa, do certificado e da série.
            </Empty>
          </div>
        )
      ) : (
        error && <Failed error={error} retry={() => void refetch()} />
      )}
    </Page>
  )
}

const companiesOf = (authorisers: { company: { id: number; name: string } }[]) =>
  [...new Map(authorisers.map(({ company }) => [company.id, company.name]))].map(([id, name]) => ({ value: String(id), label: name }))

function Form({ companies }: { companies: { value: string; label: string }[] }) {
  const navigate = useNavigate()
  const given = useSearch({ strict: false } as never) as { operation?: Operation; answers?: string }
  const [operation, setOperation] = useState<Operation>(given.operation && given.operation in meanings ? given.operation : 'exchange')
  const [company, setCompany] = useState<string | null>(companies[0]?.value ?? null)
  const [toCompany, setToCompany] = useState<string | null>(null)
  const [customer, setCustomer] = useState<Customer | null>(null)
  const [note, setNote] = useState('')
  const next = useRef(1)
  const [lines, setLines] = useState<Line[]>([{ key: 0, product: null, quantity: 1, price: '' }])
  const issue = useAct(remittanceEndpoint, {
    quiet: true,
    onDone: ({ nota, faults }) => {
      notifications.show(
        faults.length
          ? { title: 'Nota montada, falta acertar', message: faults[0]!.message, color: 'red' }
          : { message: 'Nota na fila da SEFAZ', color: 'petrol' },
      )
      void navigate({ to: '/fiscal/notas/$nota', params: { nota: String(nota) } })
    },
  })
  const change = (key: number, part: Partial<Line>) => setLines((before) => before.map((line) => (line.key === key ? { ...line, ...part } : line)))
  const items = lines.flatMap(({ product, quantity, price }) =>
    product !== null && Number(quantity) > 0 && price !== '' ? [{ product, quantity: Number(quantity), unit_price: Math.round(Number(price) * 100) }] : [],
  )
  const total = items.reduce((sum, { quantity, unit_price }) => sum + quantity * unit_price, 0)
  const transfer = operation === 'transfer'
  const ready =
    company !== null && items.length > 0 && items.length === lines.length && (transfer ? toCompany !== null && toCompany !== company : customer !== null)
  const send = () =>
    issue.run({
      operation,
      company: Number(company),
      ...(transfer ? { to_company: Number(toCompany) } : { customer: customer!.id, ...(customer!.order ? { order: customer!.order } : {}) }),
      ...(given.answers ? { answers: Number(given.answers) } : {}),
      items,
      ...(note.trim() ? { note: note.trim() } : {}),
    })
  return (
    <form
      className="stack remittance"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready && !issue.busy) send()
      }}
    >
      <div className="surface remittance-head">
        <Select
          label="Operação"
          description={meanings[operation]}
          inputWrapperOrder={below}
          data={(Object.keys(meanings) as Operation[]).map((value) => ({ value, label: notaOperations[value] }))}
          value={operation}
          onChange={(value) => value && setOperation(value as Operation)}
          allowDeselect={false}
          data-autofocus
        />
        <Select label="Quem emite" data={companies} value={company} onChange={setCompany} allowDeselect={false} error={faultOf(issue.refusal, 'company')} />
        {transfer ? (
          <Select
            label="Para qual empresa"
            placeholder={companies.length > 1 ? 'Escolha' : 'Só há uma empresa preparada'}
            data={companies.filter(({ value }) => value !== company)}
            value={toCompany}
            onChange={setToCompany}
            error={faultOf(issue.refusal, 'to_company')}
          />
        ) : (
          <CustomerPicker value={customer} change={setCustomer} error={faultOf(issue.refusal, 'customer')} />
        )}
      </div>
      <Section title="Itens">
        <div className="surface">
          {lines.map((line, index) => (
            <div key={line.key} className="remittance-line">
              <ProductPicker
                className="grow"
                label="Produto"
                kind="simple"
                value={line.product}
                change={(product) => change(line.key, { product: product?.id ?? null })}
              />
              <NumberInput
                label="Quantidade"
                value={line.quantity}
                onChange={(quantity) => change(line.key, { quantity })}
                min={1}
                allowDecimal={false}
                allowNegative={false}
                w={104}
                error={faultOf(issue.refusal, `items.${index}.quantity`)}
              />
              <NumberInput
                label="Unitário (R$)"
                value={line.price}
                onChange={(price) => change(line.key, { price })}
                min={0}
                decimalScale={2}
                fixedDecimalScale
                allowNegative={false}
                w={128}
                error={faultOf(issue.refusal, `items.${index}.unit_price`)}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Tirar o item ${index + 1}`}
                disabled={lines.length === 1}
                onClick={() => setLines((before) => before.filter(({ key }) => key !== line.key))}
              >
                <IconTrash size={17} />
              </ActionIcon>
            </div>
          ))}
          <div className="remittance-foot">
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconPlus size={15} />}
              onClick={() => setLines((before) => [...before, { key: next.current++, product: null, quantity: 1, price: '' }])}
            >
              Outro item
            </Button>
            <span>
              Total <Money centavos={total} currency />
            </span>
          </div>
        </div>
      </Section>
      <Textarea
        label="Informações complementares"
        description="Saem na nota. Por exemplo, o número do chamado ou da nota de venda"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={500}
        autosize
        minRows={2}
      />
      <FormFaults refusal={issue.refusal} fields={['company', 'to_company', 'customer']} />
      <div className="row form-end">
        <Button component={Link} to="/fiscal/notas" variant="default">
          Voltar
        </Button>
        <Button type="submit" loading={issue.busy} disabled={!ready}>
          Emitir a nota
        </Button>
      </div>
    </form>
  )
}
