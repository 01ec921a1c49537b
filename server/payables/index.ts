/** What we owe and how it is paid. */
import type { Module } from '../platform/http.ts'

export const module: Module = { routes: [] }
