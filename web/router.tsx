import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { RouteComponent } from '@tanstack/react-router'
import { parseFilters, writeFilters } from './filters.ts'
import { NotFound, ScreenFailed } from './shell/Fallbacks.tsx'
import { Shell } from './shell/Shell.tsx'

const root = createRootRoute({ notFoundComponent: NotFound })
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })

/** A manager's screen, inside the shell. `/pedidos/$order` gives the param `order`. */
const screen = <const Path extends string>(path: Path, component: RouteComponent) => createRoute({ getParentRoute: () => shell, path, component })
/** A screen that takes the whole window: stations, pages for outsiders. */
const full = <const Path extends string>(path: Path, component: RouteComponent) => createRoute({ getParentRoute: () => root, path, component })

// One line for each screen, loaded when it is first opened; its entry in the rail goes to shell/navigation.ts.
const tree = root.addChildren([
  shell.addChildren([
    screen('/', lazyRouteComponent(() => import('./insight/Home.tsx'), 'Home')),
    screen('/operacao', lazyRouteComponent(() => import('./insight/Operation.tsx'), 'Operation')),
    screen('/operacao/linhas', lazyRouteComponent(() => import('./insight/RowsBehind.tsx'), 'RowsBehind')),
    screen('/separacao', lazyRouteComponent(() => import('./picking/Picking.tsx'), 'Picking')),
    screen('/separacao/$wave', lazyRouteComponent(() => import('./picking/WavePage.tsx'), 'WavePage')),
    screen('/expedicao', lazyRouteComponent(() => import('./dispatch/Dispatch.tsx'), 'Dispatch')),
    screen('/expedicao/$manifest', lazyRouteComponent(() => import('./dispatch/ManifestScreen.tsx'), 'ManifestScreen')),
  ]),
  full('/estacao', lazyRouteComponent(() => import('./stations/Station.tsx'), 'Station')),
])

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch: parseFilters,
  stringifySearch: writeFilters,
  defaultErrorComponent: ScreenFailed,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
