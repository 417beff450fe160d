import { tryHelm } from '../support/helm-trial.ts';

tryHelm('helm-3');
