import { useState } from 'react'
import './components.css'

/** Where a product's picture is; without one it is drawn. `has: false` asks no server for it; a new `version` after an upload; `beside` when its name stands beside it. */
export function ProductPicture({
  product,
  name,
  size = 32,
  has = true,
  version,
  beside,
}: {
  product: number
  name: string
  size?: number | string
  has?: boolean
  version?: string | number | undefined
  beside?: boolean
}) {
  const [missing, setMissing] = useState<number | null>(null)
  return (
    <span className="picture" style={{ width: size, height: size }}>
      {missing === product || !has ? (
        <Drawn name={name} product={product} beside={beside} />
      ) : (
        <img
          src={`/products/${product}/picture${version ? `?v=${version}` : ''}`}
          alt={beside ? '' : name}
          loading="lazy"
          decoding="async"
          onError={() => setMissing(product)}
        />
      )}
    </span>
  )
}

/** A box with the product's initials, always in the same colour: enough to tell two apart on a shelf. */
function Drawn({ name, product, beside }: { name: string; product: number; beside: boolean | undefined }) {
  const hue = (product * 137.508) % 360
  const letters = name.split(/\s+/).filter((word) => /^[\p{L}\d]/u.test(word) && word.length > 2)
  const initials = ((letters[0]?.[0] ?? name[0] ?? '?') + (letters[1]?.[0] ?? '')).toUpperCase()
  return (
    <svg className="picture-drawn" viewBox="0 0 40 40" {...(beside ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}>
      <rect width="40" height="40" fill={`oklch(0.93 0.035 ${hue})`} />
      <path d="M0 9h40" stroke={`oklch(0.85 0.05 ${hue})`} strokeWidth="1" />
      <path d="M16.5 0h7v9l-3.5-2-3.5 2z" fill={`oklch(0.85 0.05 ${hue})`} />
      <text x="20" y="30" textAnchor="middle" fontSize="17" fontWeight="650" fill={`oklch(0.38 0.07 ${hue})`}>
        {initials}
      </text>
    </svg>
  )
}
