import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { kindWords, methodWords } from '../../server/payables/contract.ts'
import { Code, Money, TaxId } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { dateOf } from '../components/days.ts'
import type { Payable } from './PayablePage.tsx'

/** All that is known of a payable; `terms` opens what was agreed with its supplier. */
export function Facts({ payable, terms }: { payable: Payable; terms: (() => void) | null }) {
  const facts: [string, React.ReactNode][] = [
    ['Tipo', `${kindWords[payable.kind]}${payable.every_months ? `, a cada ${payable.every_months === 1 ? 'mês' : `${payable.every_months} meses`}` : ''}`],
    [
      'CPF ou CNPJ',
      payable.document ? (
        <TaxId of={payable.document} />
      ) : payable.barcode?.startsWith('8') ? null : (
        <span className="quiet">falta, para pagar por remessa</span>
      ),
    ],
    ['Descrição', payable.description || null],
    ['Número', payable.number],
    ['Nota', payable.nota && <Link to={`/fiscal/recebidas/${payable.nota}` as never}>NF-e {payable.nota_number}</Link>],
    ['Emissão', payable.issued_on && dateOf(payable.issued_on)],
    ['Empresa', payable.company?.name],
    ['Como se paga', methodWords[payable.method]],
    [
      'Linha digitável',
      payable.typed_line ? (
        <Code of={grouped(payable.typed_line)} />
      ) : (payable.method === 'boleto' || payable.method === 'tax_guide') && payable.state !== 'paid' ? (
        <span className="quiet">{payable.method === 'boleto' ? 'falta, para pagar por remessa' : 'sem código de barras não vai por remessa'}</span>
      ) : null,
    ],
    ['Chave Pix', payable.pix_key && <Code of={payable.pix_key} />],
    [
      'Banco',
      payable.bank_details &&
        `${payable.bank_details.bank}, agência ${payable.bank_details.branch}, conta ${payable.bank_details.account}-${payable.bank_details.digit}`,
    ],
    [
      'Mercadoria',
      payable.kind !== 'supplier' ? null : payable.goods === payable.amount ? (
        payable.nota === null ? (
          'toda; entra no estoque pelo recebimento'
        ) : (
          'toda para o estoque'
        )
      ) : payable.goods === 0 ? (
        'nada para o estoque: despesa'
      ) : (
        <>
          <Money centavos={payable.goods} currency /> para o estoque
        </>
      ),
    ],
    ['Lançada por', payable.typed_by],
    [
      'Aprovada',
      payable.approved_at && (
        <>
          <When at={payable.approved_at} /> por {payable.approved_by}
        </>
      ),
    ],
    [
      'Paga pela conta',
      payable.bank &&
        (payable.bank_line ? <Link to={`/financeiro/rastro/${payable.bank_line}` as never}>{payable.bank.name}, linha do extrato</Link> : payable.bank.name),
    ],
    ['Cancelada por', payable.cancelled_reason],
  ]
  return (
    <div className="surface">
      <dl className="pay-facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {payable.supplier !== null && terms && (
        <div className="padded">
          <Button variant="default" size="compact-sm" onClick={terms}>
            Prazos e pagamento deste fornecedor
          </Button>
        </div>
      )}
    </div>
  )
}

/** As printed on the boleto, so that it can be compared by eye. */
const grouped = (line: string) =>
  line.length === 47
    ? line.replace(/^(\d{5})(\d{5})(\d{5})(\d{6})(\d{5})(\d{6})(\d)(\d{14})$/, '$1.$2 $3.$4 $5.$6 $7 $8')
    : line.replace(/^(\d{11})(\d)(\d{11})(\d)(\d{11})(\d)(\d{11})(\d)$/, '$1-$2 $3-$4 $5-$6 $7-$8')
