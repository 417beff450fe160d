import type { CommandNode, SimpleCommandNode, WordNode } from 'just-bash';

export type WordPart = WordNode['parts'][number];
export type Part<T extends WordPart['type']> = Extract<WordPart, { type: T }>;
export type Command<T extends CommandNode['type']> = Extract<CommandNode, { type: T }>;
export type Redirection = SimpleCommandNode['redirections'][number];
export type Assignment = SimpleCommandNode['assignments'][number];
export type ParameterOperation = NonNullable<Part<'ParameterExpansion'>['operation']>;
export type Condition = Command<'ConditionalCommand'>['expression'];
