/** The banks: accounts, statements, and what each line is. */
import type { Module } from '../platform/http.ts'

export const module: Module = { routes: [] }
