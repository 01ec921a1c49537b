/** A function whose answers are kept, twenty thousand at most: files ask for the same few days by the million. */
export function remembered<Key, Answer>(answer: (key: Key) => Answer): (key: Key) => Answer {
  const known = new Map<Key, Answer>()
  return (key) => {
    let found = known.get(key)
    if (found === undefined) {
      found = answer(key)
      if (known.size >= 20_000) known.clear()
      known.set(key, found)
    }
    return found
  }
}
