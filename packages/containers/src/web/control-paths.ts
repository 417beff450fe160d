// The HTTP paths by which a person pushes a running server around: `POST /kubernats/memory?bytes=1Gi`, `/kubernats/cpu?millicores=500`,
// `/kubernats/exit?code=3`. Every built-in server has them (P5).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { quantityMilli, quantityValue } from '@kubernats/apimachinery';
import type { ImageContext } from '../image.ts';

const PREFIX = '/kubernats/';
const USAGE = `POST /kubernats/memory?bytes=1Gi       hold so much memory; without bytes: as the image does
POST /kubernats/cpu?millicores=500     want so much CPU (or cpu=0.5); without: as the image does
POST /kubernats/exit?code=3            end the container
`;

export interface ControlPaths {
  /** Answers a request for one of the paths; false: it is for the server itself. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Settles with the exit code that somebody asked for. */
  readonly exited: Promise<number>;
}

export function controlPaths(context: Pick<ImageContext, 'meter' | 'stdout'>): ControlPaths {
  const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
  return {
    exited,
    handle(request, response) {
      if (!request.url?.startsWith(PREFIX)) return false;
      request.resume();
      const { code, text, after } = answer(request, context, exit);
      response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' });
      // What may end the container comes behind the answer.
      if (after) response.once('close', after);
      response.end(text);
      return true;
    },
  };
}

interface Answer {
  code: number;
  text: string;
  after?: () => void;
}

function answer({ method, url = '' }: IncomingMessage, { meter }: Pick<ImageContext, 'meter'>, exit: (code: number) => void): Answer {
  const [path = '', query = ''] = url.split('?', 2);
  const what = path.slice(PREFIX.length);
  const searchParams = new URLSearchParams(query);
  if (what !== 'memory' && what !== 'cpu' && what !== 'exit') return { code: 404, text: USAGE };
  if (method !== 'POST' && method !== 'PUT') return { code: 405, text: `use POST\n${USAGE}` };
  try {
    if (what === 'memory') {
      const bytes = amount(searchParams.get('bytes'), quantityValue);
      return { code: 200, text: said('memory', searchParams.get('bytes')), after: () => meter.override('memory', bytes) };
    }
    if (what === 'cpu') {
      const cores = searchParams.get('cpu');
      const millicores = cores === null ? amount(searchParams.get('millicores'), quantityValue) : amount(cores, quantityMilli);
      return {
        code: 200,
        text: said('cpu', cores ?? millicores?.toString().concat('m') ?? null),
        after: () => meter.override('cpu', millicores),
      };
    }
    const code = Number(searchParams.get('code') ?? '0');
    if (!Number.isInteger(code) || code < 0 || code > 255) throw new Error('code must be a number from 0 to 255');
    return { code: 200, text: `exit ${code}\n`, after: () => exit(code) };
  } catch (error) {
    return { code: 400, text: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

const said = (what: string, amount: string | null): string => (amount ? `${what} ${amount}\n` : `${what} as the image does\n`);

function amount(text: string | null, read: (text: string) => number): number | undefined {
  if (text === null || text === '') return undefined;
  const value = read(text);
  if (value < 0) throw new Error(`${JSON.stringify(text)} must be greater than or equal to 0`);
  return value;
}
