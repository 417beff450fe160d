// An HTTPS server of Node.js that knows nothing of Kubernetes, with a nats-server of its own: what is read is always the same, what is created is parsed, written
// as JSON, and kept in JetStream before it is answered. Sends its parent how it is reached.
import { createServer } from 'node:https';
import { realClock, realIds } from '@kubernats/clock';
import { createCertificateAuthority, issueClientCertificate, issueServerCertificate } from '@kubernats/pki';
import { openJetStreamStore } from '@kubernats/store';
import { startNatsServer } from '@kubernats/testing/nats-server';
import { configMap } from '../objects.ts';

const HOST = '127.0.0.1';
const FOUND = JSON.stringify(configMap('bare'));

const deps = { clock: realClock };
const nats = await startNatsServer();
const common = { cluster: 'bare', identity: 'system:apiserver', clock: realClock, ids: realIds };
const store = await openJetStreamStore({ ...common, url: nats.url, name: 'state' });
const ca = await createCertificateAuthority(deps, 'ca');
const [own, client] = await Promise.all([
  issueServerCertificate(deps, ca, { commonName: HOST, names: [], addresses: [HOST] }),
  issueClientCertificate(deps, ca, { user: 'client', groups: [] }),
]);

const tls = { cert: own.certificatePem, key: own.privateKeyPem, ca: ca.certificatePem, requestCert: true };
const server = createServer(tls, async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const text = request.method === 'GET' ? FOUND : await create(Buffer.concat(parts).toString());
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
});

async function create(body: string): Promise<string> {
  const object = JSON.parse(body) as { metadata: { name: string } };
  const text = JSON.stringify(object);
  await store.create({ group: '', resource: 'configmaps', namespace: 'default', name: object.metadata.name }, Buffer.from(text));
  return text;
}

process.once('disconnect', async () => {
  await nats[Symbol.asyncDispose]();
  process.exit();
});
server.listen(0, HOST, () => {
  const { port } = server.address() as { port: number };
  process.send?.({ url: `https://${HOST}:${port}`, ca: ca.certificatePem, cert: client.certificatePem, key: client.privateKeyPem });
});
