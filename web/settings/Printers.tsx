import { Button, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core'
import { IconPlus, IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'
import { addPrinterEndpoint, changePrinterEndpoint, printersEndpoint } from '../../server/people/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { faultOf } from '../components/FormFaults.tsx'
import { EditModal } from './EditModal.tsx'
import { Part } from './Part.tsx'

type Printer = AnswerOf<typeof printersEndpoint>['rows'][number]
const ways = { network: 'Rede', browser: 'Navegador' } as const

/** Where labels come out: a label printer on the network, or whatever the browser prints to. */
export function Printers() {
  const printers = useRead(printersEndpoint)
  const [editing, setEditing] = useState<Printer | 'new' | null>(null)
  const create = () => setEditing('new')
  return (
    <Part
      title="Impressoras"
      says="Cada bancada imprime na sua: escolha em Estações."
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={create}>
          Nova impressora
        </Button>
      }
    >
      <DataTable
        label="Impressoras"
        rows={asRows(printers, (answer) => answer.rows)}
        rowKey={(printer) => printer.id}
        open={setEditing}
        columns={[
          { key: 'name', title: 'Nome', card: 'title', cell: (printer) => printer.name },
          { key: 'kind', title: 'Por onde', cell: (printer) => ways[printer.kind as keyof typeof ways] },
          { key: 'language', title: 'Formato', cell: (printer) => printer.language.toUpperCase() },
          {
            key: 'host',
            title: 'Endereço',
            cell: (printer) =>
              printer.kind === 'network' ? (
                <span className="code">{`${printer.host}:${printer.port}`}</span>
              ) : (
                <span className="quiet">a do computador da bancada</span>
              ),
          },
        ]}
        empty={
          <Empty icon={IconPrinter} title="Nenhuma impressora" action={{ label: 'Nova impressora', run: create }}>
            Sem impressora, a etiqueta abre na tela para imprimir.
          </Empty>
        }
      />
      {editing && <PrinterForm printer={editing === 'new' ? null : editing} close={() => setEditing(null)} />}
    </Part>
  )
}

function PrinterForm({ printer, close }: { printer: Printer | null; close: () => void }) {
  const [name, setName] = useState(printer?.name ?? '')
  const [kind, setKind] = useState(printer?.kind === 'browser' ? ('browser' as const) : ('network' as const))
  const [language, setLanguage] = useState<'zpl' | 'pdf'>(printer?.language === 'pdf' ? 'pdf' : 'zpl')
  const [dpi, setDpi] = useState<203 | 300>(printer?.dpi === 300 ? 300 : 203)
  const [host, setHost] = useState(printer?.host ?? '')
  const [port, setPort] = useState<number | string>(printer?.port ?? 9100)
  const options = { quiet: true, done: 'Impressora salva', onDone: close } as const
  const add = useAct(addPrinterEndpoint, options)
  const change = useAct(changePrinterEndpoint, options)
  const refusal = add.refusal ?? change.refusal
  function send() {
    const body = {
      name,
      kind,
      language: kind === 'browser' ? ('pdf' as const) : language,
      dpi,
      host: kind === 'network' ? host.trim() || null : null,
      port: Number(port) || 9100,
    }
    if (printer) change.run({ printer: printer.id, ...body })
    else add.run(body)
  }
  return (
    <EditModal
      opened
      close={close}
      title={printer ? printer.name : 'Nova impressora'}
      send={send}
      busy={add.busy || change.busy}
      refusal={refusal}
      fields={['name', 'host', 'port', 'language', 'dpi']}
    >
      <TextInput
        label="Nome"
        placeholder="Por exemplo: Zebra da bancada 1"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(refusal, 'name')}
        data-autofocus
      />
      <SegmentedControl
        aria-label="Por onde imprime"
        fullWidth
        value={kind}
        onChange={(value) => setKind(value as typeof kind)}
        data={[
          { value: 'network', label: 'Impressora de etiquetas na rede' },
          { value: 'browser', label: 'Pelo navegador' },
        ]}
      />
      {kind === 'network' ? (
        <>
          <div className="two">
            <TextInput
              label="Endereço na rede"
              placeholder="192.168.0.50"
              classNames={{ input: 'code' }}
              value={host}
              onChange={(event) => setHost(event.currentTarget.value)}
              error={faultOf(refusal, 'host')}
            />
            <NumberInput label="Porta" thousandSeparator="" decimalScale={0} value={port} onChange={setPort} error={faultOf(refusal, 'port')} />
          </div>
          <Select
            label="Resolução"
            description="Está na etiqueta de trás; as barras saem em pontos inteiros dela"
            data={[
              { value: '203', label: '203 dpi (8 pontos por mm)' },
              { value: '300', label: '300 dpi (12 pontos por mm)' },
            ]}
            value={String(dpi)}
            onChange={(value) => value && setDpi(value === '300' ? 300 : 203)}
            allowDeselect={false}
            error={faultOf(refusal, 'dpi')}
          />
          <Select
            label="Formato"
            description="ZPL para Zebra e as que falam a língua dela"
            data={[
              { value: 'zpl', label: 'ZPL' },
              { value: 'pdf', label: 'PDF' },
            ]}
            value={language}
            onChange={(value) => value && setLanguage(value as typeof language)}
            allowDeselect={false}
            error={faultOf(refusal, 'language')}
          />
        </>
      ) : (
        <p className="quiet small">A etiqueta abre como PDF de 100 × 150 mm e o computador da bancada imprime.</p>
      )}
    </EditModal>
  )
}
