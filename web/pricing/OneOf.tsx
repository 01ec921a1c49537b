/** One of a few views of the same page, as chips. */
export function OneOf<Value extends string>({
  label,
  value,
  change,
  of,
}: {
  label: string
  value: Value
  change: (value: Value) => void
  of: { value: Value; label: string }[]
}) {
  return (
    <div className="chips one-of" role="group" aria-label={label}>
      {of.map((option) => (
        <button
          key={option.value}
          type="button"
          className="chip"
          data-on={option.value === value || undefined}
          aria-pressed={option.value === value}
          onClick={() => change(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  )
}
