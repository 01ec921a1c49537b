import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { explain, knownCodes } from './status-codes.ts'
import type { Action } from './status-codes.ts'

const published = new URL('../../../shared/fiscal/tables/cstat.json', import.meta.url)
const there = existsSync(published)
if (!there) console.log('skipped: comparison with ../shared/fiscal/tables/cstat.json, which is not here')
const official = new Map<number, { text: string; good: boolean }>()
if (there)
  for (const row of JSON.parse(readFileSync(published, 'utf8')) as { cod: string; msg: string | null; status: string | null }[])
    if (row.cod) official.set(Number(row.cod), { text: row.msg ?? '', good: row.status === '1' })

test('every automatic action of the emission stands in the catalogue', () => {
  const wanted: [Action, number[]][] = [
    ['authorised', [100, 120, 150]],
    ['cancelled', [101, 151, 155, 218]],
    ['done', [102, 107, 128, 135, 136, 137, 138, 256, 563, 573]],
    ['wait', [103, 105, 635]],
    ['consult', [104, 106, 204]],
    ['resend', [217]],
    ['uncertain', [999]],
    ['hold', [108, 109, 113, 114]],
    ['stop_cnpj', [656, 280, 281, 282, 283, 284, 290]],
    ['denied', [110, 205, 301, 302, 303]],
    ['skip_number', [206, 539, 561, 562, 613]],
    ['bug', [215, 225, 297, 402, 404, 452, 588, 598]],
    ['fix', [219, 220, 221, 228, 232, 233, 234, 275, 501, 610, 611, 629, 630, 690, 693, 694, 695, 696, 697, 698, 728, 778, 805, 806, 883]],
  ]
  for (const [action, codes] of wanted) for (const code of codes) expect([code, explain(code, '').action]).toEqual([code, action])
})

test('each code has words of its own, a cure and a place, without jargon marks', () => {
  const codes = knownCodes()
  expect(codes.length).toBeGreaterThan(400)
  for (const code of codes) {
    const { what, cure, who, where, known } = explain(code, '')
    expect(known).toBe(true)
    expect(what.length, String(code)).toBeLessThan(130)
    expect(cure.length, String(code)).toBeGreaterThan(10)
    expect(`${what}${cure}`, String(code)).not.toMatch(/Rejei|nItem|\[|—|\.$/)
    // what a person has to do is done somewhere; what nobody has to do, nowhere
    if (who === 'wait') expect(where, String(code)).toBe('none')
  }
})

describe.skipIf(!there)('against the published table', () => {
  // after the table's date: NT 2025.001 and 2025.002, NT 2026.002 and 2026.007, and codes of the MOC 7.0 that it lacks
  const newer = (code: number) => !official.has(code)

  test('every older code is a published one', () => {
    const added = knownCodes().filter(newer)
    for (const code of added)
      expect(
        code === 120 || (code >= 166 && code <= 188) || [306, 363, 377, 407, 652].includes(code) || (code >= 434 && code <= 460) || code > 600,
        String(code),
      ).toBe(true)
  })

  test('what the table calls a success is no error here, and the other way round', () => {
    const good: Action[] = ['authorised', 'cancelled', 'done', 'wait', 'consult', 'resend']
    // refused requests whose aim was reached before
    const reached = [204, 217, 218, 256, 420, 563, 573, 635, 106]
    for (const code of knownCodes()) {
      const known = official.get(code)
      if (known && !reached.includes(code)) expect([code, good.includes(explain(code, '').action)]).toEqual([code, known.good])
    }
  })

  test('nothing only for the consumer receipt (NFC-e) is told of a nota', () => {
    // given to other rules since
    const reassigned = [436, 737, 770]
    for (const code of knownCodes())
      if (!reassigned.includes(code)) expect(official.get(code)?.text ?? '', String(code)).not.toMatch(/^Rejeição: NFC-e|QR-Code/)
  })

  test('the words speak of the same thing', () => {
    const things: [string, RegExp, RegExp][] = [
      ['NCM', /\bNCM\b/, /NCM/],
      ['GTIN', /cEAN/, /GTIN/],
      ['CEST', /CEST/, /CEST/],
      ['CFOP', /CFOP/, /CFOP/],
      ['certificate', /Certificado/, /certificado/i],
      ['signature', /Assinatura/, /assinatura|assinad/i],
      ['municipality', /Munic[ií]pio/, /munic[ií]pio|cidade/i],
      ['state registration', /\bIE\b|Inscrição (Estadual|SUFRAMA)/, /inscri[cç]/i],
      ['carrier', /Transportador/, /transport/i],
      ['EPEC', /EPEC/, /EPEC/],
      ['void', /inutiliz/i, /inutiliz/i],
      ['denied', /denegad/i, /denegad/i],
      ['freight', /Total do Frete/, /frete/],
      ['discount', /Desconto/, /desconto/i],
      ['PIS', /\bPIS\b/, /PIS/],
      ['COFINS', /COFINS/, /COFINS/],
      ['IPI', /\bIPI\b/, /IPI/],
      ['contingency', /contingência/i, /conting[eê]ncia|SVC|EPEC/i],
      ['CSOSN', /CSOSN/, /CSOSN/],
    ]
    // the MOC 7.0 gave these codes to other rules, or the published words name two things of which ours name the other
    const reassigned = [227, 272, 363, 401, 436, 479, 480, 481, 482, 483, 486, 487, 488, 503, 508, 659, 683, 722, 737, 770, 771, 793]
    const different: string[] = []
    for (const code of knownCodes()) {
      const text = official.get(code)?.text
      if (!text || reassigned.includes(code)) continue
      const { what, cure } = explain(code, '')
      for (const [thing, theirs, ours] of things) if (theirs.test(text) && !ours.test(`${what} ${cure}`)) different.push(`${code} ${thing}: ${text} / ${what}`)
    }
    expect(different).toEqual([])
  })
})

describe('a code that the catalogue lacks', () => {
  test('keeps the words of the SEFAZ, without their trappings, and points somewhere', () => {
    expect(explain(1999, 'Rejeição: Alíquota do IBS inválida para o regime [nItem: 12]')).toEqual({
      code: 1999,
      what: 'Alíquota do IBS inválida para o regime',
      cure: 'Corrija o que a SEFAZ aponta e emita de novo; na dúvida, fale com o contador',
      who: 'accountant',
      where: 'tax_rule',
      action: 'fix',
      item: 12,
      known: false,
    })
    expect(explain(1998, 'Rejeicao: NCM proibido')).toMatchObject({ what: 'NCM proibido', where: 'product', who: 'shop' })
    expect(explain(1997, '')).toMatchObject({ what: 'A SEFAZ respondeu com o código 1997, sem explicação', who: 'support', where: 'none', action: 'fix' })
  })
  test('below 200 is a result: the key tells what it means', () => {
    expect(explain(199, 'Situação nova')).toMatchObject({ what: 'Situação nova', action: 'consult' })
  })
  test('an item is found in the reason of a known code too', () => {
    expect(explain(611, 'Rejeição: GTIN (cEAN) inválido [nItem:3]')).toMatchObject({ item: 3, known: true })
  })
})
