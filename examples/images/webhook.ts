// Two admission webhooks over HTTPS, with the certificate of a mounted Secret: `/owner` notes who has made an object, `/versions` refuses Pods whose
// images do not say their version.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { defineImage, untilStopped } from '@kubernats/image';

interface Review {
  uid: string;
  userInfo: { username: string };
  object: { metadata: { annotations?: Record<string, string> }; spec: { containers: { name: string; image: string }[] } };
}

const OWNER = 'example.com/owner';

export default defineImage({
  names: ['demo/webhook'],
  async run(context) {
    const [cert, key] = await Promise.all(
      ['tls.crt', 'tls.key'].map(async (file) => Buffer.from(await context.files.read(`/tls/${file}`))),
    );
    const server = createServer({ cert, key }, (request, response) => void answer(request, response));
    await context.network.listen({ host: context.network.ip, port: 8443 }, (connection) => server.emit('connection', connection));
    console.log('listening on 8443');
    return untilStopped(context);
  },
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { apiVersion, request: review } = JSON.parse(body) as { apiVersion: string; request: Review };
  const said = request.url?.startsWith('/owner') ? owner(review) : versions(review);
  console.log(`${request.url} ${JSON.stringify(said)}`);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ kind: 'AdmissionReview', apiVersion, response: { uid: review.uid, ...said } }));
}

function owner({ userInfo, object }: Review): object {
  const annotations = { ...object.metadata.annotations, [OWNER]: userInfo.username };
  const patch = JSON.stringify([{ op: 'add', path: '/metadata/annotations', value: annotations }]);
  return { allowed: true, patchType: 'JSONPatch', patch: Buffer.from(patch).toString('base64') };
}

function versions({ object }: Review): object {
  const nameless = object.spec.containers.find(({ image }) => !/:[^/]+$/.test(image) || image.endsWith(':latest'));
  if (!nameless) return { allowed: true };
  return { allowed: false, status: { code: 403, message: `container ${nameless.name}: ${nameless.image} does not say its version` } };
}
