/** The absolute path that a word means in a folder, without `.`, `..` and double slashes. */
export function absolute(folder: string, word: string): string {
  const parts: string[] = [];
  for (const part of (word.startsWith('/') ? word : `${folder}/${word}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
