import type { Module } from '../platform/http.ts'
import { closeForgotten } from './attendance.ts'
import { refusals } from './contract.ts'
import { routes } from './routes.ts'

export { addPrinter, addShift, addStation } from './floor.ts'
export { createOwner, createPerson } from './people.ts'
export { personRoles, permissionsOf, roleLabels, tokenRoles } from './roles.ts'
export { hasLogin } from './sign-in.ts'
export { authenticate, openSession } from './session.ts'

export const module: Module = {
  routes,
  refusals,
  jobs: { close_forgotten_attendance_each_minute: closeForgotten },
}
