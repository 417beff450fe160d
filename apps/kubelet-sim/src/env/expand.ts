/** Replaces `$(NAME)` by a variable's value; `$$` is a dollar; an unknown name stays as it is written. Source: Kubernetes, EnvVar.value. */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, after: string, name: string | undefined) => {
    if (after === '$') return '$';
    return name !== undefined && Object.hasOwn(variables, name) ? (variables[name] ?? '') : whole;
  });
}
