/** The closed box with its strip of tape. */
export const Mark = ({ size = 24 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden>
    <path d="M2.5 7.2 12 3l9.5 4.200v9.600L12 21l-9.5-4.200z" fill="var(--accent)" />
    <path d="M2.5 7.2 12 11.500l9.5-4.300M12 11.500V21" stroke="var(--surface)" strokeWidth="1.3" strokeLinejoin="round" />
    <path d="m7.1 5.1 9.6 4.250v3.9" stroke="var(--surface)" strokeWidth="2.1" />
  </svg>
)
