import { Secrets } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const secretRow = defineKind(Secrets, {});
