/**
 * Cuts elements out of an answer with the very bytes that the SEFAZ wrote, so that they can be stored and put into an nfeProc.
 * Only for text that `readXml` accepted: well formed and without DOCTYPE.
 */

/** `<name …>…</name>` for every element of that local name, outermost first met; standing alone, its namespaces declared once. */
export function cut(xml: string, name: string): string[] {
  const found: string[] = []
  const scopes: Record<string, string>[] = [{}]
  let open: { from: number; depth: number; scope: Record<string, string> } | null = null
  for (const token of xml.matchAll(tokens)) {
    const [whole, closing, qualified, attributes = '', selfClosing] = token
    if (!qualified) continue
    if (closing) {
      scopes.pop()
      if (open && scopes.length === open.depth) {
        found.push(alone(xml.slice(open.from, token.index + whole.length), open.scope))
        open = null
      }
      continue
    }
    const outer = scopes.at(-1)!
    const scope = attributes.includes('xmlns') ? { ...outer, ...declarations(attributes) } : outer
    const wanted = !open && qualified.slice(qualified.indexOf(':') + 1) === name
    if (selfClosing) {
      if (wanted) found.push(alone(whole, outer))
      continue
    }
    if (wanted) open = { from: token.index, depth: scopes.length, scope: outer }
    scopes.push(scope)
  }
  return found
}

/** Comments, CDATA and instructions are passed over; quotes may hold a `>`. */
const tokens = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/)?([^\s/>!?]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/)?>/g

function declarations(attributes: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, prefix = '', double, single] of attributes.matchAll(/\sxmlns(?::([^\s=]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found[prefix] = double ?? single ?? ''
  return found
}

/**
 * Declares on the element itself what it inherited. An inherited prefix of its own is taken away, because many readers of
 * notas look for `<protNFe` and nothing else; a signed part stays as it is.
 */
function alone(element: string, inherited: Record<string, string>): string {
  const start = /^<([^\s/>]+)/.exec(element)!
  const qualified = start[1]!
  const prefix = qualified.includes(':') ? qualified.slice(0, qualified.indexOf(':')) : ''
  const head = element.slice(0, endOfTag(element))
  const own = declarations(head)
  if (prefix && !element.includes('Signature')) {
    const namespace = own[prefix] ?? inherited[prefix] ?? ''
    const bare = element
      .replaceAll(`<${prefix}:`, () => '<')
      .replaceAll(`</${prefix}:`, () => '</')
      .replace(new RegExp(`\\sxmlns:${prefix}\\s*=\\s*("[^"]*"|'[^']*')`), '')
    return declare(bare, { '': namespace }, declarations(bare.slice(0, endOfTag(bare))))
  }
  const used = Object.entries(inherited).filter(([one]) => (one === '' ? prefix === '' : element.includes(`${one}:`)))
  return declare(element, Object.fromEntries(used), own)
}

function declare(element: string, wanted: Record<string, string>, own: Record<string, string>): string {
  const missing = Object.entries(wanted).filter(([prefix, namespace]) => namespace && own[prefix] === undefined)
  if (missing.length === 0) return element
  const name = /^<[^\s/>]+/.exec(element)![0]
  const words = missing.map(([prefix, namespace]) => ` xmlns${prefix ? `:${prefix}` : ''}="${namespace}"`).join('')
  return name + words + element.slice(name.length)
}

function endOfTag(element: string): number {
  const tag = /^<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>/.exec(element)
  return tag ? tag[0].length : element.length
}
