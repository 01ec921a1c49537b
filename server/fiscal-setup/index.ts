export { precedence, ruleFor } from './rule-for.ts'
export type { ChosenRule, RuleBuyer, RuleOperation, RuleQuestion } from './rule-for.ts'
