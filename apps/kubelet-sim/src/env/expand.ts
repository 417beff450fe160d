/**
 * Replaces `$(NAME)` by a variable's value; `$$` is a dollar; an unknown name (undefined) stays as it is written.
 * Source: Kubernetes, EnvVar.value, Container.command.
 */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, after: string, name: string | undefined) => {
    if (after === '$') return '$';
    return (name === undefined ? undefined : lookUp(name)) ?? whole;
  });
}

/** Looks names up in a plain object. */
export const among =
  (variables: Readonly<Record<string, string>>) =>
  (name: string): string | undefined =>
    Object.hasOwn(variables, name) ? variables[name] : undefined;
