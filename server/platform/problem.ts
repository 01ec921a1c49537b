/** A refusal that a person can act on: RFC 9457 `problem+json`, with a stable code and a title in Portuguese. */
export interface FieldFault {
  /** JSON pointer or column name of the field. */
  field: string
  message: string
}

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly facts: Record<string, unknown>
  readonly faults: FieldFault[]

  constructor(status: number, code: string, facts: Record<string, unknown> = {}, faults: FieldFault[] = []) {
    super(code)
    this.status = status
    this.code = code
    this.facts = facts
    this.faults = faults
  }
}

/** The state of things does not allow it (409). */
export const conflict = (code: string, facts?: Record<string, unknown>) => new Problem(409, code, facts)
export const notFound = (code: string, facts?: Record<string, unknown>) => new Problem(404, code, facts)
export const forbidden = (permission: string) => new Problem(403, 'forbidden', { permission })
/** The input cannot be taken as it stands (422); each fault names its field and its cure. */
export const badInput = (faults: FieldFault[]) => new Problem(422, 'invalid_input', {}, faults)
