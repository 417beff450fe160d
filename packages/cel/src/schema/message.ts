import type { Variables } from '../language/frame.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { ValidationRule } from './json-schema.ts';

const MAX_MESSAGE_BYTES = 5 * 1024;

/** A rule as messages name it. */
export const ruleText = ({ message, rule }: ValidationRule): string => (message ? message.trim() : rule.trim());

/** What is told of a value that breaks a rule; `stops`: there is no budget left for other rules. */
export interface Message {
  text: string;
  cost: number;
  stops: boolean;
}

/** The text of `messageExpression`, else `message`, else the rule itself. */
export function messageOf({ rule, message }: CompiledRule, variables: Variables, left: number): Message {
  const instead = rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`;
  if (!message) return { text: instead, cost: 0, stops: false };
  const outcome = message.evaluate(variables, left);
  if ('error' in outcome && outcome.overBudget) return { text: overBudget(rule, left - outcome.cost), cost: outcome.cost, stops: true };
  const text = 'value' in outcome && typeof outcome.value === 'string' ? usable(outcome.value) : undefined;
  return { text: text ?? instead, cost: outcome.cost, stops: false };
}

function overBudget({ messageExpression }: ValidationRule, left: number): string {
  return left <= 0
    ? 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run'
    : `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(messageExpression)}`;
}

/** A message of one line that is not too long; undefined: the text is none. */
export function usable(value: string): string | undefined {
  const text = value.trim();
  return text !== '' && !text.includes('\n') && Buffer.byteLength(text) <= MAX_MESSAGE_BYTES ? text : undefined;
}
