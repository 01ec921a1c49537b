import { Radio } from '@mantine/core'
import { useState } from 'react'
import { starterRulesEndpoint } from '../../../server/fiscal-setup/contract.ts'
import { useAct } from '../../client.ts'
import { EditModal } from '../../settings/EditModal.tsx'

/** Three questions, and a set of suggestions for the accountant. */
export function StarterRules({ close }: { close: () => void }) {
  const [regime, setRegime] = useState<'simples' | 'normal'>('simples')
  const [goods, setGoods] = useState<'resale' | 'own'>('resale')
  const [contributions, setContributions] = useState<'cumulative' | 'non_cumulative'>('cumulative')
  const save = useAct(starterRulesEndpoint, {
    quiet: true,
    done: ({ added }) => (added ? `${added} sugestões criadas: confira com o contador e confirme` : 'Já havia regra para tudo o que o conjunto traz'),
    onDone: close,
  })
  return (
    <EditModal
      opened
      close={close}
      title="Conjunto pronto de regras"
      verb="Criar sugestões"
      send={() => save.run({ regime, goods, contributions })}
      busy={save.busy}
      refusal={save.refusal}
      fields={[]}
    >
      <p className="quiet">
        Vendas, devoluções, trocas, garantia, conserto e transferência, como sugestão a conferir com o contador. O que já existe não muda.
      </p>
      <Radio.Group label="Regime da empresa" value={regime} onChange={(value) => setRegime(value as typeof regime)}>
        <div className="stack radios">
          <Radio value="simples" label="Simples Nacional ou MEI (CSOSN 102)" data-autofocus />
          <Radio value="normal" label="Normal: lucro presumido ou real (CST 00)" />
        </div>
      </Radio.Group>
      <Radio.Group label="O que vende" value={goods} onChange={(value) => setGoods(value as typeof goods)}>
        <div className="stack radios">
          <Radio value="resale" label="Compra e revende (CFOP 5102, 6108, 6102)" />
          <Radio value="own" label="Produção própria (CFOP 5101, 6107, 6101)" />
        </div>
      </Radio.Group>
      {regime === 'normal' && (
        <Radio.Group label="PIS e COFINS" value={contributions} onChange={(value) => setContributions(value as typeof contributions)}>
          <div className="stack radios">
            <Radio value="cumulative" label="Cumulativo, lucro presumido (0,65 % e 3 %)" />
            <Radio value="non_cumulative" label="Não cumulativo, lucro real (1,65 % e 7,6 %)" />
          </div>
        </Radio.Group>
      )}
    </EditModal>
  )
}
