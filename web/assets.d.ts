declare module '*.css'
declare module 'echarts/i18n/langPT-br-obj.js'
