import type { ConfigMap, KubeObject, Secret } from '@kubernats/api';
import type { SourceData, SourceKind } from '../env/sources.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The content of an object of the kind. */
export function sourceData(kind: SourceKind, object: KubeObject): SourceData {
  return kind === 'configmap' ? ofConfigMap(object) : ofSecret(object);
}

function ofConfigMap({ data = {}, binaryData }: ConfigMap): SourceData {
  const texts = Object.entries(data);
  const files = texts.map(([key, text]): [string, Uint8Array] => [key, encoder.encode(text)]);
  return { files: new Map([...files, ...decoded(binaryData)]), texts: new Map(texts) };
}

function ofSecret({ data }: Secret): SourceData {
  const files = new Map(decoded(data));
  return { files, texts: new Map([...files].map(([key, bytes]) => [key, decoder.decode(bytes)])) };
}

function decoded(data: Readonly<Record<string, string>> | undefined): [string, Uint8Array][] {
  return Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')]);
}
