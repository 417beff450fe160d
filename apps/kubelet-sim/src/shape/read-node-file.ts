import { checked, FileError, yamlDocuments } from '@kubernats/runtime/user-files';
import { type NodeGroup, nodeFile } from './node-group.ts';
import { namesOfGroups } from './nodes-of-groups.ts';

/** The groups of a file of nodes. Throws `FileError`. */
export async function readNodeFile(text: string, file: string): Promise<NodeGroup[]> {
  const documents = await yamlDocuments(text, file);
  if (documents.length !== 1) throw new FileError(`${file}: must be one YAML document, with a list "nodes"`);
  const { nodes } = checked(nodeFile, documents[0], file);
  namesOfGroups(nodes, file);
  return nodes;
}
