import { CommandError, globToRegExp, integerOf } from './command.ts';
import { infoText } from './info.ts';
import { array, bulk, bulks, failure, integer, OK, type Reply } from './resp.ts';
import type { Session } from './session.ts';
import { applyConfig, CONFIG_NAMES } from './settings.ts';

const PONG: Reply = { kind: 'simple', text: 'PONG' };

type Control = (session: Session, words: readonly string[]) => Reply | Reply[];

/** Commands that concern the connection or the server rather than keys. */
const CONTROLS: Readonly<Record<string, Control>> = {
  ping: (session, [, message]) => {
    if (session.subscriptions > 0) return array([bulk('pong'), bulk(message ?? '')]);
    return message === undefined ? PONG : bulk(message);
  },
  echo: (_session, words) => (words.length === 2 ? bulk(words[1]) : wrongNumber('echo')),
  quit: () => OK,
  reset(session) {
    session.database = 0;
    session.queued = undefined;
    return { kind: 'simple', text: 'RESET' };
  },
  auth: (session, [, ...words]) => authenticate(session, words),
  hello(session, [, version, ...rest]) {
    if (version !== undefined && version !== '2') return failure('NOPROTO unsupported protocol version');
    const at = rest.findIndex((word) => word.toUpperCase() === 'AUTH');
    if (at >= 0) {
      const reply = authenticate(session, rest.slice(at + 1, at + 3));
      if (reply.kind === 'error') return reply;
    }
    if (!session.authenticated) return failure('NOAUTH HELLO must be called with the client already authenticated');
    return array([
      ...['server', 'redis', 'version', '7.4.0', 'proto'].map(bulk),
      integer(2),
      ...['mode', 'standalone', 'role', 'master'].map(bulk),
    ]);
  },
  select(session, [, index]) {
    const wanted = integerOf(index);
    session.server.store.database(wanted);
    session.database = wanted;
    return OK;
  },
  multi(session) {
    if (session.queued) return failure('ERR MULTI calls can not be nested');
    session.queued = [];
    return OK;
  },
  discard(session) {
    if (!session.queued) return failure('ERR DISCARD without MULTI');
    session.queued = undefined;
    return OK;
  },
  flushall({ server }) {
    server.store.clear();
    return OK;
  },
  publish: ({ server }, [, channel = '', message = '']) => {
    const listeners = server.hub.listeners(channel);
    for (const { subscriber, pattern } of listeners) {
      subscriber.send(bulks(pattern === undefined ? ['message', channel, message] : ['pmessage', pattern, channel, message]));
    }
    return integer(listeners.length);
  },
  subscribe: (session, [, ...names]) => (names.length > 0 ? session.subscribe('channel', names) : wrongNumber('subscribe')),
  psubscribe: (session, [, ...names]) => (names.length > 0 ? session.subscribe('pattern', names) : wrongNumber('psubscribe')),
  unsubscribe: (session, [, ...names]) => session.unsubscribe('channel', names),
  punsubscribe: (session, [, ...names]) => session.unsubscribe('pattern', names),
  info: ({ server }, [, section]) => bulk(infoText(server, section)),
  time: ({ server: { context } }) => bulks([String(Math.floor(context.clock.now() / 1000)), String((context.clock.now() % 1000) * 1000)]),
  config: ({ server }, [, action = '', ...rest]) => config(server, action.toLowerCase(), rest),
  client: (session, [, action = '', value = '']) => {
    switch (action.toLowerCase()) {
      case 'setname':
        session.name = value;
        return OK;
      case 'getname':
        return bulk(session.name);
      case 'id':
        return integer([...session.server.sessions].indexOf(session) + 1);
      case 'setinfo':
      case 'no-evict':
      case 'no-touch':
        return OK;
      default:
        return failure(`ERR unknown subcommand '${action}'. Try CLIENT HELP.`);
    }
  },
  command: (_session, [, action = '']) => (action.toLowerCase() === 'count' ? integer(0) : array([])),
  role: () => array([bulk('master'), integer(0), array([])]),
  save: () => OK,
  bgsave: () => ({ kind: 'simple', text: 'Background saving started' }),
  bgrewriteaof: () => ({ kind: 'simple', text: 'Background append only file rewriting started' }),
};

/** Undefined: there is no such command. */
export function controlCommand(session: Session, words: readonly string[]): Reply[] | undefined {
  const name = (words[0] ?? '').toLowerCase();
  const control = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined;
  if (!control) return undefined;
  try {
    return [control(session, words)].flat();
  } catch (error) {
    if (error instanceof CommandError) return [failure(error.message)];
    throw error;
  }
}

const wrongNumber = (name: string): Reply => failure(`ERR wrong number of arguments for '${name}' command`);

/** `AUTH password` or `AUTH default password`. */
function authenticate(session: Session, words: readonly string[]): Reply {
  const password = session.server.config.get('requirepass') ?? '';
  if (words.length === 0 || words.length > 2) return wrongNumber('auth');
  if (password === '' && words.length === 1) {
    return failure(
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
    );
  }
  const [user, given] = words.length === 1 ? ['default', words[0]] : words;
  if (user !== 'default' || (password !== '' && given !== password))
    return failure('WRONGPASS invalid username-password pair or user is disabled.');
  session.authenticated = true;
  return OK;
}

function config(server: Session['server'], action: string, words: readonly string[]): Reply {
  if (action === 'get') {
    const globs = words.map((word) => globToRegExp(word.toLowerCase()));
    const rows = CONFIG_NAMES.filter((name) => globs.some((glob) => glob.test(name)));
    return bulks(rows.flatMap((name) => [name, server.config.get(name) ?? '']));
  }
  if (action === 'set') {
    for (let i = 0; i < words.length; i += 2) {
      const problem = applyConfig(server.config, server.store, (words[i] ?? '').toLowerCase(), words[i + 1] ?? '');
      if (problem !== undefined) return failure(`ERR CONFIG SET failed - ${problem}`);
    }
    return OK;
  }
  return action === 'resetstat' || action === 'rewrite' ? OK : failure(`ERR unknown subcommand '${action}'. Try CONFIG HELP.`);
}
