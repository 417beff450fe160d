/** A token of the label-selector grammar. `end` has no text. */
export interface Token {
  kind: 'identifier' | 'in' | 'notin' | '=' | '==' | '!=' | '>' | '<' | '!' | '(' | ')' | ',' | 'end';
  text: string;
}

const TOKEN = /[ \t\r\n]*(?:(==|!=|[=!(),><])|([^=!(),>< \t\r\n]+))/y;

/** Splits a label selector into tokens; the last one is always `end`. Every text has a token form, so nothing fails here. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [, symbol, word] = match;
    if (symbol !== undefined) tokens.push({ kind: symbol as Token['kind'], text: symbol });
    else if (word === 'in' || word === 'notin') tokens.push({ kind: word, text: word });
    else tokens.push({ kind: 'identifier', text: word ?? '' });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}
