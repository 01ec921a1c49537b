import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root: here,
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024',
    // ECharts is one lazy chunk of about 500 kB: known and wanted
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // changes seldom: stays in the browser's cache over our releases
            { name: 'kit', test: /node_modules[\\/](react|react-dom|scheduler|@mantine|@tanstack|@floating-ui|react-remove-scroll|zod)[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    // `vite --config web/vite.config.ts` beside a running `retaguarda start`: pages and sources from here, the rest from there
    proxy: {
      // files that the API makes
      '^/.*\\.(csv|pdf|zpl)$|/label\\.svg$': { target: process.env['RETAGUARDA_URL'] ?? 'http://127.0.0.1:3000' },
      '^/(?!@|node_modules/|server/)[^.?]*([?].*)?$': {
        target: process.env['RETAGUARDA_URL'] ?? 'http://127.0.0.1:3000',
        bypass: (request) => (request.headers.accept?.includes('text/html') ? '/index.html' : undefined),
      },
    },
    fs: { allow: [here, fileURLToPath(new URL('..', import.meta.url))] },
  },
})
