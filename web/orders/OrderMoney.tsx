import type { OrderPage } from '../../server/orders/contract.ts'
import { Money } from '../components/Values.tsx'

/** Kinds of charge that the buyer pays on top of the goods; the order's total counts them. */
const onTop: Record<string, string> = { freight_buyer: 'Frete pago pelo comprador', interest: 'Juros do parcelamento' }
const charged: Record<string, string> = {
  commission: 'Comissão do canal',
  fixed_fee: 'Taxa fixa do canal',
  payment_fee: 'Taxa do pagamento',
  freight_seller: 'Frete por nossa conta',
  coupon_seller: 'Cupom por nossa conta',
  coupon_channel: 'Cupom pago pelo canal',
  ads: 'Anúncios',
  tax_withheld: 'Imposto retido',
  adjustment: 'Ajuste',
}
const methods: Record<string, string> = {
  credit_card: 'Cartão de crédito',
  debit_card: 'Cartão de débito',
  pix: 'Pix',
  boleto: 'Boleto',
  voucher: 'Vale',
  account_money: 'Saldo no canal',
  bank_transfer: 'Transferência',
  invoice: 'Faturado',
}
/** What comes in although it is written among the charges. */
const comesIn = new Set(['coupon_channel'])

/** What the buyer pays, with what, and what the channel keeps of it as far as it said. */
export function OrderMoney({ order }: { order: OrderPage }) {
  const goods = order.lines.reduce((sum, line) => sum + line.unit_price * line.quantity, 0)
  const discount = order.lines.reduce((sum, line) => sum + line.discount, 0)
  // the discount of a line goes with its units
  const gone =
    order.commercial === 'cancelled'
      ? 0
      : order.lines.reduce((sum, line) => sum + Math.round(((line.unit_price * line.quantity - line.discount) * line.cancelled) / line.quantity), 0)
  const costs = order.charges.filter(({ kind }) => !(kind in onTop))
  return (
    <div className="surface order-money">
      <div>
        <h3>O comprador paga (R$)</h3>
        <dl>
          <Row label="Produtos" centavos={goods} />
          {discount > 0 && <Row label="Descontos" centavos={-discount} />}
          {order.charges.map(({ kind, amount }, index) => kind in onTop && <Row key={index} label={onTop[kind] as string} centavos={amount} />)}
          <Row label="Total" centavos={order.total} total />
          {gone > 0 && <Row label="Cancelado, a devolver" centavos={-gone} />}
        </dl>
      </div>
      <div>
        <h3>Como pagou (R$)</h3>
        <dl>
          {order.payments.map(({ method, installments, amount, reference }, index) => (
            <Row
              key={index}
              label={`${methods[method] ?? method}${installments > 1 ? ` em ${installments}x` : ''}${reference ? ` · cobrança ${reference}` : ''}`}
              centavos={amount}
            />
          ))}
        </dl>
        {order.payments.length === 0 && <p className="quiet">O canal não disse como foi pago.</p>}
      </div>
      <div>
        <h3>Encargos do pedido (R$)</h3>
        <dl>
          {costs.map(({ kind, amount }, index) => (
            <Row key={index} label={charged[kind] ?? kind} centavos={comesIn.has(kind) ? amount : -amount} />
          ))}
        </dl>
        {costs.length === 0 && <p className="quiet">Nenhum encargo informado.</p>}
      </div>
    </div>
  )
}

const Row = ({ label, centavos, total }: { label: string; centavos: number; total?: boolean }) => (
  <div className="money-row" data-total={total || undefined}>
    <dt>{label}</dt>
    <dd>
      <Money centavos={centavos} />
    </dd>
  </div>
)
