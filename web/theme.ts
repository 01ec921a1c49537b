import { createTheme, defaultVariantColorsResolver } from '@mantine/core'
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core'

/** The one accent. Shade 7 is the light theme's, shade 4 the dark theme's. */
const petrol: MantineColorsTuple = ['#eaf4f5', '#d2e6e8', '#a9d3d8', '#83c5cd', '#5fb8c1', '#37949e', '#1d7781', '#0f5e66', '#0b4b52', '#07353a']
/** Warm neutrals: the paper of a delivery note by day, the unlit end of an aisle by night. */
const dark: MantineColorsTuple = ['#e3e7e6', '#c3cbca', '#a2adad', '#7f8b8c', '#3b4649', '#2e383b', '#222b2e', '#1a2124', '#13181a', '#0d1112']
const gray: MantineColorsTuple = ['#faf8f3', '#f3f0e8', '#e9e5da', '#dcd7c9', '#c9c3b3', '#a8a294', '#827d71', '#5c5a52', '#3b3b37', '#22262a']

export const theme = createTheme({
  colors: { petrol, dark, gray },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 4 },
  // Mantine's own contrast only knows the light theme's shade
  variantColorResolver: (input) => {
    const usual = defaultVariantColorsResolver(input)
    if ((input.color ?? 'petrol') !== 'petrol') return usual
    if (input.variant === 'filled') return { ...usual, color: 'var(--on-accent)' }
    if (input.variant === 'light') return { ...usual, background: 'var(--accent-soft)', hover: 'var(--accent-soft)', color: 'var(--accent)' }
    if (input.variant === 'subtle') return { ...usual, hover: 'var(--hover)', color: 'var(--accent)' }
    return usual
  },
  black: '#22262a',
  white: '#fffdf9',
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace',
  // 14 px is the reading size of the whole product
  fontSizes: { xs: '0.8125rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.3' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.35' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Badge: { defaultProps: { tt: 'none' } },
    Button: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.35 }, centered: true } },
    Drawer: { defaultProps: { transitionProps: { duration: 140 }, overlayProps: { backgroundOpacity: 0.35 } } },
    Menu: { defaultProps: { transitionProps: { duration: 100 }, shadow: 'md' } },
    Popover: { defaultProps: { transitionProps: { duration: 100 }, shadow: 'md' } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 100 } } },
    Select: { defaultProps: { checkIconPosition: 'right', nothingFoundMessage: 'Nada encontrado' } },
    MultiSelect: { defaultProps: { checkIconPosition: 'right', nothingFoundMessage: 'Nada encontrado' } },
    NumberInput: { defaultProps: { decimalSeparator: ',', thousandSeparator: '.', hideControls: true } },
    PasswordInput: { defaultProps: { visibilityToggleButtonProps: { 'aria-label': 'Mostrar ou esconder a senha' } } },
    CloseButton: { defaultProps: { 'aria-label': 'Fechar' } },
  },
})

/** The tokens that our own CSS, the charts and Mantine share. Every text colour was measured at AA on every surface. */
export const tokens: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--paper': '#f5f2ea',
    '--surface': '#fffdf9',
    '--surface-2': '#f9f6ef',
    '--hover': '#f1ede2',
    '--line': '#dfdacd',
    '--line-strong': '#c9c3b3',
    '--ink': '#22262a',
    '--ink-2': '#565a58',
    '--accent': '#0f5e66',
    '--accent-soft': '#e0eeee',
    '--on-accent': '#fffdf9',
    '--mantine-primary-color-contrast': '#fffdf9',
    '--ok': '#1c6b37',
    '--ok-soft': '#e1f0e2',
    '--warn': '#854a00',
    '--warn-soft': '#faecd0',
    '--bad': '#a8231d',
    '--bad-soft': '#fae3df',
    '--info': '#1f5193',
    '--info-soft': '#e2ebf7',
    '--kraft': '#c9a475',
    '--kraft-dark': '#b48c5b',
    '--mantine-color-body': '#f5f2ea',
    '--mantine-color-text': '#22262a',
    '--mantine-color-dimmed': '#565a58',
    '--mantine-color-placeholder': '#6a6c68',
    '--mantine-color-default': '#fffdf9',
    '--mantine-color-default-hover': '#f1ede2',
    '--mantine-color-default-border': '#c9c3b3',
    '--mantine-color-error': '#a8231d',
    '--mantine-color-anchor': '#0f5e66',
  },
  dark: {
    '--paper': '#13181a',
    '--surface': '#1a2124',
    '--surface-2': '#1e2629',
    '--hover': '#242e31',
    '--line': '#2e383b',
    '--line-strong': '#465356',
    '--ink': '#e3e7e6',
    '--ink-2': '#a2adad',
    '--accent': '#5fb8c1',
    '--accent-soft': '#173a3f',
    '--on-accent': '#0d1112',
    '--mantine-primary-color-contrast': '#0d1112',
    '--ok': '#7fcf97',
    '--ok-soft': '#17332150',
    '--warn': '#e9b562',
    '--warn-soft': '#3a2b1180',
    '--bad': '#f49a90',
    '--bad-soft': '#44201d80',
    '--info': '#92bdf2',
    '--info-soft': '#1b2f4a80',
    '--kraft': '#4b3c29',
    '--kraft-dark': '#3d3121',
    '--mantine-color-body': '#13181a',
    '--mantine-color-text': '#e3e7e6',
    '--mantine-color-dimmed': '#a2adad',
    '--mantine-color-placeholder': '#8d999a',
    '--mantine-color-default': '#1a2124',
    '--mantine-color-default-hover': '#242e31',
    '--mantine-color-default-border': '#465356',
    '--mantine-color-error': '#f49a90',
    '--mantine-color-anchor': '#5fb8c1',
  },
})
