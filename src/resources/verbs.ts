import type { ResourceVerb } from '../scheme/definition.ts';

/** What nearly every stored resource can do. */
export const allVerbs: readonly ResourceVerb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
