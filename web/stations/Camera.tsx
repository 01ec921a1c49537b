import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

interface Detector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>
}
const Detecting = (globalThis as { BarcodeDetector?: new () => Detector }).BarcodeDetector

/** Whether this device can read barcodes with its camera. */
export const hasCamera = () => Detecting !== undefined && typeof navigator.mediaDevices?.getUserMedia === 'function'

/** The camera as a scanner: for phones, and for the day the scanner breaks. The same code counts again after 2 s. */
export function Camera({ take, close }: { take: (code: string) => void; close: () => void }) {
  const video = useRef<HTMLVideoElement>(null)
  const latest = useRef(take)
  latest.current = take
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let stream: MediaStream | undefined
    let stopped = false
    let last = { code: '', at: 0 }
    const detector = Detecting && new Detecting()
    const look = async () => {
      if (stopped || !video.current || !detector) return
      const found = video.current.readyState >= 2 ? await detector.detect(video.current).catch(() => []) : []
      const code = found[0]?.rawValue
      if (code && (code !== last.code || Date.now() - last.at > 2000)) {
        latest.current(code)
        last = { code, at: Date.now() }
      }
      setTimeout(() => void look(), 150)
    }
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(
      (opened) => {
        stream = opened
        if (stopped || !video.current) return opened.getTracks().forEach((track) => track.stop())
        video.current.srcObject = opened
        void look()
      },
      () => setFailed(true),
    )
    return () => {
      stopped = true
      stream?.getTracks().forEach((track) => track.stop())
    }
  }, [])
  return (
    <div className="station-camera">
      {failed ? (
        <p role="alert">A câmera não abriu. Permita o uso dela no navegador ou digite o código.</p>
      ) : (
        <video ref={video} autoPlay muted playsInline aria-label="Câmera: aponte para o código de barras" />
      )}
      <Button variant="default" onClick={close}>
        Fechar a câmera
      </Button>
    </div>
  )
}
