/** Bars and spaces of "RETAGUARDA" in Code 128, from bwip-js: it scans. */
const widths = '2112142311311321132133111113232113132131311113232311311123131113233131212331112'

export function Barcode() {
  let at = 10
  const bars: string[] = []
  for (let index = 0; index < widths.length; index++) {
    const width = Number(widths[index])
    if (index % 2 === 0) bars.push(`M${at} 0h${width}v20h-${width}z`)
    at += width
  }
  return (
    <svg className="barcode" viewBox={`0 0 ${at + 10} 20`} preserveAspectRatio="none" aria-hidden>
      <path d={bars.join('')} fill="currentColor" />
    </svg>
  )
}
