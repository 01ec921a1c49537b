import { Button, Checkbox, Modal, NumberInput, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { addPayableEndpoint, changePayableEndpoint, kindWords, methodWords, payableBoard, readBillEndpoint, readTerms } from '../../server/payables/contract.ts'
import type { Kind, TypedPayable, readPayable } from '../../server/payables/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { dateOf } from '../components/days.ts'
import { money } from '../components/format.ts'
import { Reais } from './Reais.tsx'
import './payables.css'
import '../components/Lines.css'

type Payable = AnswerOf<typeof readPayable>
type Defined<T> = { [Name in keyof T]-?: Exclude<T[Name], undefined> }
type Bank = { bank: string; branch: string; account: string; digit: string }
type Draft = Defined<Omit<TypedPayable, 'bank_details'>> & { bank_details: Bank; instalments: number }

const fields = [
  'kind',
  'supplier',
  'beneficiary',
  'document',
  'description',
  'number',
  'due_on',
  'issued_on',
  'amount',
  'discount',
  'discount_until',
  'method',
  'bill',
  'pix_key',
  'instalments',
  'company',
]
const noBank: Bank = { bank: '', branch: '', account: '', digit: '' }
export const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))

/** A payable typed by a person. The boleto's typed line fills in due day and amount. */
export function PayableForm({ payable, close, added }: { payable?: Payable; close: () => void; added?: (id: number) => void }) {
  const { data: board } = useRead(payableBoard)
  const [draft, setDraft] = useState<Draft>({
    kind: payable?.kind ?? 'supplier',
    company: payable?.company?.id ?? null,
    supplier: payable?.supplier ?? null,
    beneficiary: payable?.beneficiary ?? '',
    document: payable?.document ?? null,
    description: payable?.description ?? '',
    number: payable?.number ?? null,
    issued_on: payable?.issued_on ?? null,
    due_on: payable?.due_on ?? '',
    amount: payable?.amount ?? 0,
    stock: payable ? payable.goods > 0 : true,
    discount: payable?.discount ?? 0,
    discount_until: payable?.discount_until ?? null,
    method: payable?.method ?? 'boleto',
    bill: payable?.typed_line ?? null,
    pix_key: payable?.pix_key ?? null,
    bank_details: payable?.bank_details ?? noBank,
    instalments: 1,
  })
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))
  const add = useAct(addPayableEndpoint, { quiet: true, done: 'Conta lançada', onDone: ({ payable: id }) => (close(), added?.(id)) })
  const save = useAct(changePayableEndpoint, {
    quiet: true,
    done: ({ approval_lost }) => (approval_lost ? 'Conta alterada: precisa de aprovação outra vez' : 'Conta alterada'),
    onDone: close,
  })
  const act = payable ? save : add
  const fault = (field: string) => faultOf(act.refusal, field)
  const bill = useBill(draft, set, payable?.typed_line ?? '')
  const { data: terms } = useRead(readTerms, { supplier: draft.supplier ?? 0 }, { when: draft.supplier !== null && !payable, keepPrevious: false })
  // a supplier brings his tax id and the way in which he is paid
  useEffect(() => {
    if (!terms) return
    setDraft((before) => ({
      ...before,
      beneficiary: terms.name,
      document: terms.document ?? before.document,
      method: before.bill ? 'boleto' : terms.method,
      pix_key: terms.pix_key ?? before.pix_key,
      bank_details: terms.bank_details ?? before.bank_details,
    }))
  }, [terms])
  const send = () => {
    const { instalments, stock, ...rest } = draft
    const sent = {
      ...rest,
      bill: draft.method === 'boleto' || draft.method === 'tax_guide' ? draft.bill || null : null,
      pix_key: draft.method === 'pix' ? draft.pix_key || null : null,
      bank_details: draft.method === 'transfer' && draft.bank_details.bank ? draft.bank_details : null,
      document: draft.document || null,
      number: draft.number || null,
      issued_on: draft.issued_on || null,
      discount_until: draft.discount ? draft.discount_until || null : null,
      // part of a nota may be stock and part not: only a changed tick says otherwise
      ...(draft.kind === 'supplier' && (!payable || stock !== payable.goods > 0) ? { stock } : {}),
    }
    if (payable) save.run({ payable: payable.id, ...sent })
    else add.run({ ...sent, instalments })
  }
  const text = (name: 'beneficiary' | 'document' | 'description' | 'number', label: string, more: object = {}) => (
    <TextInput label={label} value={draft[name] ?? ''} error={fault(name)} onChange={(event) => set({ [name]: event.currentTarget.value })} {...more} />
  )
  const date = (name: 'due_on' | 'issued_on' | 'discount_until', label: string, more: object = {}) => (
    <TextInput
      type="date"
      label={label}
      value={draft[name] ?? ''}
      error={fault(name)}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
      {...more}
    />
  )
  return (
    <Modal opened onClose={close} title={payable ? 'Alterar conta' : 'Nova conta a pagar'} size="lg">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <div className="pay-fields">
          {(draft.method === 'boleto' || draft.method === 'tax_guide') && (
            <TextInput
              className="whole"
              label="Código do boleto"
              placeholder="Cole ou digite a linha digitável: 47 ou 48 números"
              data-autofocus
              inputMode="numeric"
              value={draft.bill ?? ''}
              error={fault('bill') ?? bill.fault}
              {...(bill.says ? { description: bill.says } : {})}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              onChange={(event) => set({ bill: event.currentTarget.value })}
            />
          )}
          <Select
            label="Tipo"
            data={options(kindWords)}
            value={draft.kind}
            allowDeselect={false}
            error={fault('kind')}
            onChange={(kind) => kind && set({ kind: kind as Kind })}
          />
          {draft.kind === 'supplier' ? (
            <Select
              label="Fornecedor"
              placeholder="Do cadastro"
              searchable
              clearable
              data={(board?.suppliers ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
              value={draft.supplier === null ? null : String(draft.supplier)}
              error={fault('supplier')}
              onChange={(value) => set({ supplier: value === null ? null : Number(value) })}
            />
          ) : (
            text('description', 'Descrição')
          )}
          {text('beneficiary', 'Quem recebe', { required: true, maxLength: 120 })}
          {text('document', 'CPF ou CNPJ', {
            description: draft.bill?.trim().startsWith('8') ? 'O código já diz a quem se paga' : 'Preciso para pagar por remessa',
            inputWrapperOrder: ['label', 'input', 'description', 'error'],
          })}
          <Reais label="Valor (R$)" required value={draft.amount} change={(amount) => set({ amount })} error={fault('amount')} />
          {date('due_on', 'Vencimento', { required: true })}
          <Select
            label="Forma de pagamento"
            data={options(methodWords)}
            value={draft.method}
            allowDeselect={false}
            error={fault('method')}
            onChange={(method) => method && set({ method: method as Draft['method'] })}
          />
          {draft.method === 'pix' && (
            <TextInput
              label="Chave Pix"
              value={draft.pix_key ?? ''}
              error={fault('pix_key')}
              placeholder="Telefone com +55"
              onChange={(event) => set({ pix_key: event.currentTarget.value.trim() })}
            />
          )}
          {draft.kind === 'supplier' && text('description', 'Descrição')}
          {text('number', 'Número da nota ou duplicata')}
          {date('issued_on', 'Emissão')}
          {!payable && (
            <NumberInput
              label="Parcelas"
              description={
                draft.instalments > 1 ? `${draft.instalments} de cerca de R$ ${money(draft.amount / draft.instalments)}, uma por mês` : 'O valor é do todo'
              }
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              min={1}
              max={120}
              value={draft.instalments}
              error={fault('instalments')}
              onChange={(value) => set({ instalments: Math.max(1, Number(value) || 1) })}
            />
          )}
          <Reais label="Desconto por pagar antes (R$)" value={draft.discount} change={(discount) => set({ discount })} error={fault('discount')} />
          {draft.discount > 0 && date('discount_until', 'Desconto até')}
          {draft.method === 'transfer' && <BankFields of={draft.bank_details} change={(bank_details) => set({ bank_details })} fault={fault} />}
        </div>
        {draft.kind === 'supplier' && (
          <Checkbox
            label="É mercadoria de revenda"
            description="O estoque cresce no recebimento, uma vez só; esta conta diz quanto se deve por ela. Sem a marca, é despesa: material de escritório, serviço"
            checked={draft.stock}
            onChange={(event) => set({ stock: event.currentTarget.checked })}
          />
        )}
        <FormFaults refusal={act.refusal} fields={[...fields, ...bankFields]} />
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Voltar
          </Button>
          <Button type="submit" loading={act.busy}>
            {payable ? 'Salvar' : 'Lançar'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

const bankFields = ['bank', 'branch', 'account', 'digit'].map((name) => `bank_details.${name}`)

export function BankFields({ of, change, fault }: { of: Bank; change: (of: Bank) => void; fault: (field: string) => string | null }) {
  const text = (name: keyof typeof of, label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={of[name]}
      error={fault(`bank_details.${name}`)}
      onChange={(event) => change({ ...of, [name]: event.currentTarget.value.trim() })}
    />
  )
  return (
    <>
      {text('bank', 'Banco', 'Três números')}
      {text('branch', 'Agência', 'Sem dígito')}
      {text('account', 'Conta', 'Sem dígito')}
      {text('digit', 'Dígito da conta', 'Número ou letra')}
    </>
  )
}

/** Reads the typed line while it is typed; what it says goes into fields that are still empty. */
function useBill(draft: Draft, set: (change: Partial<Draft>) => void, known: string): { fault: string | null; says: string | null } {
  const [line] = useDebouncedValue(draft.bill ?? '', 250)
  const digits = line.replaceAll(/\D/g, '')
  const whole = digits.length >= 44
  const { data } = useRead(readBillEndpoint, { line }, { when: whole && line !== known, keepPrevious: false })
  useEffect(() => {
    if (!data?.barcode) return
    set({
      ...(data.amount !== null ? { amount: data.amount } : {}),
      ...(data.due_on !== null ? { due_on: data.due_on } : {}),
      // a utility or an authority sells no goods: segments 1, 5 and 7 are town halls, governments and fines
      ...(data.kind === 'bill' && draft.kind === 'supplier' ? (/^8[157]/.test(data.barcode) ? { kind: 'tax', method: 'tax_guide' } : { kind: 'service' }) : {}),
    })
    // only a new line proposes: what the person then corrects stays
    // oxlint-disable-next-line react/exhaustive-deps
  }, [data?.barcode])
  if (!whole || !data) return { fault: null, says: null }
  if (data.fault) return { fault: data.fault, says: null }
  const parts = [
    data.kind === 'boleto' ? `Boleto do banco ${data.bank}` : 'Conta de concessionária ou guia de imposto',
    data.amount === null ? null : `R$ ${money(data.amount)}`,
    data.due_on === null ? null : `vence em ${dateOf(data.due_on)}`,
  ]
  return { fault: null, says: parts.filter(Boolean).join(' · ') }
}
