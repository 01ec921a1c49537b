/*
 * What the notas say of the goods, by family: NCM, and the CEST where the Convênio ICMS 142/2018 (segment 14: plastics, ceramics and glass of the table and the
 * kitchen) names the goods. Believable for such things; an accountant decides for a real shop.
 */

const ceramic = ['69120000', '1400900'] as const
const glass = (ncm: string) => [ncm, '1400100'] as const
const plastic = ['39241000', '1400600'] as const
const only = (ncm: string) => [ncm, null] as const
const aluminium = only('76151000')
const steel = only('73239300')

export const fiscalFacts: Record<string, readonly [ncm: string, cest: string | null]> = {
  FRI: aluminium,
  PNL: aluminium,
  CAC: aluminium,
  PRS: steel,
  CHA: steel,
  LEI: aluminium,
  ASS: aluminium,
  FOR: aluminium,
  CAN: ceramic,
  XIC: ceramic,
  PRR: ceramic,
  PRX: ceramic,
  BOW: ceramic,
  TRV: ceramic,
  COP: ['70133700', '1400200'],
  TAC: glass('70132800'),
  JAR: glass('70134900'),
  FAQ: only('82152000'),
  SOU: only('44199000'),
  JGA: only('63025100'),
  GUA: only('63025910'),
  POT: plastic,
  ORG: only('39249000'),
  CES: only('39249000'),
  CAB: only('39269090'),
  CXO: only('39231090'),
  SAP: only('94032090'),
  GAN: only('83025000'),
  TEM: steel,
  TAB: only('44192000'),
  TQU: only('44192000'),
  COL: only('44191900'),
  BAN: only('44199000'),
  ROL: only('44192000'),
  BQT: only('94016900'),
  PRT: only('94036000'),
  FAC: only('82119210'),
  ESP: plastic,
  CON: plastic,
  ESC: plastic,
  RAL: only('82055100'),
  ABR: only('82055100'),
  BAL: only('84231000'),
  MED: plastic,
  FIL: ceramic,
  PRE: glass('70134900'),
  GTR: only('96170010'),
  MAR: only('96170010'),
  SQZ: steel,
  TBA: only('63026000'),
  TRO: only('63026000'),
  JGC: only('63023100'),
  MAN: only('63013000'),
  CPA: only('63049200'),
  ENC: only('94049000'),
  TAP: only('57050000'),
  VAS: only('69139000'),
  VEL: only('34060000'),
  DIF: only('33074900'),
  RET: only('44149000'),
  REL: only('91052100'),
  EPL: only('70099200'),
  LUM: only('94052900'),
  CTC: only('94055000'),
  COR: only('63039200'),
  LIX: steel,
  MOP: only('96039000'),
  DET: only('39249000'),
  ESN: only('96039000'),
  VRL: only('73269090'),
}

/** Slipped by one key: 7615 became 7715, a chapter that the NCM keeps empty. The SEFAZ refuses it (778); our own checks cannot know. */
export const mistyped = (ncm: string) => `77${ncm.slice(2)}`
