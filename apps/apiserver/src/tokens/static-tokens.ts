import { FileError } from '@kubernats/runtime/user-files';
import type { UserInfo } from '../call.ts';

/** Whose each token of a file is, and what of the file is of no use: that is told, and does no harm. */
export interface StaticTokens {
  users: ReadonlyMap<string, UserInfo>;
  warnings: string[];
}

const GO_WORDS: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: 'bare " in non-quoted field',
  CSV_INVALID_CLOSING_QUOTE: 'extraneous or missing " in quoted-field',
  CSV_QUOTE_NOT_CLOSED: 'extraneous or missing " in quoted-field',
};

/**
 * Reads a file of tokens: lines of `token,user name,user uid,"group1,group2"`, the groups being optional. `file` is for messages. Throws `FileError` with the
 * line, and never with a token. Source: the page "Authenticating", static token file.
 */
export async function readStaticTokens(text: string, file: string): Promise<StaticTokens> {
  const users = new Map<string, UserInfo>();
  const warnings: string[] = [];
  for (const { line, fields } of await records(text, file)) {
    if (fields.length < 3) {
      throw new FileError(`${file}: line ${line}: must have at least 3 columns (token, user name, user uid), found ${fields.length}`);
    }
    const [token = '', name = '', uid = '', groups = ''] = fields;
    if (token === '') {
      warnings.push(`${file}: line ${line}: empty token has been found`);
      continue;
    }
    if (users.has(token)) warnings.push(`${file}: line ${line}: duplicate token has been found`);
    const given = groups.split(',').filter((group) => group !== '');
    users.set(token, { name, ...(uid === '' ? {} : { uid }), groups: [...new Set([...given, 'system:authenticated'])] });
  }
  return { users, warnings };
}

async function records(text: string, file: string): Promise<{ line: number; fields: string[] }[]> {
  // Loaded only where there is such a file.
  const { CsvError, parse } = await import('csv-parse/sync');
  try {
    const rows: unknown[] = parse(text, {
      bom: true,
      info: true,
      recordDelimiter: ['\r\n', '\n'],
      relaxColumnCount: true,
      skipEmptyLines: true,
    });
    return (rows as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({ line: info.lines, fields: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FileError(`${file}: line ${error.lines}: ${GO_WORDS[error.code] ?? error.code}`);
  }
}
