import { type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceColumnDefinition } from '../../../../generated/types.ts';
import { checkSimplePath } from './simple-path.ts';

const TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** What is wrong with a printer column. */
export function checkColumn(column: Partial<CustomResourceColumnDefinition>, at: FieldPath, out: Cause[]): void {
  const { name = '', type = '', format = '', jsonPath = '' } = column;
  if (name === '') out.push(required(at.child('name')));
  const oneOfTypes = `must be one of ${TYPES.join(',')}`;
  if (type === '') out.push(required(at.child('type'), oneOfTypes));
  else if (!TYPES.includes(type)) out.push(invalidValue(at.child('type'), type, oneOfTypes));
  if (format !== '' && !FORMATS.includes(format)) {
    out.push(invalidValue(at.child('format'), format, `must be one of ${FORMATS.join(',')}`));
  }
  if (jsonPath === '') out.push(required(at.child('JSONPath')));
  else checkSimplePath(jsonPath, at.child('JSONPath'), out);
}
