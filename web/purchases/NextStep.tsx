import { Alert, Button } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { count } from '../components/format.ts'
import type { Received } from './ReceivedPage.tsx'

/** The one thing to do now with a nota, in a sentence. */
export function NextStep({ nota, aware }: { nota: Received; aware: (() => void) | null }) {
  const receipt = nota.receipt && (
    <Link to="/estoque/recebimentos/$receipt" params={{ receipt: String(nota.receipt.id) }}>
      recebimento nº {nota.receipt.id}
    </Link>
  )
  switch (nota.work) {
    case 'stop':
      return (
        <Said tone="bad" title="O emitente cancelou esta nota depois de ela virar lista de recebimento">
          Pare o {receipt} e fale com o fornecedor: a mercadoria precisa de uma nota nova, ou volta.
        </Said>
      )
    case 'wait_xml':
      return (
        <Said tone="info" title="Só o resumo desta nota chegou">
          {nota.manifestation === 'none'
            ? nota.under_way
              ? 'A ciência está a caminho da SEFAZ; depois dela o XML vem sozinho.'
              : 'A SEFAZ entrega o XML inteiro depois da ciência.'
            : 'A ciência foi dada: o XML chega na próxima busca, em até uma hora.'}
          {nota.manifestation === 'none' && !nota.under_way && aware && (
            <Button size="compact-sm" variant="default" onClick={aware} ml={10}>
              Dar ciência
            </Button>
          )}
        </Said>
      )
    case 'match':
      return (
        <Said tone="warn" title={`${count(nota.unmatched, 'item não tem', 'itens não têm')} produto`}>
          Diga abaixo que produto é cada um; nas próximas notas deste fornecedor isso já vem ligado.
        </Said>
      )
    case 'receiving':
      return (
        <Said tone="info" title="A mercadoria está sendo recebida">
          A contagem está no {receipt}. Quando ela for encerrada, confirme a operação aqui.
        </Said>
      )
    case 'confirm':
      return (
        <Said tone={nota.differences ? 'warn' : 'info'} title="Falta confirmar a operação à SEFAZ">
          {nota.receipt ? (
            <>
              O {receipt} foi encerrado
              {nota.differences
                ? ` com diferença de ${count(nota.differences, 'unidade', 'unidades')}: acerte com o fornecedor antes de confirmar.`
                : ' sem diferença.'}
            </>
          ) : (
            'Nenhum item desta nota entra no estoque: se a operação aconteceu, confirme.'
          )}
        </Said>
      )
    default:
      return null
  }
}

const Said = ({ tone, title, children }: { tone: 'info' | 'warn' | 'bad'; title: string; children: ReactNode }) => (
  <Alert className="order-warning" data-tone={tone} icon={tone === 'info' ? <IconInfoCircle size={18} /> : <IconAlertTriangle size={18} />} title={title}>
    {children}
  </Alert>
)
