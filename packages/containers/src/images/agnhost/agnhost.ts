import type { ImageContext } from '../../image.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { type Program, programImage } from '../../programs/program-image.ts';
import { untilStopped } from '../../web/until-stopped.ts';
import { connect } from './connect.ts';
import { dnsServerList, dnsSuffix, entrypointTester, environment, etcHosts } from './facts.ts';
import { grpcHealthChecking } from './grpc-health-checking.ts';
import { liveness } from './liveness.ts';
import { logsGenerator } from './logs-generator.ts';
import { netexec } from './netexec.ts';
import { porter } from './porter.ts';
import { serveHostname } from './serve-hostname.ts';
import { testWebserver } from './test-webserver.ts';

/** The subcommands that are here; each gets its own name first. */
const COMMANDS: Readonly<Record<string, Program>> = {
  connect,
  'dns-server-list': dnsServerList,
  'dns-suffix': dnsSuffix,
  'entrypoint-tester': entrypointTester,
  env: environment,
  'etc-hosts': etcHosts,
  'grpc-health-checking': grpcHealthChecking,
  liveness,
  'logs-generator': logsGenerator,
  netexec,
  pause: (context) => pause(context),
  porter,
  'serve-hostname': serveHostname,
  'test-webserver': testWebserver,
};

/** Subcommands of the real program that nothing here stands for. */
const NOT_BUILT = new Set([
  ...[
    'audit-proxy',
    'crd-conversion-webhook',
    'fake-gitserver',
    'fake-registry-server',
    'guestbook',
    'inclusterclient',
    'mounttest',
    'net',
  ],
  ...['nettest', 'no-snat-test', 'no-snat-test-proxy', 'nonewprivs', 'openidmetadata', 'podcertificatesigner', 'port-forward-tester'],
  ...['resource-consumer', 'resource-consumer-controller', 'sample-apiserver', 'stress', 'tcp-reset', 'vpn', 'webhook', 'winpodutil'],
]);

/** The test image of Kubernetes' own suite and documentation: many small programs behind one name. */
export const agnhost = programImage({
  names: ['e2e-test-images/agnhost', 'agnhost', 'kubernetes-e2e-test-images/agnhost', 'e2eteam/agnhost'],
  entrypoint: ['/agnhost'],
  defaultArgs: ['pause'],
  programs: {
    agnhost(context, [, name = 'help', ...rest]) {
      if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name]?.(context, [name, ...rest]) ?? 1;
      const known = Object.keys(COMMANDS).sort().join(', ');
      if (name === 'help' || name === '--help') {
        context.stdout(`Usage:\n  app [command]\n\nAvailable Commands (of the simulated image): ${known}\n`);
        return 0;
      }
      if (NOT_BUILT.has(name)) throw new ProgramExit(1, `agnhost ${name} is not simulated by kubernats; simulated are: ${known}`);
      throw new ProgramExit(1, `Error: unknown command "${name}" for "app"\nRun 'app --help' for usage.`);
    },
  },
});

function pause(context: ImageContext): Promise<number> {
  context.stdout('Paused\n');
  return untilStopped(context);
}
