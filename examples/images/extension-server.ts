// An API server of its own, for a group that Kubernetes does not have: `readings.weather.example.com`. It believes nobody but the front proxy, whose authority is
// mounted beside its own certificate, and answers for whoever that says asks.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { defineImage, untilStopped } from '@kubernats/image';

const GROUP_VERSION = 'weather.example.com/v1';
const AT = `/apis/${GROUP_VERSION}`;
const READINGS = new RegExp(`^${AT}/namespaces/([^/]+)/readings(?:/([^/]+))?$`);
const PLACES: Readonly<Record<string, number>> = { garden: 21, cellar: 12 };

export default defineImage({
  names: ['demo/extension-server'],
  async run(context) {
    const [cert, key, ca] = await Promise.all(
      ['tls.crt', 'tls.key', 'front-proxy-ca.crt'].map(async (file) => Buffer.from(await context.files.read(`/tls/${file}`))),
    );
    const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true }, answer);
    await context.network.listen({ host: context.network.ip, port: 8443 }, (connection) => server.emit('connection', connection));
    console.log('listening on 8443');
    return untilStopped(context);
  },
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [path = ''] = (request.url ?? '').split('?');
  const user = String(request.headers['x-remote-user']);
  console.log(`${request.method} ${path} for ${user}`);
  const said = path === AT ? resources : readings(path, user);
  response.writeHead(said ? 200 : 404, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(said ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404, message: `no ${path}` }),
  );
}

const resources = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: GROUP_VERSION,
  resources: [{ name: 'readings', singularName: 'reading', namespaced: true, kind: 'Reading', verbs: ['get', 'list'] }],
};

function readings(path: string, user: string): object | undefined {
  const [, namespace, name] = READINGS.exec(path) ?? [];
  if (namespace === undefined) return undefined;
  const reading = ([place, celsius]: [string, number]) => ({
    ...{ kind: 'Reading', apiVersion: GROUP_VERSION, metadata: { name: place, namespace } },
    status: { celsius, readBy: user },
  });
  const all = Object.entries(PLACES).map(reading);
  if (name === undefined) return { kind: 'ReadingList', apiVersion: GROUP_VERSION, metadata: {}, items: all };
  return all.find(({ metadata }) => metadata.name === name);
}
