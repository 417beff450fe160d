import { fieldPath, forbiddenField, notSupported } from '@kubernats/apimachinery';
import { type Cause, invalid } from '@kubernats/errors';

type Query = Readonly<Record<string, string>>;

const MATCH = fieldPath('resourceVersionMatch');

/** Throws Invalid for parameters of a list that do not go together. Source: "Resource versions" of the API concepts. */
export function checkListOptions(query: Query): void {
  const { resourceVersionMatch: match = '', resourceVersion = '', sendInitialEvents } = query;
  const causes: Cause[] = [];
  if (match !== '') {
    if (resourceVersion === '') causes.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (query.continue) causes.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') causes.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && resourceVersion === '0') {
      causes.push(forbiddenField(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (sendInitialEvents !== undefined) {
    causes.push(forbiddenField(fieldPath('sendInitialEvents'), 'sendInitialEvents is forbidden for list'));
  }
  refuse(causes);
}

/** The same for a watch. */
export function checkWatchOptions(query: Query): void {
  const { resourceVersionMatch: match = '', sendInitialEvents } = query;
  const causes: Cause[] = [];
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    causes.push(forbiddenField(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match !== '') {
    if (sendInitialEvents === undefined) {
      causes.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
    }
    if (match !== 'NotOlderThan') causes.push(notSupported(MATCH, match, ['NotOlderThan']));
    if (query.continue) causes.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  refuse(causes);
}

function refuse(causes: Cause[]): void {
  if (causes.length > 0) throw invalid('meta.k8s.io', 'ListOptions', '', causes);
}
