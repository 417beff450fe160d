import { functionsOf } from '../language/environment.ts';
import { addresses } from './addresses.ts';
import { authorizer } from './authorizer.ts';
import { conversions } from './conversions.ts';
import { formatText } from './format-text.ts';
import { formats } from './formats.ts';
import { lists } from './lists.ts';
import { operators } from './operators.ts';
import { optionals } from './optionals.ts';
import { quantities } from './quantities.ts';
import { regex } from './regex.ts';
import { semvers } from './semvers.ts';
import { sets } from './sets.ts';
import type { Overload } from './signature.ts';
import { texts } from './texts.ts';
import { times } from './times.ts';
import { urls } from './urls.ts';

/** All functions of Kubernetes 1.36's expressions. Source: the concept "Common Expression Language in Kubernetes". */
export const KUBERNETES_OVERLOADS: readonly (readonly Overload[])[] = [
  operators,
  conversions,
  times,
  texts,
  formatText,
  regex,
  lists,
  sets,
  optionals,
  urls,
  quantities,
  addresses,
  formats,
  semvers,
  authorizer,
];

/** The same, by name. */
export const KUBERNETES_FUNCTIONS = functionsOf(...KUBERNETES_OVERLOADS);
