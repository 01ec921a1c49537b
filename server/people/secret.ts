import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

interface Cost {
  /** KiB */
  memory: number
  passes: number
}
/** OWASP's first line for argon2id (46 MiB, 1 pass): 56 ms on the 2-core machine it was measured on. */
const passwordCost: Cost = { memory: 47_104, passes: 1 }
/** 9 ms there. A PIN has at most 8 digits, so what protects it is the lock-out, and 30 stations sign in at the turn of a shift. */
const pinCost: Cost = { memory: 8_192, passes: 2 }

export const hashPassword = (password: string) => hash(password, passwordCost)
export const hashPin = (pin: string) => hash(pin, pinCost)

/** A self-describing string (PHC): the cost can change later and old hashes are still read with theirs. */
async function hash(secret: string, { memory, passes }: Cost): Promise<string> {
  const salt = randomBytes(16)
  const tag = await argon2id(secret, salt, memory, passes)
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${unpadded(salt)}$${unpadded(tag)}`
}

/**
 * Whether `secret` is what `stored` was made from. Without a stored hash the work is done all the same, so that the
 * time of the answer does not tell an unknown person from a wrong secret.
 */
export const verifyPassword = (password: string, stored: string | null) => verify(password, stored, passwordCost)
export const verifyPin = (pin: string, stored: string | null) => verify(pin, stored, pinCost)

async function verify(secret: string, stored: string | null, cost: Cost): Promise<boolean> {
  const parts = stored?.match(/^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([^$]+)\$([^$]+)$/)
  if (!parts) {
    await argon2id(secret, Buffer.alloc(16), cost.memory, cost.passes)
    return false
  }
  const [, memory, passes, salt, tag] = parts
  const expected = Buffer.from(tag ?? '', 'base64')
  const given = await argon2id(secret, Buffer.from(salt ?? '', 'base64'), Number(memory), Number(passes))
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** The same letters typed on different keyboards may differ in bytes: NFKC first. */
const argon2id = (secret: string, nonce: Buffer, memory: number, passes: number): Promise<Buffer> =>
  derive('argon2id', { message: secret.normalize('NFKC'), nonce, memory, passes, parallelism: 1, tagLength: 32 })

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
