import type { Refusal } from '../client.ts'
import './components.css'

/** The fault of one field, for a field's `error`: `error={faultOf(save.refusal, 'email')}`. Nested: 'login.email'. */
export const faultOf = (refusal: Refusal | null | undefined, field: string): string | null =>
  refusal?.faults.find((fault) => fault.field === field)?.message ?? null

/** Why a form was refused, above its buttons: the reason, and the faults of fields that it does not show. */
export function FormFaults({ refusal, fields = [] }: { refusal: Refusal | null | undefined; fields?: string[] }) {
  if (!refusal) return null
  const elsewhere = refusal.faults.filter((fault) => !fields.includes(fault.field))
  return (
    <div className="form-faults" role="alert">
      <strong>{refusal.title}</strong>
      {elsewhere.length > 0 && (
        <ul>
          {elsewhere.map((fault) => (
            <li key={fault.field + fault.message}>
              {fault.field !== '(corpo)' && <span className="code">{fault.field}: </span>}
              {fault.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
