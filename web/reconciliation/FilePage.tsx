import { Button, Select } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { listBanks } from '../../server/bank/contract.ts'
import {
  answerMoneyFile,
  downloadMoneyFile,
  faultyRows,
  fileChoices,
  fileOrigins,
  readMoneyFileAgain,
  readMoneyFilePage,
} from '../../server/reconciliation/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { BankForm } from '../bank/BankForm.tsx'
import { useAct, useRead } from '../client.ts'
import { Download } from '../components/Download.tsx'
import { Failed } from '../components/Empty.tsx'
import { Progress } from '../components/Progress.tsx'
import { State } from '../components/State.tsx'
import { Code, Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count, number } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { MappingForm } from './MappingForm.tsx'
import { fileState, sizeOf } from './words.ts'
import '../components/Lines.css'
import './reconciliation.css'

type File = AnswerOf<typeof readMoneyFilePage>

/** One file: what it said, what must be said of it, or why it was refused. */
export function FilePage() {
  const { file: written } = useParams({ strict: false }) as { file: string }
  const id = Number(written)
  const may = useMay()
  const { data: file, error, refetch } = useRead(readMoneyFilePage, { file: id })
  const again = useAct(readMoneyFileAgain, { done: 'O arquivo será lido de novo' })
  if (error && !file) return <Failed error={error} retry={() => void refetch()} />
  if (!file)
    return (
      <Page title="Arquivo" back={{ to: '/financeiro/arquivos', label: 'Arquivos' }}>
        {null}
      </Page>
    )
  return (
    <Page
      title={file.name}
      aside={<State {...fileState(file.state)} />}
      back={{ to: '/financeiro/arquivos', label: 'Arquivos' }}
      action={
        <>
          <Download endpoint={downloadMoneyFile} input={{ file: id }}>
            Baixar o original
          </Download>
          {file.state === 'refused' && may('money.reconcile') && (
            <Button leftSection={<IconRefresh size={16} />} loading={again.busy} onClick={() => again.run({ file: id })}>
              Ler de novo
            </Button>
          )}
        </>
      }
    >
      {file.state === 'reading' && <Progress done={Math.round(file.done / 1024)} of={Math.max(1, Math.round(file.bytes / 1024))} what="kB lidos" />}
      {file.state === 'needs' && may('money.reconcile') && <Question file={file} />}
      {file.faults_list.length > 0 && (
        <Section
          title={`${count(file.faults_list.length, 'problema', 'problemas')}: nada deste arquivo entrou`}
          action={
            <Download endpoint={faultyRows} input={{ file: id }}>
              {'Baixar as linhas'}
            </Download>
          }
        >
          <div className="surface file-table">
            <table className="plain-table">
              <thead>
                <tr>
                  <th className="number">Linha</th>
                  <th>Coluna</th>
                  <th>Problema</th>
                  <th>Como resolver</th>
                </tr>
              </thead>
              <tbody>
                {file.faults_list.map((fault, index) => (
                  <tr key={index}>
                    <td className="number">{fault.row ?? 'todo'}</td>
                    <td>{fault.column}</td>
                    <td>{fault.message}</td>
                    <td>{fault.cure}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
      {file.state === 'known' && file.known && (
        <p>
          Os mesmos bytes já tinham chegado em <When at={file.known.at} style="full" />:{' '}
          <Link to="/financeiro/arquivos/$file" params={{ file: String(file.known.id) }}>
            {file.known.name}
          </Link>
          .
        </p>
      )}
      <Section title="O arquivo">
        <dl className="surface settle-facts padded">
          <Fact title="O que é" value={file.format_words} />
          <Fact
            title="De quem"
            value={
              file.account !== null ? (
                <Link to="/financeiro/repasses/$account" params={{ account: String(file.account) }}>
                  {file.whose}
                </Link>
              ) : (
                file.whose
              )
            }
          />
          <Fact title="Colunas lidas por" value={file.mapping?.name} />
          <Fact title="Linhas" value={file.lines === null ? null : `${number(file.lines)}, das quais ${number(file.fresh ?? 0)} novas`} />
          {file.credit !== null && (
            <Fact
              title="Entrou e saiu"
              value={
                <>
                  <Money centavos={file.credit} currency /> e <Money centavos={file.debit} currency />
                </>
              }
            />
          )}
          <Fact title="Tamanho" value={sizeOf(file.bytes)} />
          <Fact
            title="Chegou"
            value={
              <>
                <When at={file.received_at} style="full" />, {fileOrigins[file.origin]}
                {file.received_by && ` por ${file.received_by}`}
              </>
            }
          />
          <Fact title="SHA-256" value={<Code of={file.sha256} />} />
        </dl>
      </Section>
      {file.state !== 'needs' && file.notices.length > 0 && (
        <Section title="Avisos">
          <ul className="surface settle-said padded">
            {file.notices.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  )
}

const Fact = ({ title, value }: { title: string; value: React.ReactNode }) =>
  value ? (
    <>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </>
  ) : null

/** What is missing for the file to be read. */
function Question({ file }: { file: File }) {
  const { data } = useRead(fileChoices)
  const answer = useAct(answerMoneyFile, { done: 'Obrigado: o arquivo está sendo lido' })
  const [chosen, choose] = useState<string | null>(file.needs === 'account_sure' && file.account !== null ? String(file.account) : null)
  const [making, setMaking] = useState(false)
  const banks = useRead(listBanks, {}, { when: making }).data
  const manage = useMay()('money.manage')
  if (file.needs === 'mapping' && file.table) return <MappingForm file={file.id} table={file.table} />
  const bank = file.needs === 'bank_account'
  return (
    <Section title={file.said ?? 'De quem é este arquivo?'}>
      <form
        className="surface padded row"
        onSubmit={(event) => {
          event.preventDefault()
          answer.run({ file: file.id, ...(bank ? { bank_account: Number(chosen) } : { account: Number(chosen) }) })
        }}
      >
        <Select
          aria-label={bank ? 'Conta bancária' : 'Canal'}
          placeholder={bank ? 'Escolha a conta bancária' : 'Escolha o canal'}
          searchable
          w={280}
          data={(bank ? data?.banks : data?.accounts)?.map(({ id, name }) => ({ value: String(id), label: name })) ?? []}
          value={chosen}
          onChange={choose}
        />
        <Button type="submit" disabled={!chosen} loading={answer.busy}>
          Continuar
        </Button>
        {bank && file.offers && manage && (
          <Button variant="default" onClick={() => setMaking(true)}>
            Cadastrar a conta {file.offers.number}
          </Button>
        )}
      </form>
      {making && banks && file.offers && (
        <BankForm
          bank={null}
          offers={file.offers}
          companies={banks.companies}
          today={banks.today}
          close={() => setMaking(false)}
          made={(account) => answer.run({ file: file.id, bank_account: account })}
        />
      )}
    </Section>
  )
}
