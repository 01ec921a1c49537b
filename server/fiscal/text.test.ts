import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fiscalText } from './text.ts'

/** TString of the schemas, and no control letters, which the schema lets pass. */
const tString = /^(?:[!-ÿ][ -ÿ]*[!-ÿ]|[!-ÿ])$/
const controls = /[\u007f-\u00a0\u00ad]/

describe('fiscal text', () => {
  it('writes what people paste as the layout takes it', () => {
    expect(fiscalText('  João d’Ávila –\t“Zé”… 😀👩‍👩‍👧 \r\n Ltda\u200b ', 60)).toBe('João d\'Ávila - "Zé"... Ltda')
    expect(fiscalText('Joa\u0303o e Conceic\u0327a\u0303o', 60)).toBe('João e Conceição')
    expect(fiscalText('Łódź Škoda Œuvre ŐŰ ﬁm Ａ１ ™ € № •', 60)).toBe('Lódz Skoda OEuvre OU fim A1 TM EUR No -')
    expect(fiscalText('São\u00a0Paulo nº 1ª ½', 60)).toBe('São Paulo nº 1ª ½')
    expect(fiscalText('北京 Москва', 60)).toBe('')
    expect(fiscalText('\ud83d solto', 60)).toBe('solto')
  })
  it('cuts on a whole letter and leaves no space at the end', () => {
    expect(fiscalText('Rua das Flores', 4)).toBe('Rua')
    expect(fiscalText('ação', 2)).toBe('aç')
    expect(fiscalText('ac\u0327a\u0303o', 2)).toBe('aç')
    expect(fiscalText('a'.repeat(300), 60)).toHaveLength(60)
  })
  it('makes of any text a TString of the schema or nothing, and twice changes nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc.string({ unit: 'grapheme', maxLength: 200 }),
          fc.string({ unit: fc.constantFrom(...' \t\u00a0\u00ad-ãŽ“…😀x') }),
        ),
        fc.integer({ min: 1, max: 60 }),
        (text, max) => {
          const written = fiscalText(text, max)
          expect(written.length).toBeLessThanOrEqual(max)
          if (written !== '') expect(written).toMatch(tString)
          expect(written).not.toMatch(controls)
          expect(written).not.toContain('  ')
          expect(fiscalText(written, max)).toBe(written)
        },
      ),
      { numRuns: 3000 },
    )
  })
})
