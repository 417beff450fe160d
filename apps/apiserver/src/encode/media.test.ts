import { expect, test } from 'vitest';
import { wantedOf } from './media.ts';

const row = { columns: [] };

test.each<[string | undefined, string]>([
  [undefined, 'object'],
  ['', 'object'],
  ['*/*', 'object'],
  ['application/json', 'object'],
  ['application/json;stream=watch', 'object'],
  ['application/yaml', 'object yaml'],
  ['application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json', 'table'],
  ['application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json', 'object'],
  ['application/json; as=PartialObjectMetadata; g=meta.k8s.io; v=v1', 'partial'],
  ['application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json', 'partial'],
  ['application/vnd.kubernetes.protobuf', 'object'],
  [
    'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
    'partial',
  ],
  ['text/html, application/xml;q=0.9, */*;q=0.8', 'object'],
])('%s: %s', (accept, expected) => {
  const { form, yaml } = wantedOf(accept, row);
  expect(yaml ? `${form} yaml` : form).toBe(expected);
});

test('a table is of a resource only', () => {
  expect(wantedOf('application/json;as=Table;v=v1;g=meta.k8s.io,application/json', undefined).form).toBe('object');
});

test.each(['text/html', 'application/xml, image/*', 'application/json;as=Nonsense;g=meta.k8s.io;v=v1'])('%s is refused', (accept) => {
  expect(() => wantedOf(accept, row)).toThrowError(
    expect.objectContaining({
      code: 406,
      message: 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    }),
  );
});
