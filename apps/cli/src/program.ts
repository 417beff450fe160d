import { VERSION } from '@kubernats/runtime/version';
import { Command, InvalidArgumentError, Option } from 'commander';

const number =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };

/** The command line of `./kubernats`. Each command's code is loaded when it is called. */
export function program(): Command {
  const root = new Command('kubernats')
    .description('A Kubernetes made of small TypeScript processes that talk over NATS.')
    .version(VERSION);
  root.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  root.showHelpAfterError('(kubernats --help lists the commands)');
  const command = (spec: string, description: string): Command =>
    root.command(spec).description(description).option('--name <cluster>', 'which cluster', 'default');

  command('up', 'start a cluster (three nodes unless told otherwise)')
    .option('-d, --detach', 'return when the cluster is ready, and let it run in the background')
    .option('--nodes <count>', 'how many nodes', number(0, 10_000))
    .option('--node-config <file>', 'the nodes and their shapes, instead of --nodes (docs/nodes.md)')
    .option('--node-cpu <quantity>', 'CPUs of each node')
    .option('--node-memory <quantity>', 'memory of each node')
    .option('--node-pods <count>', 'how many Pods each node takes', number(1, 10_000))
    .option('--node-labels <labels>', 'labels of each node: NAME=VALUE,…')
    .option('--node-taints <taints>', 'taints of each new node: KEY=VALUE:EFFECT,…')
    .option('--stages <file>', 'how Pods of fidelity status live, and what nodes go through (docs/nodes.md)')
    .option('--port <port>', 'where the API server listens on 127.0.0.1 (6443 for the first cluster)', number(1, 65_535))
    .option('--address <address>', 'an address of this machine on which other machines reach and join the cluster (docs/operations.md)')
    .option('--new-join-key', 'end all tokens, and the credentials of all machines that have joined: each has to join again')
    .option('--expose <address>', "an address of this machine where node ports open for the outside as well; '' for none again")
    .option('--single-process', 'all components in one process')
    .option('--load-balancer', 'Services of type LoadBalancer get an address (as with: addon enable load-balancer)')
    .option('--cloud', 'as a cloud has it from the start: with the load balancer, and with disks for claims that name no StorageClass')
    .option('--ephemeral', 'keep no file: state is gone when the cluster ends')
    .addOption(new Option('--durability <profile>', 'power: an acknowledged write also survives a power cut').choices(['default', 'power']))
    .addOption(
      new Option('--fidelity <fidelity>', 'status: containers are only told of, for thousands of nodes').choices(['live', 'status']),
    )
    .addOption(
      new Option('--cpu-throttle <to>', 'to what a container is held that wants more CPU than its limit').choices(['limit', 'request']),
    )
    .option('--images <folder>', "folder with images of your own (docs/images.md); '' for none again")
    .option('--storage-backends <folder>', "folder with storage back ends of your own (docs/storage-backends.md); '' for none again")
    .option('--scheduler-config <file>', "a KubeSchedulerConfiguration: profiles and plug-ins (docs/scheduling.md); '' for none again")
    .option('--scheduler-plugins <folder>', "folder with plug-ins of your own for the scheduler (docs/scheduling.md); '' for none again")
    .option('--audit-policy-file <file>', "an audit.k8s.io/v1 Policy: what is written of requests (docs/operations.md); '' for none again")
    .option('--audit-log-path <file>', "where audit events are written; default: audit.log among the cluster's logs")
    .option(
      '--token-auth-file <file>',
      'static tokens, a line each: token,user,uid,"group1,group2" (docs/operations.md); \'\' for none again',
    )
    .option('--nats-server <program>', 'the nats-server to run')
    .addOption(
      new Option('--log-level <level>', 'how much the components log')
        .choices(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .action(async (options) => (await import('./commands/up.ts')).up(options));
  command('init', 'prepare a cluster whose components run apart, as with docker compose: certificates, keys, kubeconfig')
    .requiredOption('--parts <folder>', 'where each component finds its part of the keys, in a folder of its name')
    .requiredOption('--kubeconfig <file>', "where the administrator's kubeconfig goes")
    .requiredOption('--server <url>', 'how clients reach the API server')
    .requiredOption('--nats-store <folder>', "the NATS server's folder, at the path where it sees it itself")
    .option(
      '--nats-peer <host=folder>',
      'one more NATS server that keeps the state with the first one, which is then to be reached as nats; its folder as init sees it. Several times',
      (each: string, all: { host: string; store: string }[]) => [...all, natsPeer(each)],
      [],
    )
    .option(
      '--address <address>',
      "one more address of the API server's; may be given several times",
      (each: string, all: string[]) => [...all, each],
      [],
    )
    .option('--owner <uid>', 'the user that the components run as', number(0, 2 ** 32 - 2))
    .action(async (options) => (await import('./commands/init.ts')).init(options));
  command('join [nats-url]', 'make this machine a node of a cluster on another one, until it is interrupted (docs/operations.md)')
    .option('--token <token>', 'what ./kubernats token create has printed; a machine that has joined comes back without one')
    .option('--node-name <name>', 'what the node is called; default: the lowest free nodeK')
    .option('--part <folder>', "instead of a token, the node's part of the cluster's keys, as init made it")
    .option('--root <folder>', "the node's own folder: its disk, its credentials, and who it is", '/var/lib/kubernats')
    .addOption(
      new Option('--log-level <level>', 'how much is logged')
        .choices(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .action(async (natsUrl, options) => (await import('./commands/join.ts')).join(natsUrl, options));
  command('down', 'stop a cluster; its state is kept')
    .option('--purge', 'remove its state: all that it has written, the files of its volumes too')
    .action(async (options) => (await import('./commands/down.ts')).down(options));
  command('status', 'show the components of a running cluster').action(async (options) =>
    (await import('./commands/status.ts')).status(options),
  );
  command('kubeconfig', "print the path of the cluster's kubeconfig").action(async (options) =>
    (await import('./commands/kubeconfig.ts')).kubeconfig(options),
  );
  command('logs <component>', "print a component's log")
    .option('-f, --follow', 'go on printing what is added')
    .action(async (component, options) => (await import('./commands/logs.ts')).logs(component, options));
  command('trace <service>', 'show the connections of a Service as they come: svc/NAME (docs/tracing.md)')
    .option('-n, --namespace <namespace>', "the Service's namespace; default: the kubeconfig's")
    .addOption(new Option('-o, --output <form>', 'text, or json: an object a line').choices(['text', 'json']).default('text'))
    .option('--kubeconfig <file>', "how to reach a cluster that is not of this machine; default: the cluster's own")
    .action(async (service, options) => (await import('./commands/trace.ts')).trace(service, options));
  const output = () => new Option('-o, --output <form>', 'text, json or yaml').choices(['text', 'json', 'yaml']).default('text');
  command('explain <words...>', 'say why a Pod is on its node, or Pending: pod NAME (docs/scheduling.md)')
    .option('-n, --namespace <namespace>', "the Pod's namespace; default: the kubeconfig's")
    .option('--node <node>', 'tell of this node only')
    .option('--all', 'tell of all nodes, not only of the best')
    .addOption(output())
    .option('--kubeconfig <file>', "how to reach a cluster that is not of this machine; default: the cluster's own")
    .action(async (words, options) => (await import('./commands/explain.ts')).explain(words, options));
  command('what-if', 'say where the Pods of a manifest would go, and change nothing (docs/scheduling.md)')
    .requiredOption('-f, --filename <file>', 'the manifest; - for the standard input')
    .option('-n, --namespace <namespace>', "the namespace of what names none; default: the kubeconfig's")
    .option('--all', 'tell of all nodes, not only of the first')
    .addOption(output())
    .option('--kubeconfig <file>', "how to reach a cluster that is not of this machine; default: the cluster's own")
    .action(async (options) => (await import('./commands/what-if.ts')).whatIf(options));
  const snapshots = root.command('snapshot').description('back up all that a cluster knows, and restore it (docs/operations.md)');
  const snapshot = (spec: string, description: string): Command =>
    snapshots
      .command(spec)
      .description(description)
      .option('--name <cluster>', 'which cluster', 'default')
      .addOption(new Option('--nats-url <url>', 'the NATS server of a cluster whose components run apart').env('KUBERNATS_NATS_URL'))
      .addOption(new Option('--nats-creds <file>', "its API server's credentials").env('KUBERNATS_NATS_CREDS'));
  snapshot('save <file>', 'copy the objects of a cluster, as they are at one revision, into a file')
    .option('--force', 'overwrite a file that is there')
    .action(async (file, options) => (await import('./commands/snapshot.ts')).snapshotSave(file, options));
  snapshot('restore <file>', 'put a cluster that is down, or a new one, back to what a snapshot holds').action(async (file, options) =>
    (await import('./commands/snapshot.ts')).snapshotRestore(file, options),
  );
  snapshots
    .command('status <file>')
    .description('check a snapshot, and show what it holds')
    .addOption(new Option('-o, --output <form>', 'table, or json').choices(['table', 'json']).default('table'))
    .action(async (file, options) => (await import('./commands/snapshot.ts')).snapshotStatus(file, options));
  const addons = root.command('addon').description('what a cluster has only when it is asked for');
  addons
    .command('list')
    .description('show the add-ons of a running cluster')
    .option('--name <cluster>', 'which cluster', 'default')
    .action(async (options) => (await import('./commands/addon.ts')).addonList(options));
  for (const action of ['enable', 'disable'] as const) {
    addons
      .command(`${action} <addon>`)
      .description(action === 'enable' ? 'start it, now and with every later up' : 'stop it, and take back what it did in the cluster')
      .option('--name <cluster>', 'which cluster', 'default')
      .action(async (name, options) => (await import('./commands/addon.ts')).addon(action, name, options));
  }
  const tokens = root.command('token').description('what machines join a cluster with');
  const token = (spec: string, description: string): Command =>
    tokens.command(spec).description(description).option('--name <cluster>', 'which cluster', 'default');
  token('create', 'make a token, and print it')
    .option('--ttl <time>', 'how long it is good: such as 30m, 24h or 7d; 0: until it is deleted', '24h')
    .option('--uses <count>', 'how many machines may join with it; default: any number', number(1, 100_000))
    .option('--description <text>', 'what it is for')
    .option('--print-join-command', 'print the whole command that the other machine is to run')
    .action(async (options) => (await import('./commands/token.ts')).tokenCreate(options));
  token('list', 'show the tokens there are').action(async (options) => (await import('./commands/token.ts')).tokenList(options));
  token('delete <token>', 'take a token away, by its name; machines that have joined stay').action(async (text, options) =>
    (await import('./commands/token.ts')).tokenDelete(text, options),
  );
  const users = root.command('user').description('people beside the administrator, each with a kubeconfig and a role');
  const user = (spec: string, description: string): Command =>
    users.command(spec).description(description).option('--name <cluster>', 'which cluster', 'default');
  user('add <user>', 'make a user; the last line printed is the path of the kubeconfig')
    .option('--role <role>', 'what the user may do: view, edit, admin, cluster-admin, or another ClusterRole', 'edit')
    .option('-n, --namespace <namespace>', 'where; default: in the whole cluster')
    .option(
      '--group <group>',
      'a group that the user is in; may be given several times',
      (group: string, groups: string[]) => [...groups, group],
      [],
    )
    .option('--expires <time>', 'how long the certificate is valid: 10m to 365d', '30d')
    .action(async (name, options) => (await import('./commands/user.ts')).userAdd(name, options));
  user('list', 'show the users, their roles and how long their certificates are valid').action(async (options) =>
    (await import('./commands/user.ts')).userList(options),
  );
  user('remove <user>', 'take the roles and the kubeconfig away; a certificate that was handed out stays valid until it expires').action(
    async (name, options) => (await import('./commands/user.ts')).userRemove(name, options),
  );
  const certs = root.command('certs').description("a cluster's certificates (docs/operations.md)");
  const cert = (spec: string, description: string): Command =>
    certs.command(spec).description(description).option('--name <cluster>', 'which cluster', 'default');
  cert('check-expiration', 'show when they end').action(async (options) =>
    (await import('./commands/certs.ts')).certsCheckExpiration(options),
  );
  cert('renew <certificate>', 'make one anew, for another year: admin.conf, apiserver, nats-server, or all').action(async (what, options) =>
    (await import('./commands/certs.ts')).certsRenew(what, options),
  );
  const node = root.command('node').description('take a node away and bring it back; make paths on its disk');
  for (const action of ['stop', 'start'] as const) {
    node
      .command(`${action} <node>`)
      .description(action === 'stop' ? 'cut its power: containers die, heartbeats end' : 'power it up again')
      .option('--name <cluster>', 'which cluster', 'default')
      .action(async (name, options) => (await import('./commands/node.ts')).node(action, name, options));
  }
  node
    .command('path <node> <path>')
    .description('make a folder on a node, and print where it is on this machine')
    .option('--name <cluster>', 'which cluster', 'default')
    .action(async (name, path, options) => (await import('./commands/node-paths.ts')).nodePath(name, path, options));
  node
    .command('link <source> <target>')
    .description("show a path of one node at one of another node's: node1:/data node2:/data (docs/volumes.md)")
    .option('--name <cluster>', 'which cluster', 'default')
    .action(async (source, target, options) => (await import('./commands/node-paths.ts')).nodeLink(source, target, options));
  node
    .command('unlink <target>')
    .description('take such a link away: node2:/data')
    .option('--name <cluster>', 'which cluster', 'default')
    .action(async (target, options) => (await import('./commands/node-paths.ts')).nodeUnlink(target, options));
  return root;
}

function natsPeer(text: string): { host: string; store: string } {
  const [, host, store] = /^([^=/]+)=(.+)$/.exec(text) ?? [];
  if (host === undefined || store === undefined) throw new InvalidArgumentError('must be HOST=FOLDER, such as nats-2=/data-2');
  return { host, store };
}
