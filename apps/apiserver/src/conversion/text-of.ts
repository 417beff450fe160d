/** The text of a field that a webhook has filled in; anything else is none. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
