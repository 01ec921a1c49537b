import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { dayAttendance } from './attendance.ts'
import * as contract from './contract.ts'
import { addPrinter, addShift, addStation, changePrinter, changeShift, changeStation, printers, shifts, stations } from './floor.ts'
import { enterStation, leaveStation } from './operator.ts'
import { here, pair, pairingCode, unpair } from './pairing.ts'
import { addPerson, changePerson, people } from './people.ts'
import { changePassword, me, signIn, signOut } from './sign-in.ts'
import { addToken, revokeToken, tokens } from './tokens.ts'

export const routes: Route[] = [
  raw(contract.signInEndpoint, signIn),
  raw(contract.signOutEndpoint, signOut),
  raw(contract.meEndpoint, me),
  raw(contract.changePasswordEndpoint, changePassword),
  raw(contract.peopleEndpoint, people),
  raw(contract.addPersonEndpoint, addPerson),
  raw(contract.changePersonEndpoint, changePerson),
  query(contract.shiftsEndpoint, shifts),
  command(contract.addShiftEndpoint, addShift),
  command(contract.changeShiftEndpoint, changeShift),
  query(contract.stationsEndpoint, stations),
  command(contract.addStationEndpoint, addStation),
  command(contract.changeStationEndpoint, changeStation),
  command(contract.pairingCodeEndpoint, pairingCode),
  raw(contract.unpairEndpoint, unpair),
  raw(contract.pairEndpoint, pair),
  raw(contract.hereEndpoint, here),
  raw(contract.enterStationEndpoint, enterStation),
  raw(contract.leaveStationEndpoint, leaveStation),
  query(contract.printersEndpoint, printers),
  command(contract.addPrinterEndpoint, addPrinter),
  command(contract.changePrinterEndpoint, changePrinter),
  query(contract.attendanceEndpoint, dayAttendance),
  raw(contract.tokensEndpoint, tokens),
  raw(contract.addTokenEndpoint, addToken),
  raw(contract.revokeTokenEndpoint, revokeToken),
]
