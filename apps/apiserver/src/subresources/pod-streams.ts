import type { Pod } from '@kubernats/api';
import type { AttachHello, ExecHello, PortForwardHello } from '@kubernats/client';
import { badRequest, notFound } from '@kubernats/errors';
import { authorise } from '../authz/authorise.ts';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { flag } from '../rest/resource-version.ts';
import { openNodeStream } from '../streams/node-stream.ts';
import { connection } from '../webhooks/connection.ts';
import { containerOf } from './pod-container.ts';

const PORT_MAX = 65_535;

/** pods/NAME/exec: a program inside a container. */
export async function exec(core: Core, call: Call): Promise<Result> {
  const pod = await podOf(core, call);
  const asked = { ...streamOptions(call), command: call.upgrade?.parameters.getAll('command') ?? [] };
  const { command, ...options } = await core.admission.review(core, call, connection('PodExecOptions', asked));
  const attach = attachHello(call, pod, options);
  if (call.upgrade && command.length === 0) throw badRequest('you must specify at least 1 command for the container');
  const node = nodeOf(pod);
  const hello: ExecHello = { ...attach, command };
  return { type: 'upgrade', service: { kind: 'command', ...streamsOf(attach), open: () => openNodeStream(core, node, 'exec', hello) } };
}

/** pods/NAME/attach: a container's own streams. */
export async function attach(core: Core, call: Call): Promise<Result> {
  const pod = await podOf(core, call);
  const options = await core.admission.review(core, call, connection('PodAttachOptions', streamOptions(call)));
  const hello = attachHello(call, pod, options);
  const node = nodeOf(pod);
  return { type: 'upgrade', service: { kind: 'command', ...streamsOf(hello), open: () => openNodeStream(core, node, 'attach', hello) } };
}

/** pods/NAME/portforward: connections to a Pod's localhost. */
export async function portForward(core: Core, call: Call): Promise<Result> {
  const pod = await podOf(core, call);
  const node = nodeOf(pod);
  const ports = (call.upgrade?.parameters.getAll('ports') ?? []).flatMap((list) => list.split(',')).map(portOf);
  await core.admission.review(core, call, connection('PodPortForwardOptions', ports.length > 0 ? { ports } : {}));
  const { namespace = '', name = '' } = call.request;
  const dial = (port: number) => {
    const hello: PortForwardHello = { namespace, pod: name, port };
    return openNodeStream(core, node, 'portforward', hello);
  };
  return { type: 'upgrade', service: { kind: 'portForward', ports, dial } };
}

/**
 * The Pod. Who asks with GET, as WebSockets do, must be allowed to create as well: to read is not to run programs. Source: the feature
 * AuthorizePodWebsocketUpgradeCreatePermission, on since Kubernetes 1.35.
 */
async function podOf(core: Core, call: Call): Promise<Pod> {
  if (call.request.verb === 'get') authorise(core.authorizer, call.user, { ...call.request, verb: 'create' });
  const { namespace = '', name = '' } = call.request;
  const { stream, cache } = placeOf(core, call.row);
  await stream.fresh();
  const pod: Pod | undefined = cache.get(namespace, name)?.object;
  if (!pod) throw notFound(named(call.row), name);
  return pod;
}

const streamOptions = ({ query }: Call) => ({
  stdin: flag(query.stdin),
  stdout: flag(query.stdout),
  stderr: flag(query.stderr),
  tty: flag(query.tty),
  container: query.container ?? '',
});

function attachHello({ request }: Call, pod: Pod, options: ReturnType<typeof streamOptions>): AttachHello {
  const { namespace = '', name = '' } = request;
  const container = containerOf(pod, options.container);
  const { stdin, stdout, tty } = options;
  // With a terminal there is one stream of output.
  const stderr = options.stderr && !tty;
  if (!stdin && !stdout && !stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  return { namespace, pod: name, container, stdin, stdout, stderr, tty };
}

const streamsOf = ({ stdin, stdout, stderr, tty }: AttachHello) => ({ stdin, stdout, stderr, tty });

function nodeOf(pod: Pod): string {
  const node = pod.spec?.nodeName;
  if (!node) throw badRequest(`pod ${pod.metadata?.name ?? ''} does not have a host assigned`);
  return node;
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= PORT_MAX) return port;
  throw badRequest(`invalid port ${JSON.stringify(text)}: must be between 1 and ${PORT_MAX}, inclusive`);
}
