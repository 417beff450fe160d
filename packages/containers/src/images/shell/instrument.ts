// Prepares a script for life in a container, by changing its syntax tree: what the interpreter itself does not do.
//
// 1. Live output. The interpreter hands over output when a whole script has ended. So every plain command writes to descriptor OUT_FD
//    and ERR_FD, which lead to the container's streams. Where a script catches output (a pipe, `$(…)`, `> file`), OUT_FD is made to mean
//    descriptor 1 for that part, functions called there included. What is not prepared (`eval`) is only late, never wrong.
// 2. Turns and signals. A tick stands before each statement: there others have their turn and trapped signals are heeded.
import type { PipelineNode, ScriptNode, SimpleCommandNode, StatementNode } from 'just-bash';

type RedirectionNode = SimpleCommandNode['redirections'][number];

export const OUT_FD = 61;
export const ERR_FD = 62;

/** The pieces that are put in, as the parser makes them. */
export interface Pieces {
  tick: StatementNode;
  /** `>&61` */
  toOut: RedirectionNode;
  /** `2>&62` */
  toErr: RedirectionNode;
  /** `61>&1` */
  caughtOut: RedirectionNode;
  /** `62>&2` */
  caughtErr: RedirectionNode;
  /** `{ :; } 61>&1` */
  caughtGroup: StatementNode;
}

/** The pieces, by a parser; `tick` is the text of the command that ticks. */
export function piecesOf(parse: (script: string) => ScriptNode, tick: string): Pieces {
  const statement = (text: string): StatementNode => {
    const [first] = parse(text).statements;
    if (!first) throw new Error(`not a statement: ${text}`);
    return first;
  };
  const redirection = (text: string): RedirectionNode => {
    const command = statement(`: ${text}`).pipelines[0]?.commands[0];
    const [first] = command?.type === 'SimpleCommand' ? command.redirections : [];
    if (!first) throw new Error(`not a redirection: ${text}`);
    return first;
  };
  return {
    tick: statement(tick),
    toOut: redirection(`>&${OUT_FD}`),
    toErr: redirection(`2>&${ERR_FD}`),
    caughtOut: redirection(`${OUT_FD}>&1`),
    caughtErr: redirection(`${ERR_FD}>&2`),
    caughtGroup: statement(`{ :; } ${OUT_FD}>&1`),
  };
}

// They write nothing, or their redirections mean something else than output.
const SILENT = new Set(
  ': . [ alias break cd continue declare exit export getopts let local popd pushd read readonly return set shift shopt source test trap true false unset wait'.split(
    ' ',
  ),
);

/**
 * The script with the pieces in. The tree that is given stays as it is. A script that does not begin by opening OUT_FD (a shell within
 * the shell whose output somebody catches) gets the ticks alone.
 */
export function instrument(script: ScriptNode, pieces: Pieces): ScriptNode {
  const first = script.statements[0]?.pipelines[0]?.commands[0];
  const live = first?.type === 'SimpleCommand' && first.redirections.some(({ fd }) => fd === OUT_FD);
  // The walk keeps every node's type, and every list of statements a list of statements.
  return walk(script, pieces, live) as ScriptNode;
}

function walk(value: unknown, pieces: Pieces, live: boolean): unknown {
  if (Array.isArray(value)) return value.map((entry) => walk(entry, pieces, live));
  if (typeof value !== 'object' || value === null || readsFile(value)) return value;
  const node: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const walked = walk(child, pieces, live);
    node[key] = STATEMENT_LISTS.has(key) && isStatements(walked) ? ticked(walked, pieces) : walked;
  }
  if (!live) return node;
  if (isPipeline(node)) return pipeline(node, pieces);
  if (node.type === 'CommandSubstitution' || (node.type === 'ProcessSubstitution' && node.direction !== 'output'))
    return caught(node, pieces);
  return node;
}

const STATEMENT_LISTS = new Set(['statements', 'body', 'elseBody']);

function ticked(statements: StatementNode[], { tick }: Pieces): StatementNode[] {
  return statements.flatMap((statement) => (mindsLastStatus(statement) ? [statement] : [tick, statement]));
}

/** Whether a statement looks at `$?`, which the tick would overwrite: `echo $?`, `exit`, `return`. */
function mindsLastStatus(statement: StatementNode): boolean {
  if (JSON.stringify(statement.pipelines).includes('"parameter":"?"')) return true;
  const command = statement.pipelines[0]?.commands[0];
  return command?.type === 'SimpleCommand' && command.args.length === 0 && ['exit', 'return'].includes(nameOf(command) ?? '');
}

function pipeline(node: PipelineNode, pieces: Pieces): PipelineNode {
  const last = node.commands.length - 1;
  const commands = node.commands.map((command, i) => {
    if (command.type === 'FunctionDef') return command;
    const own = command.redirections;
    const after: RedirectionNode[] = [];
    const pipesErr = i < last && node.pipeStderr?.[i] === true;
    if (i < last || own.some(catchesOut)) after.push(pieces.caughtOut);
    if (pipesErr || own.some(catchesErr)) after.push(pieces.caughtErr);
    const before: RedirectionNode[] = [];
    if (command.type === 'SimpleCommand' && speaks(command)) {
      if (i === last) before.push(pieces.toOut);
      if (!pipesErr) before.push(pieces.toErr);
    }
    return before.length + after.length === 0 ? command : { ...command, redirections: [...before, ...own, ...after] };
  });
  return { ...node, commands };
}

/** `$(…)` and `<(…)`: the whole of it is caught. */
function caught(node: Record<string, unknown>, { caughtGroup }: Pieces): Record<string, unknown> {
  const body = node.body;
  if (!isScript(body)) return node;
  const [pipelineNode] = caughtGroup.pipelines;
  const [group] = pipelineNode?.commands ?? [];
  if (!pipelineNode || group?.type !== 'Group') return node;
  const commands = [{ ...group, body: body.statements }];
  return { ...node, body: { ...body, statements: [{ ...caughtGroup, pipelines: [{ ...pipelineNode, commands }] }] } };
}

/** `$(<file)` is a form of its own, without a command. */
function readsFile(node: object): boolean {
  if (!('type' in node) || node.type !== 'CommandSubstitution' || !('body' in node) || !isScript(node.body)) return false;
  const [command] = node.body.statements[0]?.pipelines[0]?.commands ?? [];
  return node.body.statements.length === 1 && command?.type === 'SimpleCommand' && command.name === null;
}

function speaks(command: SimpleCommandNode): boolean {
  if (command.name === null) return false;
  const name = nameOf(command);
  return name === undefined || (name !== 'exec' && !SILENT.has(name));
}

function nameOf(command: SimpleCommandNode): string | undefined {
  const [part, ...more] = command.name?.parts ?? [];
  return part?.type === 'Literal' && more.length === 0 ? part.value : undefined;
}

const catchesOut = ({ operator, fd }: RedirectionNode): boolean =>
  operator.startsWith('&>') || (operator.startsWith('>') && (fd === null || fd === 1));
const catchesErr = ({ operator, fd }: RedirectionNode): boolean => operator.startsWith('&>') || (operator.startsWith('>') && fd === 2);

function isStatements(value: unknown): value is StatementNode[] {
  return (
    Array.isArray(value) &&
    value.every((entry) => typeof entry === 'object' && entry !== null && 'type' in entry && entry.type === 'Statement')
  );
}

function isPipeline(node: object): node is PipelineNode {
  return 'type' in node && node.type === 'Pipeline';
}

function isScript(value: unknown): value is ScriptNode {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Script';
}
