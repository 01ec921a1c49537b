import { Button, Modal } from '@mantine/core'
import { IconBuildingBank, IconFileUpload } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { cancelRemittanceEndpoint, downloadRemittance, listRemittances, methodWords, payableBoard, readRemittance } from '../../server/payables/contract.ts'
import type { RemittanceRow } from '../../server/payables/contract.ts'
import { useAct, useRead, useRows } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import type { Tone } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { dateOf } from '../components/days.ts'
import { count } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { AgreementForm } from './AgreementForm.tsx'
import '../components/Lines.css'
import './payables.css'

const columns: Column<RemittanceRow>[] = [
  { key: 'name', title: 'Arquivo', card: 'title', cell: (row) => row.name },
  { key: 'bank', title: 'Conta', long: 'cut', cell: (row) => row.bank.name },
  { key: 'at', title: 'Gerada', width: 140, cell: (row) => <When at={row.written_at} /> },
  { key: 'by', title: 'Por', card: 'hidden', cell: (row) => row.written_by ?? '' },
  { key: 'state', title: 'Situação', card: 'corner', cell: (row) => <State {...told(row)} /> },
  { key: 'payments', title: 'Pagamentos', align: 'right', width: 110, cell: (row) => <span className="number">{row.payments}</span> },
  { key: 'total', title: 'Total (R$)', align: 'right', width: 130, cell: (row) => <Money centavos={row.total} /> },
]

function told({ payments, paid, refused, waiting, cancelled }: RemittanceRow): { tone: Tone; word: string } {
  if (cancelled === payments) return { tone: 'idle', word: 'cancelada' }
  if (refused) return { tone: 'bad', word: count(refused, 'recusado', 'recusados') }
  if (waiting) return { tone: 'info', word: waiting === payments ? 'espera o banco' : count(waiting, 'esperando', 'esperando') }
  return { tone: 'ok', word: paid === payments ? 'paga' : `${paid} de ${payments} pagos` }
}

/** Files for the banks: download again, see what the bank answered. */
export function Remittances() {
  const may = useMay()
  const navigate = useNavigate()
  const [{ remittance: _, ...filters }, filter, clear] = useFilters(listRemittances) as [
    Record<string, string | undefined>,
    (change: object) => void,
    () => void,
  ]
  const opened = (useSearch({ strict: false } as never) as { remittance?: string }).remittance
  const rows = useRows(listRemittances, filters)
  const { data: board } = useRead(payableBoard)
  const [agreement, setAgreement] = useState<number | null>(null)
  const open = (remittance: string | undefined) => void navigate({ to: '.', search: { ...filters, remittance } as never, replace: true })
  const banks = board?.banks ?? []
  return (
    <Page
      title="Remessas"
      back={{ to: '/financeiro/pagar', label: 'Contas a pagar' }}
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          of={[
            { name: 'waiting', label: 'Resposta', spread: true, options: [{ value: 'yes', label: 'Esperam o banco' }] },
            ...(banks.length > 1 ? [{ name: 'bank', label: 'Conta', options: banks.map(({ id, name }) => ({ value: String(id), label: name })) }] : []),
          ]}
        />
      }
    >
      <DataTable
        label="Remessas"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        open={(row) => open(String(row.id))}
        tone={(row) => (row.refused ? 'bad' : undefined)}
        empty={
          <Empty
            icon={IconFileUpload}
            title={Object.keys(filters).length ? 'Nenhuma remessa com estes filtros' : 'Nenhuma remessa ainda'}
            action={
              <Button component={Link} to="/financeiro/pagar" search={{ state: 'approved' } as never} variant="default">
                Ver contas aprovadas
              </Button>
            }
          >
            Escolha contas aprovadas em Contas a pagar e gere o arquivo CNAB 240. O retorno do banco, enviado em Arquivos, diz o que foi pago.
          </Empty>
        }
      />
      {banks.length > 0 && (
        <section className="section" aria-label="Convênios de pagamento">
          <div className="section-head">
            <h2>Convênios de pagamento</h2>
          </div>
          <ul className="surface lines">
            {banks.map((bank) => (
              <li key={bank.id}>
                <IconBuildingBank size={16} aria-hidden />
                <span className="grow">{bank.name}</span>
                <State {...(bank.agreement ? { tone: 'ok', word: 'pronto para remessa' } : { tone: 'idle', word: 'sem convênio' })} />
                {may('money.manage') && (
                  <Button size="compact-sm" variant="default" onClick={() => setAgreement(bank.id)}>
                    {bank.agreement ? 'Alterar' : 'Preencher'}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {opened && <Opened id={Number(opened)} close={() => open(undefined)} />}
      {agreement !== null && <AgreementForm bank={agreement} close={() => setAgreement(null)} />}
    </Page>
  )
}

const outcomes = {
  accepted: { tone: 'info', word: 'agendado' },
  paid: { tone: 'ok', word: 'pago' },
  refused: { tone: 'bad', word: 'recusado' },
  cancelled: { tone: 'idle', word: 'cancelado' },
} as const

function Opened({ id, close }: { id: number; close: () => void }) {
  const may = useMay()
  const { data } = useRead(readRemittance, { remittance: id }, { keepPrevious: false })
  const [asking, setAsking] = useState(false)
  const cancel = useAct(cancelRemittanceEndpoint, { done: 'Remessa cancelada: as contas voltaram a aprovadas', onDone: () => (setAsking(false), close()) })
  if (!data) return null
  const untouched = data.items.every(({ outcome }) => outcome === null)
  return (
    <>
      <Modal opened={!asking} onClose={close} title={data.name} size="xl">
        <div className="stack">
          <p className="pay-hint">
            {data.bank.name} · remessa nº {data.sequence} · gerada <When at={data.written_at} style="full" />
            {data.written_by ? ` por ${data.written_by}` : ''}
          </p>
          <div className="surface pay-scroll" tabIndex={0} role="region" aria-label="Pagamentos da remessa">
            <table className="pay-moves">
              <thead>
                <tr>
                  <th>Quem recebe</th>
                  <th>Forma</th>
                  <th>Pagar em</th>
                  <th>Resposta do banco</th>
                  <th className="right">Valor (R$)</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((item) => (
                  <tr key={item.position}>
                    <td>
                      <Link to={`/financeiro/pagar/${item.payable}` as never}>{item.beneficiary}</Link>
                    </td>
                    <td>{methodWords[item.method]}</td>
                    <td>{dateOf(item.paid_on ?? item.pay_on)}</td>
                    <td>
                      {item.outcome ? <State {...outcomes[item.outcome]} /> : <span className="quiet">espera</span>}
                      {item.answer && <div className="quiet small">{item.answer}</div>}
                    </td>
                    <td className="right">
                      <Money centavos={item.amount} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div className="pay-sum">
            <span>{count(data.payments, 'pagamento', 'pagamentos')}</span>
            <Money centavos={data.total} currency />
          </div>
          {may('money.pay') && (
            <div className="row form-end">
              {untouched && (
                <Button variant="subtle" onClick={() => setAsking(true)}>
                  Cancelar remessa
                </Button>
              )}
              <Download endpoint={downloadRemittance} input={{ remittance: id }} variant="filled">
                Baixar arquivo
              </Download>
            </div>
          )}
        </div>
      </Modal>
      <Confirm
        opened={asking}
        close={() => setAsking(false)}
        title="Cancelar esta remessa?"
        verb="Cancelar remessa"
        danger
        busy={cancel.busy}
        run={() => cancel.run({ remittance: id })}
      >
        Só se o arquivo não foi enviado ao banco. As contas voltam a aprovadas e podem ir em outra remessa; se o banco já tem o arquivo, cancele os pagamentos
        lá.
      </Confirm>
    </>
  )
}
