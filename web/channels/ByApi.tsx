import { CopyButton, Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'

/** The same orders, sent by a machine. */
export function ByApi() {
  const may = useMay()
  const example = `curl ${location.origin}/orders \\
  -H "Authorization: Bearer SUA-CHAVE" \\
  -H "Idempotency-Key: venda-1001-v1" \\
  -H "Content-Type: application/json" \\
  -d '{
    "account": "loja",
    "external_id": "1001",
    "placed_at": "${new Date().toISOString().slice(0, 10)}T09:30:00-03:00",
    "buyer": { "name": "Ana Souza", "document": "529.982.247-25" },
    "ship_to": { "cep": "30140-071", "street": "Rua da Bahia", "number": "1000" },
    "lines": [{ "sku": "CAN-PET", "quantity": 2, "unit_price": 4990 }]
  }'`
  return (
    <Section
      title="Por API"
      action={
        <CopyButton value={example}>
          {({ copied, copy }) => (
            <Button variant="subtle" size="compact-sm" leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />} onClick={copy}>
              {copied ? 'Copiado' : 'Copiar'}
            </Button>
          )}
        </CopyButton>
      }
    >
      <div className="surface by-api">
        <p>
          Um pedido, uma lista ou <code>{'{ "orders": [...] }'}</code> de até 500. Valores em centavos. Repetir com a mesma <code>Idempotency-Key</code> não
          duplica, e cada pedido é julgado sozinho: um ruim não segura os outros. O campo a campo está na{' '}
          <a href="/docs" target="_blank" rel="noreferrer">
            documentação da API
          </a>
          .
          {may('people.manage') && (
            <>
              {' '}
              A chave se cria em{' '}
              <Link to="/configuracoes/$part" params={{ part: 'chaves' }}>
                Chaves de API
              </Link>
              .
            </>
          )}
        </p>
        <pre tabIndex={0} aria-label="Exemplo com curl">
          {example}
        </pre>
      </div>
    </Section>
  )
}
