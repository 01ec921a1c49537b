import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { NotaFault } from '../../server/invoicing/contract.ts'
import { parseFilters } from '../filters.ts'
import '../components/Lines.css'
import './fiscal.css'

/** The link to the field where something is mended; the server writes it with its query. */
export function Mend({ href, children }: { href: string; children: ReactNode }) {
  const [path, query] = href.split('?')
  const [search, hash] = (query ?? '').split('#')
  return (
    <Link to={path as never} search={parseFilters(search ?? '') as never} {...(hash ? { hash } : {})} className="mend">
      {children}
    </Link>
  )
}

/** A path of the nota ("recipient.document") says nothing to people; its message does. */
const isSaid = (field: string) => field !== '' && !field.includes('.')

/** What holds a nota: each fault in plain words, with the way to the field. */
export function Faults({ of }: { of: NotaFault[] }) {
  return (
    <ul className="nota-faults">
      {of.map((fault, index) => (
        <li key={index}>
          {(fault.item !== null || isSaid(fault.field)) && (
            <span className="quiet">
              {[fault.item !== null && `Item ${fault.item}`, isSaid(fault.field) && fault.field].filter(Boolean).join(', ')}
              {': '}
            </span>
          )}
          {fault.message} {fault.href && <Mend href={fault.href}>Corrigir</Mend>}
        </li>
      ))}
    </ul>
  )
}
