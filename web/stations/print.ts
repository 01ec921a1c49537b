let frame: HTMLIFrameElement | undefined

/**
 * Sends a PDF of ours to this computer's printer through a frame that nobody sees; with the browser in kiosk printing it
 * goes straight to paper, else its print window opens. False when the file did not come or the browser would not print.
 */
export async function printFile(address: string): Promise<boolean> {
  let file: Blob
  try {
    const answer = await fetch(address, { credentials: 'same-origin' })
    if (!answer.ok) return false
    file = await answer.blob()
  } catch {
    return false
  }
  frame?.remove()
  const sheet = document.createElement('iframe')
  frame = sheet
  sheet.title = 'Impressão'
  sheet.ariaHidden = 'true'
  sheet.tabIndex = -1
  // display: none would keep the browser from drawing the sheet at all
  sheet.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px;border:0;opacity:0'
  const url = URL.createObjectURL(file)
  return new Promise((done) => {
    const late = setTimeout(() => done(false), 8000)
    sheet.addEventListener('load', () => {
      clearTimeout(late)
      try {
        sheet.contentWindow?.focus()
        sheet.contentWindow?.print()
        // the scanner must reach this page again, not the sheet
        window.focus()
        done(true)
      } catch {
        done(false)
      }
      // the print window may read it for as long as it is open
      setTimeout(() => URL.revokeObjectURL(url), 300_000)
    })
    sheet.src = url
    document.body.append(sheet)
  })
}
