import { Button, PasswordInput, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { FormEvent } from 'react'
import { isRefusal } from '../client.ts'
import type { Refusal } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { signIn } from '../session.ts'
import { Barcode } from './Barcode.tsx'
import { Mark } from './Mark.tsx'
import './Login.css'

/** The first thing anybody sees: a shipping label, with the fields where the recipient would be. */
export function Login() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  useEffect(() => {
    document.title = 'Entrar · Retaguarda'
  }, [])
  async function enter(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setRefusal(null)
    try {
      await signIn(email, password)
    } catch (error) {
      if (!isRefusal(error)) throw error
      setRefusal(error)
      setBusy(false)
    }
  }
  return (
    <main className="login">
      <div className="login-tape" aria-hidden />
      <form className="label" onSubmit={(event) => void enter(event)} noValidate>
        <header className="label-head">
          <Mark size={34} />
          <div>
            <h1>Retaguarda</h1>
            <p>Do pedido à entrega</p>
          </div>
        </header>
        <div className="label-fields">
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            autoFocus
            size="md"
            value={email}
            error={faultOf(refusal, 'email')}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Senha"
            autoComplete="current-password"
            size="md"
            value={password}
            error={faultOf(refusal, 'password')}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {refusal && refusal.faults.length === 0 && (
            <p className="label-refusal" role="alert">
              {refusal.title}
            </p>
          )}
          <Button type="submit" size="md" fullWidth loading={busy}>
            Entrar
          </Button>
        </div>
        <footer className="label-foot">
          <Barcode />
          <Link to="/estacao">Usar este aparelho como estação</Link>
        </footer>
      </form>
    </main>
  )
}
