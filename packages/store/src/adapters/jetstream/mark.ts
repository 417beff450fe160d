import { type Asker, ask } from './api.ts';
import type { StreamInfo } from './stream.ts';

/** How objects are kept in a log. A change that an older kubernats cannot read counts one up, and brings the way from the last one here. */
export const FORM = 1;

/**
 * What a log says of itself. It is the stream's own description: it is replicated with the stream, costs no revision, and comes with the same
 * answer that tells the last one.
 */
export interface Mark {
  form: number;
  /** The kubernats that wrote it. */
  version: string;
  compactedTo: number;
  /** What is being restored: what the log holds is of no use until that is done. */
  restoring?: string | undefined;
}

/** The first mark told of the compaction alone; what was not compacted had none. */
const FIRST_MARK = /^compacted to (\d+)$/;
const FIRST_VERSION = '0.1.0';

/** The log's mark; the first kind of mark is read as what it says. Throws `StateRefused` when nobody of us made it. */
export function markOf({ config: { name, description = '' } }: StreamInfo): Mark {
  const first = FIRST_MARK.exec(description);
  if (first || description === '') return { form: 1, version: FIRST_VERSION, compactedTo: Number(first?.[1] ?? 0) };
  const { form, version, compactedTo = 0, restoring } = parsed(description);
  if (typeof form === 'number' && typeof version === 'string') return { form, version, compactedTo, restoring };
  throw new StateRefused(`the stream ${name} is none of kubernats': its description is ${JSON.stringify(description)}`);
}

/** Whether the log tells all that a mark tells now. */
export const isMarked = ({ config: { description = '' } }: StreamInfo): boolean => description.startsWith('{');

function parsed(text: string): Partial<Mark> {
  try {
    return JSON.parse(text) as Partial<Mark>;
  } catch {
    return {};
  }
}

export const markText = (mark: Mark): string => JSON.stringify(mark);

export async function writeMark(connection: Asker, info: StreamInfo, mark: Mark): Promise<void> {
  await ask(connection, `STREAM.UPDATE.${info.config.name}`, { ...info.config, description: markText(mark) });
}

/** What the log holds must not be served: a newer kubernats wrote it, or it is half restored. Nothing was changed. */
export class StateRefused extends Error {
  override readonly name = 'StateRefused';
}

/** Throws `StateRefused` unless this kubernats (of `version`) may serve what the log holds. */
export function requireServable(info: StreamInfo, version: string): void {
  const { restoring } = requireKnownForm(info, version);
  if (restoring === undefined) return;
  throw new StateRefused(
    `the stream ${info.config.name} is half restored from ${restoring}: the restore was interrupted, or goes on just now.\n` +
      'Run ./kubernats snapshot restore again, with that file or another one.',
  );
}

/** Gives the log's mark. Throws `StateRefused` when a newer kubernats wrote it. */
export function requireKnownForm(info: StreamInfo, version: string): Mark {
  const mark = markOf(info);
  if (mark.form <= FORM) return mark;
  throw new StateRefused(
    `the stream ${info.config.name} was written by kubernats ${mark.version} (form ${mark.form}); this is ${version}, which knows forms up to ${FORM}.\n` +
      'Run that version or a later one; or begin anew with an empty folder (compose: volume), and restore a snapshot of this version into it.',
  );
}
