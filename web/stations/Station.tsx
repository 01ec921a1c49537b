export function Station() {
  return null
}
