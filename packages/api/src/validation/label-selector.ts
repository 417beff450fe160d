import { type FieldPath, forbiddenField, invalidValue, labelValue, qualifiedName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { LabelSelector } from '../../generated/types.ts';
import { checkLabels, checkText } from './basics.ts';

/** A `metav1.LabelSelector`. */
export function checkLabelSelector(selector: LabelSelector | undefined, path: FieldPath, out: Cause[]): void {
  if (!selector) return;
  checkLabels(selector.matchLabels, path.child('matchLabels'), out);
  selector.matchExpressions?.forEach(({ key, operator, values = [] }, i) => {
    const at = path.child('matchExpressions').index(i);
    switch (operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0) out.push(required(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) {
          out.push(forbiddenField(at.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
        }
        break;
      default:
        out.push(invalidValue(at.child('operator'), operator ?? '', 'not a valid selector operator'));
    }
    checkText(qualifiedName, key ?? '', at.child('key'), out);
    values.forEach((value, v) => checkText(labelValue, value, at.child('values').index(v), out));
  });
}

export const isEmptySelector = (selector: LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
