import type { Module } from '../platform/http.ts'
import { routes } from './routes.ts'

export const module: Module = { routes }
