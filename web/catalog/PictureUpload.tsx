import { Button, FileButton } from '@mantine/core'
import { IconCamera } from '@tabler/icons-react'
import { useState } from 'react'
import type { DragEvent } from 'react'
import { savePictureEndpoint } from '../../server/catalog/contract.ts'
import type { ProductPage } from '../../server/catalog/contract.ts'
import { useAct } from '../client.ts'
import { ProductPicture } from '../components/Picture.tsx'

/** The picture that pickers and packers compare with what they hold. Chosen, photographed, or dropped onto it. */
export function PictureUpload({ product, may }: { product: ProductPage; may: boolean }) {
  const [version, setVersion] = useState<number>()
  const [over, setOver] = useState(false)
  const save = useAct(savePictureEndpoint, { done: 'Foto salva', onDone: () => setVersion(Date.now()) })
  const send = (file: File | null | undefined) => file && may && save.run({ product: product.id }, file)
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault()
    setOver(inside)
  }
  return (
    <div
      className="product-picture"
      data-over={over || undefined}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event)
        send(event.dataTransfer.files[0])
      }}
    >
      <ProductPicture key={version} product={product.id} name={product.name} size="100%" has={product.has_picture} version={version} />
      {may && (
        <FileButton accept="image/png,image/jpeg,image/webp,image/svg+xml" onChange={send}>
          {(props) => (
            <Button {...props} variant="default" size="compact-sm" leftSection={<IconCamera size={15} />} loading={save.busy}>
              {product.has_picture ? 'Trocar a foto' : 'Pôr uma foto'}
            </Button>
          )}
        </FileButton>
      )}
    </div>
  )
}
