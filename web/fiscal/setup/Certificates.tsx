import { Button, FileInput, PasswordInput, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCertificate, IconUpload } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { certificateStates, certificatesEndpoint, companiesEndpoint, uploadCertificateEndpoint } from '../../../server/fiscal-setup/contract.ts'
import type { CertificateRow } from '../../../server/fiscal-setup/contract.ts'
import { asRows, call, isRefusal, readAgain, useRead } from '../../client.ts'
import type { Refusal } from '../../client.ts'
import { DataTable } from '../../components/DataTable.tsx'
import { Empty } from '../../components/Empty.tsx'
import { FormFaults } from '../../components/FormFaults.tsx'
import { State } from '../../components/State.tsx'
import type { Tone } from '../../components/State.tsx'
import { TaxId } from '../../components/Values.tsx'
import { count } from '../../components/format.ts'
import { useMay } from '../../session.ts'
import { Page, Section } from '../../shell/Page.tsx'
import { CertificateWarnings } from './CertificateWarnings.tsx'
import { SetupTabs } from './SetupTabs.tsx'

const tones: Record<CertificateRow['state'], Tone> = { good: 'ok', ending: 'warn', expired: 'bad', retired: 'idle' }
const day = (instant: string) => new Date(instant).toLocaleDateString('pt-BR', { timeZone: 'America/Sao_Paulo' })
const left = (row: CertificateRow) =>
  row.state === 'retired'
    ? ''
    : row.days_left < 0
      ? `há ${count(-row.days_left, 'dia', 'dias')}`
      : row.days_left === 0
        ? 'hoje'
        : count(row.days_left, 'dia', 'dias')

/** `/fiscal/certificado`: the A1 of each company, and the way to send a new one. */
export function Certificates() {
  const certificates = useRead(certificatesEndpoint)
  const may = useMay()('fiscal.manage')
  return (
    <Page title="Certificado digital" filters={<SetupTabs />}>
      <CertificateWarnings here />
      {may && <Upload />}
      <Section title="Certificados">
        <DataTable
          label="Certificados"
          rows={asRows(certificates, (answer) => answer.rows)}
          rowKey={(row) => row.id}
          tone={(row) => (row.state === 'expired' ? 'bad' : row.state === 'ending' ? 'warn' : undefined)}
          columns={[
            { key: 'holder', title: 'Titular', card: 'title', long: 'cut', cell: (row: CertificateRow) => row.holder },
            { key: 'cnpj', title: 'CNPJ', cell: (row) => <TaxId of={row.cnpj} /> },
            { key: 'company', title: 'Empresa', cell: (row) => row.company.name },
            { key: 'issuer', title: 'Autoridade', long: 'cut', cell: (row) => row.issuer },
            { key: 'to', title: 'Vale até', align: 'right', width: 100, cell: (row) => <span className="number">{day(row.valid_to)}</span> },
            { key: 'left', title: 'Vence em', align: 'right', width: 100, cell: (row) => <span className="number">{left(row)}</span> },
            { key: 'who', title: 'Enviado por', cell: (row) => row.uploaded_by ?? '' },
            {
              key: 'state',
              title: 'Situação',
              card: 'corner',
              width: 150,
              cell: (row) => <State tone={tones[row.state]} word={capital(certificateStates[row.state])} />,
            },
          ]}
          empty={
            <Empty icon={IconCertificate} title="Nenhum certificado">
              O A1 é o arquivo .pfx ou .p12 que a certificadora entrega com uma senha. Com ele as notas são assinadas aqui.
            </Empty>
          }
        />
      </Section>
    </Page>
  )
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function Upload() {
  const { company: asked } = useSearch({ strict: false } as never) as { company?: string }
  const { data } = useRead(companiesEndpoint)
  const [chosen, setChosen] = useState<string | null>(null)
  const [file, setFile] = useState<File | null>(null)
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const companies = data?.rows ?? []
  const company = chosen ?? companies.find(({ id }) => String(id) === asked)?.id.toString() ?? (companies.length === 1 ? String(companies[0]!.id) : null)
  if (data && companies.length === 0) return null
  const send = async () => {
    if (!file || !company) return
    setBusy(true)
    setRefusal(null)
    try {
      const kept = await call(uploadCertificateEndpoint, { company: Number(company) }, { file, secret: { password } })
      notifications.show({ message: `Certificado de ${kept.holder} guardado, vale até ${day(kept.valid_to)}`, color: 'petrol', autoClose: 5000 })
      setFile(null)
      void readAgain()
    } catch (error) {
      if (!isRefusal(error)) throw error
      setRefusal(error)
    } finally {
      // a password is not kept longer than its one use
      setPassword('')
      setBusy(false)
    }
  }
  return (
    <form
      className="surface setup-form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h2>Enviar o certificado A1</h2>
      <div className="three">
        {companies.length > 1 && (
          <Select
            label="Empresa"
            placeholder="De quem é"
            data={companies.map(({ id, trade_name }) => ({ value: String(id), label: trade_name }))}
            value={company}
            onChange={setChosen}
            allowDeselect={false}
          />
        )}
        <FileInput
          label="Arquivo"
          placeholder="Escolher o .pfx ou .p12"
          accept=".pfx,.p12,application/x-pkcs12"
          value={file}
          onChange={setFile}
          leftSection={<IconUpload size={16} />}
          clearable
        />
        <PasswordInput
          label="Senha do certificado"
          autoComplete="off"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Mostrar a senha' }}
        />
      </div>
      <p className="quiet small">A chave é guardada cifrada; o arquivo e a senha não são guardados. O certificado anterior deixa de ser usado.</p>
      <FormFaults refusal={refusal} />
      <div className="row form-end">
        <Button type="submit" loading={busy} disabled={!file || !company}>
          Enviar certificado
        </Button>
      </div>
    </form>
  )
}
