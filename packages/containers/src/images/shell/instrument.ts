import type { CommandNode, ScriptNode, StatementNode } from 'just-bash';

/**
 * Puts `tick` before the statements of a script: there the shell lets others have their turn, and there a trapped signal is heeded. The
 * interpreter itself does neither: a loop that never waits would hold the whole node.
 */
export function instrument(script: ScriptNode, tick: StatementNode): ScriptNode {
  return { ...script, statements: ticked(script.statements, tick) };
}

function ticked(statements: StatementNode[], tick: StatementNode): StatementNode[] {
  return statements.flatMap((statement) => {
    const inner = within(statement, tick);
    return mindsLastStatus(statement) ? [inner] : [tick, inner];
  });
}

function within(statement: StatementNode, tick: StatementNode): StatementNode {
  const pipelines = statement.pipelines.map((pipeline) => ({
    ...pipeline,
    commands: pipeline.commands.map((command) => inCommand(command, tick)),
  }));
  return { ...statement, pipelines };
}

function inCommand(command: CommandNode, tick: StatementNode): CommandNode {
  switch (command.type) {
    case 'If': {
      const clauses = command.clauses.map(({ condition, body }) => ({
        condition: condition.map((statement) => within(statement, tick)),
        body: ticked(body, tick),
      }));
      return { ...command, clauses, elseBody: command.elseBody && ticked(command.elseBody, tick) };
    }
    case 'While':
    case 'Until':
      return { ...command, condition: command.condition.map((statement) => within(statement, tick)), body: ticked(command.body, tick) };
    case 'For':
    case 'CStyleFor':
    case 'Subshell':
    case 'Group':
      return { ...command, body: ticked(command.body, tick) };
    case 'Case':
      return { ...command, items: command.items.map((item) => ({ ...item, body: ticked(item.body, tick) })) };
    case 'FunctionDef': {
      const body = inCommand(command.body, tick);
      return body.type === 'SimpleCommand' || body.type === 'FunctionDef' ? command : { ...command, body };
    }
    default:
      return command;
  }
}

/** Whether a statement looks at `$?`, which the tick would overwrite: `echo $?`, `exit`, `return`. */
function mindsLastStatus(statement: StatementNode): boolean {
  const text = JSON.stringify(statement.pipelines);
  return text.includes('"parameter":"?"') || /"value":"(exit|return)"\}\]\},"args":\[\]/.test(text);
}
