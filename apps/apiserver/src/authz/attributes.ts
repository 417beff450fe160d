import type { UserInfo } from '../call.ts';

/** What is to be decided: who wants to do what. Source: "Authorization", "Review Your Request Attributes". */
export type Attributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
  user: UserInfo;
  verb: string;
  /** '' for core. */
  group: string;
  resource: string;
  subresource?: string;
  /** Absent: the whole cluster. */
  namespace?: string;
  /** Absent: all of them (list, watch, deletecollection, create). */
  name?: string;
}

export interface PathAttributes {
  user: UserInfo;
  verb: string;
  path: string;
}

export const isPath = (attributes: Attributes): attributes is PathAttributes => 'path' in attributes;

/** `pods`, `pods/log`: as rules and messages name it. */
export const resourceText = ({ resource, subresource }: ResourceAttributes): string =>
  subresource ? `${resource}/${subresource}` : resource;

/** Why the user may not, as Kubernetes words it: what follows `is forbidden: `. */
export function refusal(attributes: Attributes): string {
  const user = `User ${JSON.stringify(attributes.user.name)}`;
  if (isPath(attributes)) return `${user} cannot ${attributes.verb} path ${JSON.stringify(attributes.path)}`;
  const where = attributes.namespace ? `in the namespace ${JSON.stringify(attributes.namespace)}` : 'at the cluster scope';
  return `${user} cannot ${attributes.verb} resource ${JSON.stringify(resourceText(attributes))} in API group ${JSON.stringify(attributes.group)} ${where}`;
}
