import { namesInHosts, textOf } from '../../../network/container-lookup.ts';
import type { Invocation, Program } from '../process/invocation.ts';
import { flagsOf } from './flags.ts';

const say =
  (text: string): Program =>
  async (run) => {
    await run.out(text);
    return 0;
  };

const id: Program = async (run) => {
  const { flags } = flagsOf(run.args, '');
  const name = flags.has('n');
  if (flags.has('u') || flags.has('g') || flags.has('G')) await run.out(name ? 'root\n' : '0\n');
  else await run.out('uid=0(root) gid=0(root) groups=0(root)\n');
  return 0;
};

/** The name in full, or its domain: what the hosts file calls the Pod first. */
async function fullName(run: Invocation, name: string, domainOnly: boolean): Promise<string> {
  const [first = name] = namesInHosts(await textOf(run.system.context.files, '/etc/hosts'), run.system.network.ip);
  return domainOnly ? first.split('.').slice(1).join('.') : first;
}

const hostname: Program = async (run) => {
  const { flags } = flagsOf(run.args, '');
  const name = run.system.hostname;
  if (flags.has('i') || flags.has('I')) await run.out(`${run.system.network.ip}${flags.has('I') ? ' ' : ''}\n`);
  else if (flags.has('f') || flags.has('d')) await run.out(`${await fullName(run, name, flags.has('d'))}\n`);
  else await run.out(`${flags.has('s') ? name.split('.')[0] : name}\n`);
  return 0;
};

const uname: Program = async (run) => {
  const { flags } = flagsOf(run.args, '');
  const facts = [
    ['s', 'Linux'],
    ['n', run.system.hostname],
    ['r', '6.1.0-kubernats'],
    ['v', '#1 SMP (simulated)'],
    ['m', 'x86_64'],
    ['o', 'GNU/Linux'],
  ];
  const wanted = facts.filter(([flag = '']) => flags.has('a') || flags.has(flag) || (flags.size === 0 && flag === 's'));
  await run.out(`${wanted.map(([, text]) => text).join(' ')}\n`);
  return 0;
};

const env: Readonly<Record<string, Program>> = {
  printenv: async (run) => {
    if (run.args.length === 0) {
      for (const [name, value] of Object.entries(run.env)) await run.out(`${name}=${value}\n`);
      return 0;
    }
    let status = 0;
    for (const name of run.args) {
      if (Object.hasOwn(run.env, name)) await run.out(`${run.env[name]}\n`);
      else status = 1;
    }
    return status;
  },
};

export const IDENTITY: Readonly<Record<string, Program>> = {
  arch: say('x86_64\n'),
  groups: say('root\n'),
  hostname,
  id,
  uname,
  whoami: say('root\n'),
  ...env,
};
