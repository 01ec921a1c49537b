import { describe, expect, test } from 'vitest'
import { all, child, find, readXml, textOf, xmlLimits } from './xml.ts'
import { Problem } from '../platform/problem.ts'

const refusal = (xml: Buffer | string) => {
  try {
    readXml(xml)
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, message: error.faults[0]?.message, line: error.facts['line'] }
    throw error
  }
  return null
}

test('a document becomes a plain tree: names without prefix, CDATA as text, comments left out', () => {
  const root = readXml(
    '<?xml version="1.0" encoding="UTF-8"?>\n<s:a xmlns:s="urn:s" xmlns="urn:d" xmlns:x="urn:x" Id="1" x:Id="2"><b>R$ 1<!-- não --><![CDATA[ & 2]]></b><b/><c><d> e </d></c></s:a>',
  )
  expect(root).toMatchObject({ name: 'a', namespace: 'urn:s', attributes: { Id: '1', 'x:Id': '2' } })
  expect(all(root, 'b').map((one) => one.text)).toEqual(['R$ 1 & 2', ''])
  expect(child(root, 'c/d')).toMatchObject({ name: 'd', namespace: 'urn:d' })
  expect(textOf(root, 'c/d')).toBe('e')
  expect(textOf(root, 'c/e')).toBeNull()
  expect(find(root, 'd')).toBe(child(root, 'c/d'))
  expect(find(root, 'z')).toBeNull()
})

test('a mark of byte order and letters of any kind are read', () => {
  expect(readXml('\ufeff<a>ção 😀 &#233;&amp;</a>').text).toBe('ção 😀 é&')
})

describe('is refused, in Portuguese and with its line:', () => {
  test.each([
    ['a DOCTYPE', '<!DOCTYPE a><a/>', /DOCTYPE/, 1],
    ['a DOCTYPE after comments', '<?xml version="1.0"?>\n<?b c?><!-- <a> -->\n<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', /DOCTYPE/, 3],
    [
      'the billion laughs',
      `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, index) => `<!ENTITY a${index} "&a;&a;&a;">`).join('')}]><l>&a8;</l>`,
      /DOCTYPE/,
      1,
    ],
    ['an entity from nowhere', '<a>\n&arquivo;</a>', /entidade &arquivo;/, 2],
    ['a loose ampersand', '<a>\nB & C</a>', /& solto/, 2],
    ['a tag closed by another', '<a>\n<b>\n</a>', /A tag b, aberta na linha 2, é fechada por a/, 3],
    ['an end too soon', '<a>\n<b>', /termina antes do fim da tag b/, 2],
    ['text that is no XML', 'chave;valor', /Não é um XML/, 1],
    ['two documents', '<a/><b/>', /depois do fim/, 1],
    ['an attribute twice', '<a Id="1" Id="2"/>', /atributo Id está repetido/, 1],
    ['a control character', '<a>\u0001</a>', /caractere de controle/, 1],
    ['another declared encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', /ISO-8859-1/, 1],
  ])('%s', (_, xml, message, line) => {
    expect(refusal(xml)).toEqual({ code: 'unreadable_xml', message: expect.stringMatching(message), line })
  })

  test('bytes that are not UTF-8, whatever they say they are', () => {
    expect(refusal(Buffer.from('<a>\n\n<b>São Paulo</b></a>', 'latin1'))).toMatchObject({ line: 3, message: expect.stringContaining('outra codificação') })
    expect(refusal(Buffer.from('<a/>', 'utf16le'))).toMatchObject({ message: expect.stringContaining('UTF-16') })
    expect(refusal('')).toMatchObject({ message: 'O arquivo está vazio' })
  })

  test('bombs of depth, size and number', () => {
    expect(refusal('<a>'.repeat(xmlLimits.depth + 1) + '</a>'.repeat(xmlLimits.depth + 1))).toMatchObject({ message: expect.stringContaining('100 níveis') })
    expect(refusal('<a>'.repeat(100_000))).toMatchObject({ message: expect.stringContaining('níveis demais') })
    expect(refusal(`<a>${'x'.repeat(xmlLimits.bytes)}</a>`)).toMatchObject({ message: expect.stringContaining('5.0 MB') })
    expect(refusal(`<a>${'<b/>'.repeat(xmlLimits.elements)}</a>`)).toMatchObject({ message: expect.stringContaining('300000 elementos') })
  })
})

test('the memory of refused and read documents is given back', () => {
  const nota = `<a>${'<b><c>texto</c></b>'.repeat(5_000)}</a>`
  const round = () => {
    for (let time = 0; time < 30; time++) {
      readXml(nota)
      refusal(nota.slice(0, -3))
    }
  }
  round()
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external
  for (let time = 0; time < 5; time++) round()
  // 300 documents of 100 KB: their trees would be some hundred megabytes
  expect(process.memoryUsage().arrayBuffers + process.memoryUsage().external - before).toBeLessThan(20_000_000)
})
