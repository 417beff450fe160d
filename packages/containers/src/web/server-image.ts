import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Address } from '@kubernats/net';
import type { Image, ImageContext } from '../image.ts';
import { portOf } from '../programs/flags.ts';
import { type ProgramImage, programImage } from '../programs/program-image.ts';
import type { Access } from './access.ts';
import { serveHttp } from './serve-http.ts';
import { untilStopped } from './until-stopped.ts';

/** A demo web server: one program, one port. */
export interface ServerImage extends Pick<ProgramImage, 'names' | 'shell' | 'entrypoint' | 'defaultArgs'> {
  /** The name of its program. */
  program: string;
  port: number;
  /** What it needs to know, once, before it listens: from its flags and its environment. `port` overrules the usual one. */
  start?(context: ImageContext, words: readonly string[]): { port?: string | undefined } | undefined;
  answer(context: ImageContext, request: IncomingMessage, response: ServerResponse, client: Address): Promise<void> | void;
  /** What it says when it listens. */
  greeting?(port: number, context: ImageContext): string;
  /** A line of its access log. */
  accessLine?(access: Access): string;
}

/** Declares a server that answers on one port until it is stopped. */
export function serverImage({ program, port, start, answer, greeting, accessLine, ...rest }: ServerImage): Image {
  return programImage({
    entrypoint: [`/${program}`],
    ...rest,
    defaultPorts: [port],
    programs: {
      async [program](context, words) {
        const asked = start?.(context, words)?.port;
        const at = asked === undefined ? port : portOf(asked);
        const served = accessLine && ((access: Access) => void context.stdout(`${accessLine(access)}\n`));
        const listens = await serveHttp(context, at, (request, response, client) => answer(context, request, response, client), { served });
        if (listens && greeting) context.stdout(`${greeting(at, context)}\n`);
        return untilStopped(context);
      },
    },
  });
}
