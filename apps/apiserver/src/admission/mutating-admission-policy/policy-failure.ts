import { goQuote } from '@kubernats/apimachinery';
import { forbidden, type Reason, StatusError } from '@kubernats/errors';
import { named } from '../../core.ts';
import { type Attributes, nameIn } from '../../webhooks/attributes.ts';
import type { MutatingBinding, MutatingPolicy } from './mutating-policies.ts';

/** What a policy was to do could not be done. */
export interface PolicyFailure {
  policy: MutatingPolicy;
  /** Undefined: none of its bindings could be followed. */
  binding: MutatingBinding | undefined;
  message: string;
  /** Of the Status; its code is that of Forbidden, whatever the reason. */
  reason: Reason;
}

/** What refuses the request; undefined: all that failed may be ignored. Source: kube-apiserver's dispatcher of policies, whose words these are. */
export function refusalOf(attributes: Attributes, failures: readonly PolicyFailure[]): StatusError | undefined {
  const counted = failures.filter(({ policy }) => !policy.ignoresFailure);
  const [first] = counted;
  if (!first) return undefined;
  const { code, details } = forbidden(named(attributes.row), nameIn(attributes), '');
  return new StatusError(
    first.reason,
    textOf(first),
    { ...details, causes: counted.map((failure) => ({ message: textOf(failure) })) },
    code,
  );
}

function textOf({ policy, binding, message }: PolicyFailure): string {
  const who = binding ? `policy '${policy.name}' with binding '${binding.name}'` : `policy ${goQuote(policy.name)}`;
  return `${who} denied request: ${message}`;
}
