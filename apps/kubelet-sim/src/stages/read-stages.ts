import { checked, FileError, yamlDocuments } from '@kubernats/runtime/user-files';
import { isKwokStage, tableOfKwokStages } from './kwok/table-of-stages.ts';
import { type StageTable, stageTable } from './stage-table.ts';

/** The table in a file: one document of our own form, or kwok's Stages. Throws `FileError`, with the row and the field. */
export async function readStages(text: string, file: string): Promise<StageTable> {
  const documents = await yamlDocuments(text, file);
  if (documents.length > 0 && documents.every(isKwokStage)) return checked(stageTable, tableOfKwokStages(documents, file), file);
  if (documents.length === 1) return checked(stageTable, documents[0], file);
  throw new FileError(`${file}: must be one YAML document with the lists "pods" and "nodes", or kwok's Stages and nothing else`);
}
