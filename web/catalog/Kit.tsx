import { ActionIcon, Button, NumberInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { saveKitEndpoint } from '../../server/catalog/contract.ts'
import type { ProductPage } from '../../server/catalog/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults } from '../components/FormFaults.tsx'
import { ProductPicture } from '../components/Picture.tsx'
import { State } from '../components/State.tsx'
import { count, number } from '../components/format.ts'
import { Section } from '../shell/Page.tsx'
import { ProductPicker } from './ProductPicker.tsx'

type Component = ProductPage['components'][number]

/** What one kit is made of, and how many the shelves allow: the scarcest component decides. */
export function Kit({ product, may }: { product: ProductPage; may: boolean }) {
  const [draft, setDraft] = useState<Component[] | null>(null)
  const save = useAct(saveKitEndpoint, {
    quiet: true,
    onDone: () => setDraft(null),
    done: ({ available }, { components }) => (components.length ? `Composição salva: dá para montar ${number(available)}` : 'Agora é um produto simples'),
  })
  const components = draft ?? product.components
  const most = components.map((component) => Math.floor(Math.max(component.free, 0) / component.quantity))
  const scarcest = Math.min(...most)
  const same = draft !== null && JSON.stringify(draft.map(sent)) === JSON.stringify(product.components.map(sent))
  if (product.kind === 'simple' && draft === null)
    return product.part_of.length > 0 || product.places.length > 0 ? null : (
      <p className="quiet small">
        Vende vários produtos juntos com este código?{' '}
        <Button variant="subtle" size="compact-sm" onClick={() => setDraft([])}>
          Compor um kit
        </Button>
      </p>
    )
  return (
    <Section
      title="Composição do kit"
      action={components.length > 0 && <span className="quiet">{most.length > 0 && `Dá para montar ${count(scarcest, 'kit', 'kits')}`}</span>}
    >
      <div className="surface">
        {components.length > 0 && (
          <ul className="lines">
            {components.map((component, index) => (
              <li key={component.product} className="kit-line">
                <ProductPicture product={component.product} name={component.name} size={32} beside />
                <span className="grow">
                  <Link to="/catalogo/$product" params={{ product: String(component.product) }}>
                    {component.name}
                  </Link>
                  <br />
                  <span className="quiet small">
                    <span className="code">{component.sku}</span> · {count(component.free, 'livre', 'livres')}, dá {count(most[index]!, 'kit', 'kits')}
                  </span>
                </span>
                {most[index] === scarcest && components.length > 1 && (
                  <State tone={scarcest === 0 ? 'bad' : 'info'} word={scarcest === 0 ? 'Falta' : 'Limita'} title="É o componente que menos kits permite" />
                )}
                {may ? (
                  <>
                    <NumberInput
                      aria-label={`Quantidade de ${component.name} por kit`}
                      w={84}
                      suffix=" un."
                      decimalScale={0}
                      min={1}
                      max={1000}
                      value={component.quantity}
                      onChange={(value) =>
                        setDraft(components.map((other) => (other === component ? { ...component, quantity: Math.max(1, Number(value) || 1) } : other)))
                      }
                    />
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Tirar ${component.name} do kit`}
                      onClick={() => setDraft(components.filter((other) => other !== component))}
                    >
                      <IconX size={16} />
                    </ActionIcon>
                  </>
                ) : (
                  <span className="number">{component.quantity} un.</span>
                )}
              </li>
            ))}
          </ul>
        )}
        {may && (
          <div className="line-form">
            <ProductPicker
              // a chosen one moves to the list above: the field starts anew
              key={components.length}
              className="grow"
              label={components.length ? 'Mais um componente' : 'Primeiro componente'}
              value={null}
              kind="simple"
              without={[product.id, ...components.map((component) => component.product)]}
              change={(picked) =>
                picked && setDraft([...components, { product: picked.id, sku: picked.sku, name: picked.name, free: picked.free, quantity: 1 }])
              }
            />
          </div>
        )}
        {draft !== null && (
          <div className="line-form">
            <div className="whole">
              <FormFaults refusal={save.refusal} />
              {draft.length === 0 && product.kind === 'kit' && <p className="quiet">Sem componentes, volta a ser um produto simples, com estoque próprio.</p>}
            </div>
            <div className="row form-end whole">
              <Button
                variant="default"
                onClick={() => {
                  setDraft(null)
                  save.reset()
                }}
              >
                Desfazer
              </Button>
              <Button
                loading={save.busy}
                disabled={same || (draft.length === 0 && product.kind === 'simple')}
                onClick={() => save.run({ product: product.id, components: draft.map(sent) })}
              >
                Salvar composição
              </Button>
            </div>
          </div>
        )}
      </div>
    </Section>
  )
}

const sent = ({ product, quantity }: Component) => ({ product, quantity })
