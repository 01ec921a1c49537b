/** Text as the layout takes it: printable Latin-1, one line, no spaces at the ends or in a row (MOC 7.0, TString of the XSD). */

// what people paste and the layout has another letter for
const replacements: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  ʼ: "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '″': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '⁃': '-',
  '•': '-',
  '‣': '-',
  '▪': '-',
  '●': '-',
  '…': '...',
  '€': 'EUR',
  '№': 'No',
  '⁄': '/',
  '∕': '/',
  Œ: 'OE',
  œ: 'oe',
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  Ħ: 'H',
  ħ: 'h',
  Ŧ: 'T',
  ŧ: 't',
  ı: 'i',
  ĸ: 'k',
  Ŋ: 'N',
  ŋ: 'n',
  ſ: 's',
  Ə: 'A',
  ə: 'a',
  ẞ: 'SS',
  ȷ: 'j',
  '≤': '<=',
  '≥': '>=',
  '≠': '<>',
  '≈': '~',
}

// the common case by far: nothing to do
const clean = /^(?:[!-~¡-¬®-ÿ]+(?: [!-~¡-¬®-ÿ]+)*)?$/

/**
 * The text, normalised, transliterated where a Latin letter stands for it, and cut to `max` letters. Emoji, control and zero-width marks and other
 * scripts are left out: the answer may be empty. Doing it twice changes nothing.
 */
export function fiscalText(text: string, max: number): string {
  const whole = clean.test(text) ? text : latin(text)
  return whole.length <= max ? whole : whole.slice(0, max).trimEnd()
}

function latin(text: string): string {
  let written = ''
  for (const letter of text.normalize('NFC')) written += inLatin(letter)
  return written.replaceAll(/ {2,}/g, ' ').trim()
}

function inLatin(letter: string): string {
  if (/[ -~¡-¬®-ÿ]/.test(letter)) return letter
  const replacement = replacements[letter]
  if (replacement !== undefined) return replacement
  if (/\s/.test(letter)) return ' '
  // ﬁ, Ａ, ™ and the like by their plain form; ž, ő, ạ by their letter without the mark that Latin-1 lacks
  let plain = ''
  for (const part of letter.normalize('NFKD')) plain += /[ -~¡-¬®-ÿ]/.test(part) ? part : (replacements[part] ?? '')
  return plain
}
