import { deliveryList } from '../../server/partners/contract.ts'
import { useRead } from '../client.ts'
import { Section } from '../shell/Page.tsx'
import { Deliveries } from './Deliveries.tsx'

/** Who got the nota's XML, on its page; nothing where no partner is set up. */
export function WhoGotIt({ nota }: { nota: number }) {
  const { data } = useRead(deliveryList, { nota, limit: 100 })
  if (!data?.rows.length) return null
  return (
    <Section title="Entrega do XML">
      <div className="surface padded">
        <Deliveries nota={nota} />
      </div>
    </Section>
  )
}
