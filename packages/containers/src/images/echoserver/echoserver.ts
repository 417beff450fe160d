import { bodyOf, reply, urlOf } from '../../web/reply.ts';
import { serverImage } from '../../web/server-image.ts';

/** Kubernetes' old echo server: the request, and the Pod as far as its environment tells. */
export const echoserver = serverImage({
  names: ['echoserver', 'google_containers/echoserver', 'e2e-test-images/echoserver'],
  program: 'run.sh',
  entrypoint: [],
  defaultArgs: ['/usr/local/bin/run.sh'],
  port: 8080,
  async answer({ env, hostname }, request, response, client) {
    const url = urlOf(request);
    const body = (await bodyOf(request)).toString();
    const known: [string, string | undefined][] = [
      ['node name:', env.NODE_NAME],
      ['pod name:', env.POD_NAME],
      ['pod namespace:', env.POD_NAMESPACE],
      ['pod IP:', env.POD_IP],
    ];
    const pod = known.flatMap(([name, value]) => (value === undefined ? [] : [`\t${name}\t${value}`]));
    const headers = Object.entries(request.headers).sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = [
      ...['', '', `Hostname: ${hostname}`, '', 'Pod Information:'],
      ...(pod.length > 0 ? pod : ['\t-no pod information available-']),
      ...['', 'Server values:', '\tserver_version=nginx: 1.13.3 - lua: 10008', '', 'Request Information:'],
      `\tclient_address=${client.host}`,
      `\tmethod=${request.method}`,
      `\treal path=${request.url}`,
      `\tquery=${url.search.slice(1)}`,
      `\trequest_version=${request.httpVersion}`,
      '\trequest_scheme=http',
      `\trequest_uri=http://${(request.headers.host ?? '').replace(/:\d+$/, '')}:8080${request.url}`,
      ...['', 'Request Headers:'],
      ...headers.map(([name, value]) => `\t${name}=${String(value)}`),
      ...['', 'Request Body:', body === '' ? '\t-no body in request-' : body, '', ''],
    ];
    reply(response, 200, lines.join('\n'), { 'content-type': 'text/plain', server: 'echoserver' });
  },
});
