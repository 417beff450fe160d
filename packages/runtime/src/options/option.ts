import type { output, ZodType } from 'zod';

/** One option of a program: a row of its table. Its flag and variable follow from its key: `natsUrl` → `--nats-url`, `KUBERNATS_NATS_URL`. */
export interface OptionRow<S extends ZodType = ZodType> {
  /** Ends in a full stop; says the unit and what 0 means where that matters. */
  description: string;
  /** Parses the text of the flag or variable, or checks the default. */
  schema: S;
  /** Absent: the option is required, unless the schema is optional. */
  default?: output<S>;
  /** What `--help` shows for the value. Absent: the option is a switch that takes none. */
  value?: string;
}

export type OptionTable = Readonly<Record<string, OptionRow>>;

/** The configuration that a table of options gives. */
export type ConfigOf<Table extends OptionTable> = { readonly [Key in keyof Table]: output<Table[Key]['schema']> };

/** A row, with the type of its default checked against its schema. */
export function option<S extends ZodType>(row: OptionRow<S>): OptionRow<S> {
  return row;
}

export const flagOf = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
export const variableOf = (key: string): string => `KUBERNATS_${flagOf(key).replaceAll('-', '_').toUpperCase()}`;
