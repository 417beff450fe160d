import { slashedTime } from '../../texts/time.ts';
import { reply } from '../../web/reply.ts';
import { serverImage } from '../../web/server-image.ts';

/** `…/hello-app:2.0` is version 2.0.0. */
const versionOf = (image: string): string => `${/:v?(\d+(?:\.\d+)?)/.exec(image.slice(image.lastIndexOf('/')))?.[1] ?? '1.0'}.0`;

/** Google's sample: says hello, its version (the image's tag) and its host name. */
export const helloApp = serverImage({
  names: ['google-samples/hello-app', 'google-samples/containers/gke/hello-app', 'gke/hello-app'],
  program: 'hello-app',
  port: 8080,
  shell: false,
  start: ({ env }) => ({ port: env.PORT }),
  greeting: (port, { clock }) => `${slashedTime(clock.now())} Server listening on port ${port}`,
  accessLine: ({ atMs, target }) => `${slashedTime(atMs)} Serving request: ${target}`,
  answer({ image, hostname }, request, response) {
    request.resume();
    reply(response, 200, `Hello, world!\nVersion: ${versionOf(image)}\nHostname: ${hostname}\n`);
  },
});

/** The first sample of the documentation for developers. */
export const nodeHello = serverImage({
  names: ['google-samples/node-hello'],
  program: 'node-hello',
  port: 8080,
  start: ({ env }) => ({ port: env.PORT }),
  answer(_context, request, response) {
    request.resume();
    reply(response, 200, 'Hello Kubernetes!');
  },
});

/** The application of Kubernetes' tutorial "Kubernetes Basics". */
export const kubernetesBootcamp = serverImage({
  names: ['google-samples/kubernetes-bootcamp', 'jocatalin/kubernetes-bootcamp'],
  program: 'kubernetes-bootcamp',
  port: 8080,
  greeting: (_port, { clock, hostname }) =>
    `Kubernetes Bootcamp App Started At: ${new Date(clock.now()).toISOString()} | Running On:  ${hostname} \n`,
  accessLine: ({ atMs, target }) => `Log Time: ${new Date(atMs).toISOString()} | Request: ${target}`,
  answer({ image, hostname }, request, response) {
    request.resume();
    const version = /:v?(\d+)/.exec(image.slice(image.lastIndexOf('/')))?.[1] ?? '1';
    reply(response, 200, `Hello Kubernetes bootcamp! | Running on: ${hostname} | v=${version}\n`, { 'content-type': 'text/plain' });
  },
});
