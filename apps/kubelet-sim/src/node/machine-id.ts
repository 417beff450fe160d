import type { Node } from '@kubernats/api';
import type { Ids } from '@kubernats/clock';
import { type Files, FilesError } from '@kubernats/files';

const PATH = '/etc/machine-id';

/** `9b0e…` (32 digits, as in the file and in `nodeInfo.machineID`) → a UUID. */
function uuidOf(text: string): string | undefined {
  const [, a, b, c, d, e] = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(text.trim()) ?? [];
  return a === undefined ? undefined : [a, b, c, d, e].join('-');
}

/** A machine's id, as a UUID: what stands on its disk, else what its Node says, else a new one. It is kept on the disk where there is one. */
export async function machineIdOf(ids: Ids, disk: Files | undefined, node: Node | undefined): Promise<string> {
  const known = uuidOf(node?.status?.nodeInfo?.machineID ?? '');
  if (!disk) return known ?? ids.uid();
  try {
    const found = uuidOf(new TextDecoder().decode(await disk.read(PATH)));
    if (found !== undefined) return found;
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
  }
  const id = known ?? ids.uid();
  await disk.mkdir('/etc', { recursive: true });
  await disk.replace(PATH, new TextEncoder().encode(`${id.replaceAll('-', '')}\n`));
  return id;
}
