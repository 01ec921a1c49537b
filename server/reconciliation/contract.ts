export * from './reports/endpoints.ts'
