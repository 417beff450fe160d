import { parseFlags, portOf } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { programImage } from '../../programs/program-image.ts';
import { slashedTime } from '../../texts/time.ts';
import { reply, urlOf } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { untilStopped } from '../../web/until-stopped.ts';

const HEADERS = { 'x-app-name': 'http-echo', 'x-app-version': '1.0.0' };

/** Answers every request with its `-text`. */
export const httpEcho = programImage({
  names: ['hashicorp/http-echo'],
  defaultPorts: [5678],
  shell: false,
  entrypoint: ['/http-echo'],
  programs: {
    async 'http-echo'(context, words) {
      const table = { listen: ':5678', text: context.env.ECHO_TEXT ?? 'hello-world', 'status-code': '200', version: false };
      const { values, rest } = parseFlags(words.slice(1), table);
      if (values.version) {
        void context.stderr('http-echo v1.0.0\n');
        return 0;
      }
      if (values.text === '') throw new ProgramExit(127, 'Missing -text option!');
      if (rest.length > 0) throw new ProgramExit(127, 'Too many arguments!');
      const status = Number(values['status-code']);
      await serveHttp(
        context,
        portOf(values.listen),
        (request, response) => {
          request.resume();
          if (urlOf(request).pathname === '/health') return reply(response, 200, '{"status":"ok"}\n', HEADERS);
          reply(response, status, `${values.text}\n`, HEADERS);
        },
        {
          served: (access) =>
            context.stdout(
              `${slashedTime(access.atMs)} ${access.header('host')} ${access.client} "${access.method} ${access.target} ${access.version}" ${access.status} ${access.bytes} "${access.header('user-agent')}"\n`,
            ),
        },
      );
      context.stdout(`${slashedTime(context.clock.now())} [INFO] server is listening on ${values.listen}\n`);
      return untilStopped(context);
    },
  },
});
